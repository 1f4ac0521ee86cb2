"""Serve everything from the site itself, and nothing that no page uses.

MathJax comes from the ``sphinx-mathjax-offline`` package, only the components that typeset TeX. The
icon scripts and fonts of the theme are removed: ``icons.css`` draws the dozen icons in use. Source
maps, translations and the logos of launch buttons go as well.
"""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

MATHJAX_COMPONENTS = ("core", "input/tex", "output/chtml", "a11y/assistive-mml")
MATHJAX_FILES = (
    "startup.js", "core.js", "input/tex.js", "output/chtml.js", "output/chtml/fonts/tex.js",
    "a11y/assistive-mml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2",
)  # fmt: skip
UNUSED = (
    "scripts/fontawesome.js*", "vendor/fontawesome", "**/*.map", "locales", "images/logo_*",
    "webpack-macros.html", "sbt-webpack-macros.html", "plus.png", "minus.png", "file.png",
)  # fmt: skip
OWN = ("index", "search")  # pages without a source
ICON_SCRIPT = re.compile(
    r"[ \t]*(?:<!-- So that users can add custom icons -->\s*)?"
    r"<script[^>]*/scripts/fontawesome\.js[^>]*></script>\n?"
)
ICON_FONTS = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
ICON_GLYPHS = re.compile(r"(?:\.fa-[\w-]+(?::before)?,?)+\{(?:--fa|content):[^}]*\}")


def configure_mathjax(app: Sphinx, config: Config) -> None:
    """Load MathJax from ``_static/mathjax`` component by component."""
    config.mathjax_path = "mathjax/startup.js"
    config.mathjax3_config = {"loader": {"load": list(MATHJAX_COMPONENTS)}}


def mathjax_folder() -> Path:
    """Folder of the installed MathJax."""
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ExtensionError(
            "The book serves MathJax itself; install it with 'pip install sphinx-mathjax-offline'."
        )
    return Path(spec.origin).parent / "static" / "mathjax"


def copy_mathjax(app: Sphinx) -> None:
    """Copy the components in use and their fonts."""
    if app.builder.format != "html":
        return
    source, target = mathjax_folder(), Path(app.outdir) / "_static" / "mathjax"
    for name in MATHJAX_FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        else:
            shutil.copy2(source / name, target / name)


def add_page_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the scripts of interactive figures and filters where a page has some."""
    body = context.get("body", "")
    if "data-interactive" in body:
        app.add_js_file("interactive.js", loading_method="defer")
    if "data-filter" in body:
        app.add_js_file("filter.js", loading_method="defer")


def drop_unused(app: Sphinx, error: Exception | None) -> None:
    """Remove what the theme brings along and no page uses, and pages whose source has gone."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for path in [path for pattern in UNUSED for path in static.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    stylesheet = static / "styles" / "pydata-sphinx-theme.css"
    rewrite(stylesheet, lambda css: ICON_GLYPHS.sub("", ICON_FONTS.sub("", css)))
    current = {Path(app.builder.get_outfilename(name)) for name in (*app.env.found_docs, *OWN)}
    for page in Path(app.outdir).rglob("*.html"):
        if page in current:
            rewrite(page, lambda html: ICON_SCRIPT.sub("", html))
        else:
            page.unlink()


def rewrite(path: Path, change: Any) -> None:
    """Apply ``change`` to the text of a file, writing only if something changed."""
    text = path.read_text(encoding="utf-8")
    if (changed := change(text)) != text:
        path.write_text(changed, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    # Jupyter Book sets this value of an extension that the book does not load.
    app.add_config_value("comments_config", {}, "html")
    app.connect("config-inited", configure_mathjax)
    app.connect("builder-inited", copy_mathjax)
    app.connect("html-page-context", add_page_scripts)
    app.connect("build-finished", drop_unused, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
