"""The registry: every verdict is borne out, every slip is recognized, answers are judged fairly."""

import json
import math
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest

from embref import worked
from embref.worked.answers import default_tolerance
from embref.worked.registry import close, is_printed_as

ENTRIES = worked.entries()
NUMBERS = [entry for entry in ENTRIES if isinstance(entry, worked.Number)]
CLAIMS = [entry for entry in ENTRIES if isinstance(entry, worked.Claim)]
WITH_SLIPS = [entry for entry in NUMBERS if entry.all_slips]


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.id)


def number(**changes):
    settings = {"id": "s.1.x", "place": "here", "quantity": "x", "compute": lambda: 2.0}
    return worked.Number(**settings | changes)


def claim(**changes):
    settings = {"id": "s.1.x", "place": "here", "quantity": "x", "form": "formula", "printed": "a"}
    return worked.Claim(**settings | changes)


@each(ENTRIES)
def test_verdict_is_borne_out(entry):
    assert entry.verdict in worked.VERDICTS
    assert entry.place
    assert entry.quantity
    if entry.verdict in ("erratum", "needs a condition"):
        assert entry.reason.endswith((".", ")"))


@each(NUMBERS)
def test_printed_number_is_explained(entry):
    if entry.verdict == "not printed":
        assert entry.printed is None
    elif entry.verdict == "erratum":
        assert not is_printed_as(entry.value, entry.printed)
        assert is_printed_as(entry.reproduce(), entry.printed)
    elif entry.rounded is None:
        assert is_printed_as(entry.value, entry.printed)
    else:
        assert is_printed_as(entry.rounded(), entry.printed)


@each([entry for entry in CLAIMS if entry.witness])
def test_witness_tells_right_from_wrong(entry):
    printed, correct, truth = entry.witness()
    assert close(correct, truth)
    assert close(printed, truth) == (entry.verdict == "agrees")


@each(CLAIMS)
def test_formulas_have_witnesses_and_corrections_reasons(entry):
    assert entry.witness or entry.form != "formula"
    assert entry.reason or not entry.correct
    assert entry.printed != entry.correct


@each(WITH_SLIPS)
def test_slips_are_wrong_and_recognized(entry):
    reasons = [reason for _, reason in worked.slips(entry.id)]
    assert all(reasons)
    for value, reason in worked.slips(entry.id):
        assert worked.diagnose(entry.id, value) == reason
        with pytest.raises(AssertionError) as error:
            worked.check(entry.id, value)
        assert reason in str(error.value)


@each([entry for entry in NUMBERS if entry.verdict == "erratum"])
def test_printed_errata_are_recognized(entry):
    printed = np.array(entry.printed, dtype=float)
    assert worked.diagnose(entry.id, printed) == entry.reason


@each(NUMBERS)
def test_right_answers_pass(entry):
    worked.check(entry.id, worked.value(entry.id))
    assert worked.diagnose(entry.id, worked.value(entry.id)) is None
    if entry.verdict.startswith("agrees"):
        decimal = isinstance(entry.printed, Decimal) or (
            isinstance(entry.printed, tuple) and isinstance(entry.printed[0], Decimal)
        )
        worked.check(entry.id, np.array(entry.printed, float) if decimal else entry.printed)


@each([entry for entry in NUMBERS if isinstance(entry.value, float)])
def test_message_does_not_tell_the_value(entry):
    with pytest.raises(AssertionError) as error:
        worked.check(entry.id, 77.25)
    digits = f"{abs(entry.value):.4g}"
    assert digits not in str(error.value)


def test_ids_are_unique_and_name_the_source():
    ids = [entry.id for entry in ENTRIES]
    assert len(ids) == len(set(ids))
    assert all(entry.source in worked.sources() for entry in ENTRIES)


def test_every_lettered_question_has_an_entry():
    letters = {"1": "abcde", "2": "abc", "3": "abcd", "4": "abc", "5": "abc"}
    questions = {entry.id.split(".")[1] for entry in ENTRIES}
    assert {task + letter for task in letters for letter in letters[task]} <= questions


def test_the_two_known_errata():
    assert worked.value("mannheim.4b.loss") == pytest.approx(1.787, abs=5e-4)
    assert worked.get("mannheim.4b.loss").verdict == "erratum"
    assert worked.value("mannheim.2c.w22") == pytest.approx(0.99928, abs=5e-6)
    assert worked.get("mannheim.2c.w22").verdict == "erratum"


