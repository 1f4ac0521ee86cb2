"""Published beside computed: every worked number and formula of the sources, with a verdict."""

from embref.worked.answers import check, diagnose, slips, value
from embref.worked.registry import (
    VERDICTS,
    Claim,
    Entry,
    Number,
    Slip,
    UnexplainedError,
    Witness,
    citation,
    entries,
    format_table,
    get,
    sources,
    table,
)

__all__ = [
    "VERDICTS",
    "Claim",
    "Entry",
    "Number",
    "Slip",
    "UnexplainedError",
    "Witness",
    "check",
    "citation",
    "diagnose",
    "entries",
    "format_table",
    "get",
    "slips",
    "sources",
    "table",
    "value",
]
