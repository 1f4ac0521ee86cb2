"""The course's machinery: releasing, solving, checking and grading, on nbgrader."""

import sys

# Whoever reads a notebook loads jsonschema, which takes a second for the grammar of a kind of
# address that no notebook holds, if the package is there. Without it, that check is left out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
