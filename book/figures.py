"""Figures of the book: matplotlib drawings that follow the page from light to dark.

A figure is drawn once, in the light palette. Its SVG goes into the page itself, each color replaced
by a CSS variable that ``book.css`` defines for both themes. Text stays text: it takes the font of
the page and is found by search.
"""

import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

PALETTE = {
    "ink": "#1f2328",
    "muted": "#59636e",
    "grid": "#d1d9e0",
    "surface": "#fefefe",
    "blue": "#0550ae",
    "orange": "#a04100",
    "green": "#116329",
    "purple": "#6e3fc2",
    "blue-soft": "#ddecff",
    "orange-soft": "#ffe4cc",
}

STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": PALETTE["ink"],
    "axes.edgecolor": PALETTE["muted"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.prop_cycle": mpl.cycler(
        color=[PALETTE[name] for name in ("blue", "orange", "green", "purple")],
        linestyle=["-", "--", "-.", ":"],
    ),
    "grid.color": PALETTE["grid"],
    "grid.linewidth": 0.6,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
    "xtick.labelcolor": PALETTE["ink"],
    "ytick.labelcolor": PALETTE["ink"],
}

_GROUP_ID = re.compile(r'(<g) id="[^"]*"')
_FONT_LIST = re.compile(r"(font: [^;\"]*?px )[^;\"]*")


def new(
    width: float = 6.4, height: float = 3.2, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """Start a figure in the style of the book.

    Parameters
    ----------
    width, height : float
        Size in inches; the page shows an inch as at most 96 pixels.
    columns : int
        Number of axes side by side.
    **options
        Passed on to :func:`matplotlib.pyplot.subplots`.

    Returns
    -------
    (Figure, Axes or array of Axes)
    """
    mpl.rcParams.update(STYLE)
    return plt.subplots(
        1, columns, figsize=(width, height), layout="constrained", facecolor="none", **options
    )


def bare(ax: Axes) -> Axes:
    """Hide frame, ticks and grid of axes that carry a drawing and no data."""
    ax.set_axis_off()
    ax.set_facecolor("none")
    return ax


def svg(fig: Figure, name: str, alt: str) -> str:
    """Return the figure as inline SVG in theme colors and close it.

    Parameters
    ----------
    fig : Figure
    name : str
        Unique among the figures of a page: it salts the ids inside the SVG.
    alt : str
        What the figure shows, for readers who do not see it.

    Returns
    -------
    str
        An ``svg`` element with the role of an image.
    """
    for ax in fig.axes:
        ax.set_facecolor("none")
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    text = buffer.getvalue()
    width, height = (float(size) for size in re.search(r'viewBox="0 0 (\S+) (\S+)"', text).groups())
    body = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = _FONT_LIST.sub(r"\1var(--fig-font, sans-serif)", _GROUP_ID.sub(r"\1", body))
    for color, value in PALETTE.items():
        body = body.replace(value, f"var(--fig-{color}, {value})")
    return (
        f'<svg class="drawing" role="img" aria-label="{html.escape(alt, quote=True)}" '
        f'viewBox="0 0 {width:g} {height:g}" style="width: {width * 96 / 72:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"{body}</svg>"
    )


def show(fig: Figure, name: str, alt: str) -> HTML:
    """Show a figure on the page; see :func:`svg` for the arguments."""
    return HTML(svg(fig, name, alt))


def interactive(kind: str, data: Mapping[str, Any], static: str, label: str) -> HTML:
    """Place an interactive figure over a static one.

    Parameters
    ----------
    kind : str
        Name of the widget in ``interactive.js``.
    data : mapping
        What the widget needs, written into the page as JSON.
    static : str
        SVG shown beneath, and alone where scripts do not run.
    label : str
        Name of the group of controls, for screen readers.

    Returns
    -------
    IPython.display.HTML
    """
    payload = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return HTML(
        f'<div class="interactive" data-interactive="{kind}" role="group" '
        f'aria-label="{html.escape(label, quote=True)}">'
        f'<script type="application/json">{payload}</script>'
        f'<div class="interactive-stage"></div>{static}</div>'
    )


def draw_network(
    ax: Axes, layers: Sequence[Sequence[str]], marked: Mapping[tuple[int, int, int], str]
) -> None:
    """Draw a fully connected network from left to right.

    Parameters
    ----------
    ax : Axes
    layers : sequence of sequence of str
        Labels of the units, layer by layer, from the input to the output.
    marked : mapping of (layer, unit, input) to str
        Labels of the edges to draw thick, indexed as in the weight matrices: layer from one, then
        row and column from zero.
    """
    bare(ax).set_aspect("equal")
    places = [
        [(2.6 * depth, (len(units) - 1) / 2 - row) for row in range(len(units))]
        for depth, units in enumerate(layers)
    ]
    for depth in range(1, len(layers)):
        for row, end in enumerate(places[depth]):
            for column, start in enumerate(places[depth - 1]):
                label = marked.get((depth, row, column))
                color, width = (PALETTE["orange"], 3) if label else (PALETTE["muted"], 0.9)
                ax.plot(*zip(start, end, strict=True), "-", color=color, lw=width, zorder=1)
                if label:
                    middle = [(3 * a + 2 * b) / 5 for a, b in zip(start, end, strict=True)]
                    ax.annotate(label, middle, (0, 9), textcoords="offset points", ha="center",
                                color=PALETTE["orange"], weight="bold")  # fmt: skip
    for depth, units in enumerate(layers):
        for label, place in zip(units, places[depth], strict=True):
            ax.add_patch(plt.Circle(place, 0.32, fc=PALETTE["blue-soft"], ec=PALETTE["blue"],
                                    lw=1.5, zorder=2))  # fmt: skip
            ax.annotate(label, place, ha="center", va="center", zorder=3)
    ax.autoscale_view()


def draw_conversation(
    ax: Axes,
    boxes: Sequence[tuple[str, str, Sequence[str]]],
    messages: Sequence[tuple[str, bool]],
) -> None:
    """Draw two boxes and what passes between them.

    Parameters
    ----------
    ax : Axes
    boxes : two of (color, title, lines)
        The left one and the right one.
    messages : sequence of (label, to_the_right)
        Arrows, from top to bottom.
    """
    bare(ax).set(xlim=(0, 10), ylim=(0, 4))
    for left, (color, title, lines) in zip((0.1, 6.3), boxes, strict=True):
        ax.add_patch(FancyBboxPatch((left, 0.3), 3.5, 3.2, "round,pad=0.05,rounding_size=0.15",
                                    fc=PALETTE[color], ec=PALETTE["muted"]))  # fmt: skip
        ax.text(left + 1.75, 2.95, title, ha="center", weight="bold")
        for row, line in enumerate(lines):
            ax.text(left + 1.75, 2.2 - 0.65 * row, line, ha="center")
    for row, (label, to_the_right) in enumerate(messages):
        height, (start, end) = 2.5 - 1.3 * row, (3.8, 6.1) if to_the_right else (6.1, 3.8)
        ax.annotate("", (end, height), (start, height),
                    arrowprops={"arrowstyle": "->", "color": PALETTE["ink"]})  # fmt: skip
        ax.text(4.95, height + 0.2, label, ha="center")
