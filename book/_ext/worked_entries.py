"""The directive ``worked-entries``: entries of the registry ``embref.worked`` on a page.

Without an option it lists all entries of a source, part by part, with a filter and a link target
for each entry. With ``:ids:`` it shows only the entries named, in place.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from embref import worked

TASK = re.compile(r"(\d+)[a-z]*")
SYMBOL = re.compile(r"([A-Za-zδ]'?(?:[_^](?:\{[^}]*\}|\w))+)")
TASKS = (
    "Fully-connected networks",
    "Backpropagation",
    "Skip-gram basics",
    "Skip-gram training",
    "Word embeddings as matrix factorization",
)
TITLES = {
    "contextual": "Contextual vectors",
    "example": "A step of word2vec by hand",
    "glove": "GloVe",
    "ngrams": "Character n-grams",
    "one hot": "One-hot vectors",
    "pairs": "Pairs of the window",
    "self prediction": "Self-prediction",
    "skip gram": "Skip-gram",
    "svd": "Singular value decomposition",
    "tf": "Term frequencies",
    "word2vec": "word2vec",
}
FILTER = """
<form class="entry-filter" data-filter hidden>
<fieldset><legend>Show</legend>{boxes}</fieldset>
<label>Search <input type="search" placeholder="question, word, number"></label>
<p aria-live="polite"></p>
</form>
"""
BOX = '<label><input type="checkbox" value="{slug}" checked> {verdict} ({count})</label>'


def slug(verdict: str) -> str:
    """Class name of a verdict."""
    return verdict.replace(" ", "-")


def prose(text: str) -> list[nodes.Node]:
    """Text in which symbols with an index are set as formulas."""
    return [
        nodes.math(piece, piece) if SYMBOL.fullmatch(piece) else nodes.Text(piece)
        for piece in SYMBOL.split(text)
        if piece
    ]


def topic(row: dict[str, str]) -> str:
    """Question or part of the source that an entry belongs to."""
    return row["id"].split(".")[1].replace("_", " ")


def is_question(row: dict[str, str]) -> bool:
    """Tell whether an entry belongs to a lettered question, not to a part of a deck."""
    return TASK.fullmatch(topic(row)) is not None


def heading(row: dict[str, str]) -> str:
    """Title of the section that an entry stands in: a task of the sheet, a part of a deck."""
    if task := TASK.fullmatch(topic(row)):
        number = int(task[1])
        return f"Task {number}: {TASKS[number - 1]}"
    return TITLES.get(topic(row), topic(row).capitalize())


def is_tex(row: dict[str, str]) -> bool:
    """Tell whether a claim is written in TeX or in words."""
    return row["kind"] == "formula" or (
        row["kind"] == "notation" and re.search(r"[\\_^]", row["printed"]) is not None
    )


class WorkedEntries(SphinxDirective):
    """List entries of the registry."""

    required_arguments = 1
    option_spec = {"ids": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Return the nodes of the list."""
        source = self.arguments[0]
        rows = {row["id"]: row for row in worked.table(source)}
        if ids := self.options.get("ids", "").split():
            if unknown := [id for id in ids if id not in rows]:
                raise self.error(f"no entry {', '.join(unknown)} in {source}")
            return [self.entry(rows[id]) for id in ids]
        return [self.filter(list(rows.values())), *self.sections(list(rows.values()))]

    def filter(self, rows: list[dict[str, str]]) -> nodes.Node:
        """Return the form that narrows the list down."""
        counts = dict.fromkeys(worked.VERDICTS, 0)
        for row in rows:
            counts[row["verdict"]] += 1
        boxes = "".join(
            BOX.format(slug=slug(verdict), verdict=verdict, count=count)
            for verdict, count in counts.items()
            if count
        )
        return nodes.raw("", FILTER.format(boxes=boxes), format="html")

    def sections(self, rows: list[dict[str, str]]) -> Iterator[nodes.Node]:
        """Yield the sections of the source, in its order."""
        for title in dict.fromkeys(map(heading, rows)):
            section = nodes.section(ids=[nodes.make_id(title)], classes=["entries"])
            section += nodes.title("", title)
            for row in rows:
                if heading(row) == title:
                    section += self.linked(self.entry(row), row)
            yield section

    def linked(self, entry: nodes.container, row: dict[str, str]) -> nodes.Node:
        """Make the entry a link target under the id of its row."""
        node_id = nodes.make_id(row["id"])
        entry["ids"].append(node_id)
        std = self.env.get_domain("std")
        std.note_hyperlink_target(row["id"].lower(), self.env.docname, node_id, row["quantity"])
        return entry

    def entry(self, row: dict[str, str]) -> nodes.container:
        """Return one entry: place, quantity and verdict, then printed, computed and reason."""
        entry = nodes.container(classes=["entry", slug(row["verdict"])])
        question = [nodes.strong("", topic(row)), nodes.Text(" ")] if is_question(row) else []
        verdict = nodes.inline("", row["verdict"], classes=["verdict"])
        text = [*question, *prose(row["quantity"]), nodes.Text(" · "), verdict]
        entry += nodes.paragraph("", "", *text)
        fields = [("Place", self.text(row["place"])), ("Printed", self.body(row, "printed"))]
        fields.append((self.label(row), self.body(row, "computed")))
        fields.append(("Reason", self.text(row["reason"])))
        entry += nodes.definition_list("", *(
            nodes.definition_list_item(
                "", nodes.term("", label), nodes.definition("", content)
            )
            for label, content in fields if content is not None
        ))  # fmt: skip
        return entry

    @staticmethod
    def label(row: dict[str, str]) -> str:
        """Name of the field that stands beside what is printed."""
        if row["kind"] == "number":
            return "Computed"
        return "More exactly" if row["verdict"] == "needs a condition" else "Correct"

    @staticmethod
    def text(text: str) -> nodes.Node | None:
        """Return a paragraph, or nothing for an empty text."""
        return nodes.paragraph("", "", *prose(text)) if text else None

    def body(self, row: dict[str, str], field: str) -> nodes.Node | None:
        """Return a formula, a number or a sentence."""
        if row[field] and is_tex(row):
            return nodes.math_block(row[field], row[field], nowrap=False, number=None, label=None)
        if row[field] and row["kind"] == "number":
            return nodes.paragraph("", "", nodes.literal("", row[field]))
        return self.text(row[field])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.add_directive("worked-entries", WorkedEntries)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
