"""The judge: what tests may ask of a student's process, and what they get."""

import textwrap
import time

import nbformat
import numpy as np
import pytest
import torch
from nbformat import NotebookNode

from autograder.judge import cells as cells_module
from autograder.judge.cells import Judge, memory_limit, student_outputs, time_limit, visible_part
from autograder.judge.execute import JudgedExecute, Warm
from autograder.judge.student import Student, StudentError, _as_error
from autograder.results import cell_status
from autograder.sandbox.guest.wire import NotPlainError
from autograder.sandbox.server import (
    Limits,
    Server,
    StudentGoneError,
    StudentTimeoutError,
    why_not,
)

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


@pytest.fixture(scope="module")
def server():
    with Server() as warm:
        yield warm


@pytest.fixture
def student(server):
    made = Student(server, Limits(), {}, seconds=2, end=time.monotonic() + 60, shown=True)
    yield made
    made.close()


@pytest.fixture
def judge(student):
    return Judge(student, secret=False)


@pytest.fixture
def execute(server, monkeypatch):
    """Return a function that runs cells, each answer or test, through the whole step."""
    monkeypatch.setattr(Warm, "get", classmethod(lambda cls: server))

    def run(*sources, points=2, timeout=2.0, total=60.0):
        cells = [code(source, points) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells)
        JudgedExecute(timeout=timeout, total=total).preprocess(notebook, {})
        return cells

    return run


def code(source, points):
    """Make a cell; one that asserts or begins with a comment "test" is a test."""
    source = textwrap.dedent(source).strip()
    cell = nbformat.v4.new_code_cell(source)
    if "assert" in source or source.startswith("# test"):
        cell.metadata.nbgrader = NotebookNode(
            grade=True, solution=False, points=points, grade_id="t"
        )
    return cell


def failure(outputs):
    """Return name and message of the error among outputs, or None."""
    errors = [output for output in outputs if output.output_type == "error"]
    return (errors[-1].ename, errors[-1].evalue) if errors else None


def test_a_test_that_holds_leaves_nothing(student, judge):
    student.run("def double(x): return 2 * x")
    assert judge.run("assert double(3) == 6", 2) == []


def test_a_test_that_fails_says_why(student, judge):
    student.run("def double(x): return x")
    outputs = judge.run("assert double(3) == 6, 'double must double'", 2)
    assert failure(outputs) == ("AssertionError", "double must double")


@pytest.mark.parametrize("name", ["len", "all", "__import__", "__name__", "AssertionError"])
def test_students_cannot_take_the_place_of_builtin_names(student, judge, name):
    student.run(f"{name} = lambda *a: True")
    assert judge.run("assert len([]) == 0 and not all([0]) and __name__ == '__judge__'", 2) == []
    outputs = judge.run("assert False, 'no'", 2)
    assert failure(outputs) == ("AssertionError", "no")


def test_students_cannot_take_the_place_of_what_a_failed_test_defines(student, judge):
    student.run("helper = lambda *a: True\ndef f(x): return 0")
    assert failure(judge.run("assert f(1) == 1\ndef helper(x): return x == 1", 2))
    assert failure(judge.run("assert helper(f(1))", 2)) == (
        "NameError", "name 'helper' is not defined",
    )  # fmt: skip


def test_names_are_found_in_functions_and_comprehensions(student, judge):
    student.run("a, b = 2, 3")
    source = "def f(x):\n    return [a * x + b for _ in range(b)]\nassert f(1) == [5, 5, 5]"
    assert judge.run(source, 2) == []


def test_a_name_that_nobody_defines_is_an_ordinary_error(judge):
    assert failure(judge.run("nothing", 2)) == ("NameError", "name 'nothing' is not defined")


def test_a_name_is_asked_for_once_in_a_cell(student, judge):
    student.run("x = [1]")
    assert judge.run("assert x is x", 2) == []
    student.run("x = [2]")
    assert judge.run("assert x == [2]", 2) == []