def test_numbers_worked_by_hand():
    sigma = [1 / (1 + math.exp(-1)), 1 / (1 + math.exp(-4))]
    y = [1 / (1 + math.exp(-2 * h)) for h in sigma]
    slope = [v * (1 - v) for v in y]
    w12 = 1 + ((1 - y[0]) * slope[0] * sigma[0] - y[1] * slope[1] * sigma[1]) / 2
    delta_sum = (1 - y[1]) * slope[1] - y[1] * slope[1]
    w22 = 1 + sigma[1] * (1 - sigma[1]) * 1 * delta_sum / 2
    assert worked.value("mannheim.2c.w12") == pytest.approx(w12)
    assert worked.value("mannheim.2c.w22") == pytest.approx(w22)
    assert worked.value("mannheim.3c.n_parameters") == 60_855_000
    assert worked.value("mannheim.3c.n_parameters_per_matrix") == 30_427_500
    assert worked.value("mannheim.3b.n_pairs") == 30
    assert worked.value("mannheim.5c.pmi_fox_quick") == pytest.approx(math.log(1 * 30 / (4 * 3)))


def test_values_are_copies():
    worked.value("mannheim.4b.logits")[0] = 0.0
    assert worked.value("mannheim.4b.logits")[0] != 0.0


def test_inputs_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        worked.get("mannheim.4b.loss").inputs["W"][0] = 0.0


def test_two_digit_arithmetic_is_a_right_answer():
    worked.check("mannheim.2c.w12", 0.965)
    worked.check("mannheim.2c.w22", 0.99921)
    worked.check("mannheim.4b.loss", 1.79)
    with pytest.raises(AssertionError):
        worked.check("mannheim.2c.w12", 0.965, tolerance=1e-4)


def test_precision_of_an_answer_counts():
    assert "0.9265" in worked.diagnose("mannheim.4b.loss", 1.6)
    assert "0.9265" in worked.diagnose("mannheim.4b.loss", 1.605)
    assert worked.diagnose("mannheim.4b.loss", 1.62) is None
    assert worked.diagnose("mannheim.2c.w22", 1.0) is None  # right and slip round to it


def test_pairs_may_come_in_any_order():
    pairs = worked.value("mannheim.3b.pairs")
    worked.check("mannheim.3b.pairs", [list(pair) for pair in reversed(pairs)])
    with pytest.raises(AssertionError, match="1 of 30 items"):
        worked.check("mannheim.3b.pairs", [*pairs[:-1], ("dog", "zebra")])


@pytest.mark.parametrize(
    ("id", "answer", "message"),
    [
        ("mannheim.4b.loss", None, "no answer yet"),
        ("mannheim.4b.loss", ..., "no answer yet"),
        ("mannheim.4b.loss", "1.787", "expected numbers, got str"),
        ("mannheim.4b.loss", [1.787], r"expected a single number, got an array of shape \(1,\)"),
        ("mannheim.4b.loss", math.nan, "nan is not right"),
        ("mannheim.4b.logits", np.zeros(5), r"expected an array of shape \(6,\)"),
        ("mannheim.4b.logits", np.zeros(6), "6 of 6 entries are not right, the first at index 0"),
        ("mannheim.3b.n_pairs", 31, "31 is not right"),
        ("mannheim.3b.pairs", [("fox", "over")], "expected 30 items, got 1"),
        ("mannheim.3b.windows", 9, "9 is not right"),
    ],
)
def test_messages_say_how_an_answer_is_wrong(id, answer, message):
    with pytest.raises(AssertionError, match=message):
        worked.check(id, answer)


def test_unknown_entries_name_near_matches():
    with pytest.raises(KeyError, match=r"near matches: mannheim\.4b\.loss"):
        worked.get("mannheim.4b.los")
    with pytest.raises(KeyError, match="choose one of mannheim"):
        worked.entries("stanford")
    with pytest.raises(ValueError, match="is a formula and has no value"):
        worked.value("mannheim.5a.eq1")


