"""What importing the package costs: no heavy library comes along."""

import subprocess
import sys

MODULES = [
    "bag_of_words", "cooccurrence", "datasets", "decomposition", "encodings", "evaluation",
    "factorization", "kernels", "losses", "networks", "nmf", "optim", "text", "word2vec", "worked",
]  # fmt: skip
HEAVY = ("torch", "matplotlib", "sklearn", "scipy.optimize", "scipy.sparse.linalg")


def test_imports_load_nothing_heavy():
    imports = "; ".join(f"import embref.{module}" for module in MODULES)
    code = f"{imports}; import sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