OPERATIONS = [
    "x == 1", "x != 1", "x < 1", "1 == x", "bool(x)", "not x", "x in [1]", "[1] == x", "1 in x",
    "list(x)", "iter(x)", "next(x)", "float(x)", "int(x)", "x + 1", "1 + x", "-x", "abs(x)",
    "x @ x", "np.asarray(x)", "np.allclose(x, 1)", "np.float64(1) == x", "np.ones(2) == x",
    "np.ones(2) * x", "torch.tensor([x])", "sum([x])", "sorted([x, x])", "max(x, 1)",
    "math.isclose(x, 1)", "range(x)", "[0][x]", "'%d' % x", "{1: 0}[x]", "x._secret",
    "x.__dict__['a']", "setattr(x, 'a', 1)", "round(x)", "hash(x) and x == x",
]  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_stays_with_the_student_is_never_compared_or_converted(student, judge, operation):
    student.run(
        "class Yes:\n"
        + "".join(
            f"    __{name}__ = lambda s, *a: True\n"
            for name in ("eq", "ne", "lt", "le", "gt", "ge", "bool", "contains", "add", "radd")
        )
        + "    __hash__ = __index__ = __int__ = __len__ = lambda s: 1\n"
        "    __float__ = lambda s: 1.0\n    __iter__ = lambda s: iter([1])\n"
        "x = Yes()"
    )
    name, _ = failure(judge.run(f"import math, torch\nimport numpy as np\n{operation}\nNone", 2))
    assert name in ("TypeError", "AttributeError", "KeyError", "ValueError", "RuntimeError")


def test_a_proxy_is_not_array_equal_to_anything(student, judge):
    student.run("class Yes:\n    __array__ = lambda s, *a, **k: np.ones(2)\nx = Yes()")
    assert judge.run("import numpy as np\nassert not np.array_equal(x, np.ones(2))", 2) == []


def test_objects_answer_to_calls_attributes_items_and_length(student, judge):
    student.run(
        "class Model:\n    weights = {'w': [1, 2]}\n"
        "    def predict(self, x, scale=1): return [scale * i for i in x]\n"
        "    def __len__(self): return 3\n    def __getitem__(self, key): return key\n"
        "    def me(self): return self\n    def is_me(self, other): return other is self\n"
        "model = Model()"
    )
    source = """
    assert model.weights == {"w": [1, 2]}
    assert model.predict([1, 2], scale=3) == [3, 6]
    assert len(model) == 3 and model["k", 1] == ("k", 1)
    assert model.is_me(model.me()) and not hasattr(model, "nothing")
    assert repr(model) == "<a student's Model>"
    """
    assert judge.run(textwrap.dedent(source), 2) == []


def test_tensors_modules_and_axes_can_be_asked(student, judge):
    student.run(
        "import torch, matplotlib.pyplot as plt\nnet = torch.nn.Linear(2, 1)\n"
        "torch.nn.init.ones_(net.weight); torch.nn.init.zeros_(net.bias)\n"
        "fig, ax = plt.subplots(); ax.set_title('loss')"
    )
    source = "import torch\nassert torch.equal(net(torch.ones(1, 2)), torch.tensor([[2.0]]))\n"
    assert judge.run(source + "assert ax.get_title() == 'loss'", 2) == []


def test_arguments_arrive_as_they_are(student):
    student.run("def kind(x): return type(x).__name__, str(getattr(x, 'dtype', ''))")
    _, kind = student.get("kind")
    assert kind(np.ones(2, np.float32)) == ("ndarray", "float32")
    assert kind(torch.ones(2)) == ("Tensor", "torch.float32")
    assert kind(np.int8(1)) == ("int8", "int8")
    assert kind((1,)) == ("tuple", "")


def test_an_argument_that_cannot_cross_is_named(student):
    student.run("f = print")
    _, f = student.get("f")
    with pytest.raises(NotPlainError, match="a function cannot be given to a student's function"):
        f(lambda: 0)


def test_arguments_changed_in_place_stay_as_they_were(student, judge):
    student.run("def f(x): x[:] = 0")
    assert judge.run("import numpy as np\nx = np.ones(2)\nf(x)\nassert x.sum() == 2", 2) == []


@pytest.mark.parametrize("kind", ["StopIteration", "StopAsyncIteration"])
def test_a_student_cannot_end_a_loop_of_the_judge(student, judge, kind):
    student.run(f"def f(x): raise {kind}")
    assert failure(judge.run("assert all(map(f, [1, 2]))", 2))[0] == "StudentError"


@pytest.mark.parametrize("end", ["import os; os._exit(0)", "while True: pass"])
def test_a_student_cannot_be_taken_for_an_expected_error_by_dying(student, judge, end):
    student.run(f"def f(x):\n    {end}")
    source = """
    try:
        f(-1)
    except Exception:
        raised = True
    assert raised
    """
    name, _ = failure(judge.run(textwrap.dedent(source), 2))
    assert name in ("KernelDied", "CellTimeoutError")