@pytest.mark.parametrize(
    ("value", "printed", "exactly", "expected"),
    [
        (0.96514, Decimal("0.965"), False, True),
        (0.96405, Decimal("0.965"), False, False),
        (0.125, Decimal("0.13"), False, True),  # halves may be rounded either way
        (0.125, Decimal("0.12"), False, True),
        (0.965, Decimal("0.965"), True, True),
        (0.96514, Decimal("0.965"), True, False),
        (np.array([0.5, 1.0]), (Decimal("0.5"), Decimal("1.0")), True, True),
        ([0.5], (Decimal("0.5"), Decimal("1.0")), True, False),
        (0.5, (Decimal("0.5"),), True, False),
        ([("a", "b")], (("a", "b"),), True, True),
        ([("a", "b")], (("b", "a"),), True, False),
    ],
)
def test_rounding_to_the_printed_digits(value, printed, exactly, expected):
    assert is_printed_as(value, printed, exactly=exactly) == expected


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "not printed"),
        ({"printed": 2}, "agrees"),
        ({"printed": Decimal("2.00")}, "agrees"),
        ({"printed": Decimal("2.0"), "compute": lambda: 2.04}, "agrees after rounding"),
        (
            {"printed": Decimal("2.1"), "compute": lambda: 2.04, "rounded": lambda: 2.06},
            "agrees after rounding",
        ),
        ({"printed": 3, "reproduce": lambda: 3.0, "reason": "One too many."}, "erratum"),
    ],
)
def test_verdict_of_a_number(changes, verdict):
    assert number(**changes).verdict == verdict


@pytest.mark.parametrize(
    "entry",
    [
        number(printed=3),
        number(printed=Decimal("2.0"), compute=lambda: 2.06),
        number(printed=3, reproduce=lambda: 3),
        number(printed=Decimal("2.10"), reproduce=lambda: 2.2, reason="Wrong guess."),
        claim(),
        claim(correct="b", witness=lambda: worked.Witness(1, 2, 2)),
        claim(correct="b", reason="r"),
        claim(correct="b", reason="r", witness=lambda: worked.Witness(2, 2, 2)),
        claim(correct="b", reason="r", witness=lambda: worked.Witness(1, 3, 2)),
        claim(witness=lambda: worked.Witness(1, 2, 2)),
        claim(form="wording"),
    ],
)
def test_an_unexplained_entry_has_no_verdict(entry):
    with pytest.raises(worked.UnexplainedError, match=r"s\.1\.x"):
        _ = entry.verdict


def test_verdict_of_a_claim():
    right, wrong = worked.Witness(2, 2, 2), worked.Witness(1, 2, 2)
    assert claim(witness=lambda: right).verdict == "agrees"
    assert claim(correct="b", reason="r", witness=lambda: wrong).verdict == "erratum"
    conditional = claim(correct="b", reason="r", witness=lambda: wrong, conditional=True)
    assert conditional.verdict == "needs a condition"


def test_tolerance_follows_what_is_printed():
    assert default_tolerance(number(printed=Decimal("2.00"))) == pytest.approx(0.005)
    assert default_tolerance(number()) == pytest.approx(0.002)
    assert default_tolerance(number(compute=lambda: 2)) == 0.0
    assert default_tolerance(number(tolerance=0.1)) == 0.1


def test_registry_is_plain_data():
    text = json.dumps([entry.to_dict() for entry in ENTRIES], allow_nan=False)
    rows = {row["id"]: row for row in json.loads(text)}
    assert rows["mannheim.4b.loss"]["printed"] == "1.60"
    assert rows["mannheim.4b.loss"]["slips"][0]["value"] == pytest.approx(1.6038, abs=1e-4)
    keys = {"id", "source", "kind", "place", "quantity", "printed", "computed", "verdict", "reason"}
    assert all(keys <= set(row) for row in rows.values())


def test_table_has_one_row_of_text_per_entry():
    rows = worked.table()
    assert [row["id"] for row in rows] == [entry.id for entry in ENTRIES]
    assert all(isinstance(cell, str) for row in rows for cell in row.values())


def test_module_prints_the_registry():
    def run(*arguments):
        command = [sys.executable, "-m", "embref.worked", *arguments]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")

    shown = run("mannheim")
    assert shown.returncode == 0
    assert "mannheim.4b.loss" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100
    for wrong in (run("stanford"), run("--help", "me")):
        assert wrong.returncode == 2
        assert "Traceback" not in wrong.stderr
