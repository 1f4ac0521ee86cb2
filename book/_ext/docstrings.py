"""Docstrings of ``embref`` on the reference page.

The size of a set, written ``|V|``, is set as a formula: reStructuredText would take it for a
substitution. A reference to a part of ``embref`` that the page does not show stays text, as long as
that part exists; otherwise Sphinx warns.
"""

import re
from pkgutil import resolve_name
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

SIZE = re.compile(r"(?<=[\s(])(\|[A-Z]\|)")


def set_sizes(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Mark sizes in the text of a docstring as mathematics."""
    lines[:] = [SIZE.sub(r":math:`\1`", line) for line in lines]


def exists(target: str) -> bool:
    """Tell whether a dotted name leads to something in ``embref``."""
    try:
        resolve_name(target)
    except (ImportError, AttributeError):
        return False
    return target.startswith("embref")


def keep_text(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Node
) -> nodes.Node | None:
    """Replace a reference to an undocumented but existing part of ``embref`` by its text."""
    if node.get("refdomain") != "py" or not exists(node["reftarget"]):
        return None
    return content


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("autodoc-process-docstring", set_sizes)
    app.connect("missing-reference", keep_text)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