def test_errors_arrive_as_builtin_ones_of_their_kind(student, judge):
    student.run("class Mine(ValueError): pass\ndef f(x): raise Mine('no')")
    source = "try:\n    f(1)\nexcept ValueError as error:\n    assert str(error) == 'no'\n"
    assert judge.run(source + "else:\n    assert False", 2) == []


@pytest.mark.parametrize(
    "parts",
    [
        3, [], ["a", "b"], ["a", "b", 3], ["a", [], "ValueError"], ["x", "y", "SystemExit"],
        ["x", "y", "print"], ["x", "y", "nothing"], ["x", "y", "KeyboardInterrupt"],
        ["x", "y", "ExceptionGroup"], ["x", "y", "UnicodeDecodeError"], ["x", "y", "__import__"],
    ],
)  # fmt: skip
def test_forged_errors_are_the_students_own(parts):
    assert type(_as_error(parts)) is StudentError


def test_forged_errors_are_short():
    error = _as_error(["N" * 10**6, "m" * 10**6, "ValueError"])
    assert len(type(error).__name__) <= 100
    assert len(str(error)) <= 2_000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1.5", "1.5"), ("2", "2.0"), ("np.float64(0.25)", "0.25"), ("np.int64(0)", "0.0"),
        ("-1", "0.0"), ("99", "2.0"), ("float('nan')", "0.0"), ("float('inf')", "0.0"),
    ],
)  # fmt: skip
def test_the_last_expression_gives_partial_credit(judge, value, shown):
    (output,) = judge.run(f"import numpy as np\n{value}", 2)
    assert output.data == {"text/plain": shown}


@pytest.mark.parametrize("value", ["'2.0'", "True", "np.ones(1)", "[2]", "np.bool_(True)"])
def test_what_is_no_number_of_points_is_an_error(judge, value):
    assert failure(judge.run(f"import numpy as np\n{value}", 2))[0] == "TypeError"


def test_a_proxy_is_no_number_of_points(student, judge):
    student.run("class F(int): pass\ndef f(): pass")
    assert failure(judge.run("f", 2))[0] == "TypeError"


def test_the_judge_is_bounded_in_time(judge):
    start = time.monotonic()
    assert failure(judge.run("while True: pass", 2))[0] == "CellTimeoutError"
    assert time.monotonic() - start < 8


def test_the_judge_is_bounded_in_memory(judge, monkeypatch):
    monkeypatch.setattr(cells_module, "MEMORY_LIMIT", 2**28)
    source = "import numpy as np\nnp.ones((20_000, 1)) * np.ones(20_000)"
    assert failure(judge.run(source, 2))[0] in ("MemoryError", "_ArrayMemoryError")
    assert judge.run("assert np.ones(10).sum() == 10", 2) == []


def test_limits_are_lifted_again():
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)
    with memory_limit(2**30), time_limit(5):
        assert resource.getrlimit(resource.RLIMIT_AS) != before[0]
    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_dead_process_costs_its_cell_and_is_replayed(student, judge):
    student.run("x = 41")
    with pytest.raises(StudentGoneError):
        student.run("import os; os._exit(0)")
    student.run("x += 1")
    assert judge.run("assert x == 42", 2) == []


def test_a_process_that_dies_while_it_is_tested_costs_the_test(student, judge):
    student.run("import os\ndef f(x): return x if x else os._exit(0)")
    assert failure(judge.run("f(0)", 2))[0] == "KernelDied"
    assert judge.run("assert f(1) == 1", 2) == []


def test_a_proxy_does_not_outlive_its_process(student, judge):
    student.run("import os\ndef f(): return 1\ndef die(): os._exit(0)")
    judge.run("kept = f\nassert kept() == 1\ndie()", 2)
    assert failure(judge.run("kept()", 2)) == (
        "RuntimeError", "The student's process was restarted; look the value up again.",
    )  # fmt: skip


def test_nothing_is_started_after_the_time_of_the_submission(server):
    late = Student(server, Limits(), {}, seconds=2, end=time.monotonic(), shown=True)
    start = time.monotonic()
    for _ in range(1000):
        with pytest.raises(StudentTimeoutError):
            late.run("1")
    assert time.monotonic() - start < 1
    late.close()


def test_cells_that_hang_leave_time_for_the_tests(execute):
    cells = execute("x = 1", "assert x == 1", *["while True: pass"] * 20, timeout=0.5, total=4)
    assert cells[1].outputs == []
    assert all(failure(cell.outputs)[0] == "CellTimeoutError" for cell in cells[2:])


def test_what_is_printed_during_calls_is_not_shown(execute):
    cells = execute(
        "seen = []\ndef f(x):\n    print('in', x); seen.append(x); return x",
        "assert f(1) == 1\n" + HIDDEN.format("assert f(271828) == 271828"),
        "print(seen); seen",
    )
    shown = str([cell.outputs for cell in cells])
    assert "271828" not in shown
    assert "in 1" not in shown


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError(x)",
        "raise type(f'Saw{x}', (ValueError,), {})",
        "raise AssertionError(x)",
        "raise MemoryError(x)",
        "return type(f'Saw{x}', (), {})()",
        "import gc, socket, struct, msgpack; c = next(o for o in gc.get_objects() if type(o) is "
        "socket.socket and o.fileno() > 0); c.sendall(struct.pack('!I', 2**31 + x)); return 1",
    ],
)
def test_hidden_inputs_are_in_no_message(execute, body):
    _, test = execute(
        f"def f(x):\n    if x == 1: return 1\n    {body}",
        "assert f(1) == 1\n" + HIDDEN.format("assert float(f(271828)) == 3, 'f must be right'"),
    )
    assert failure(test.outputs)
    assert "271828" not in str(test.outputs)
    assert str(2**31 + 271828) not in str(test.outputs)


def test_hidden_inputs_are_in_no_message_of_a_later_visible_test(execute):
    _, _, test = execute(
        "seen = []\ndef f(x): seen.append(x); return x\ndef g(x): raise ValueError(seen)",
        "assert f(1) == 1\n" + HIDDEN.format("assert f(271828) == 271828"),
        "assert g(1) == 1",
    )
    assert failure(test.outputs) == ("ValueError", "[1]")


def test_the_instructors_words_on_a_hidden_test_are_shown(execute):
    _, test = execute(
        "def f(x): return 1",
        "assert f(1) == 1\n" + HIDDEN.format("assert f(2) == 2, 'f must work for two'"),
    )
    assert failure(test.outputs) == ("AssertionError", "f must work for two")


def test_what_visible_tests_print_is_shown_beside_partial_credit(execute):
    _, test = execute(
        "def f(x): return x",
        "# test\n_right = 0\nprint('f(1) is', f(1))\n_right += f(1) == 1\n"
        + HIDDEN.format("_right += f(2) == 3")
        + "\n_right",
    )
    assert [output.output_type for output in test.outputs] == ["stream", "execute_result"]
    assert test.outputs[0].text == "f(1) is 1\n"
    assert test.outputs[1].data == {"text/plain": "1.0"}


def test_an_error_after_the_last_value_counts(execute):
    (test,) = execute("# test\n2\nraise ValueError('no')")
    assert cell_status(test)[0] == "failed"


def test_a_figure_drawn_in_a_call_belongs_to_no_cell(execute):
    cells = execute(
        "import matplotlib.pyplot as plt\ndef f(x):\n    plt.plot([x]); return x",
        "assert f(1) == 1",
        "x = 1",
        "plt.plot([1, 2]);",
    )
    pictures = [sum("image/png" in o.get("data", {}) for o in cell.outputs) for cell in cells]
    assert pictures == [0, 0, 0, 1]


def test_outputs_are_strings_of_bounded_length():
    big = "z" * 3_000_000
    reply = {
        "streams": {"stdout": big, "stderr": 7},
        "displays": [{"image/png": '"><script>', "text/html": "<b>"}, {"image/png": "iVBO"}] * 99,
        "results": [{"text/plain": big, "text/latex": [1]}],
        "error": [[], {}, 3],
        "traceback": [big, 3] * 99,
    }
    outputs = student_outputs(reply)
    assert len(str(outputs)) < 500_000
    kinds = [output.output_type for output in outputs]
    assert kinds == ["stream", *["display_data"] * 25, "error"]
    assert "<" not in str(outputs)


def test_all_outputs_together_are_bounded(execute, monkeypatch):
    monkeypatch.setattr("autograder.judge.execute.MAX_OUTPUT_BYTES", 5_000)
    cells = execute("print('x' * 4000)", "print('x' * 4000)", "x = 1", "assert x == 1")
    assert "left out" not in cells[0].outputs[0].text
    assert "left out" in cells[1].outputs[0].text
    assert cells[3].outputs == []


def test_the_visible_part_ends_where_the_hidden_one_begins():
    source = "a = 1\n### BEGIN HIDDEN TESTS\nb = 2\n### END HIDDEN TESTS\na"
    assert visible_part(source) == "a = 1\n"
    assert visible_part("a = 1") == "a = 1"
