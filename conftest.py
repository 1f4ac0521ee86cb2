"""Read before any test: two test processes share the processors, so each library gets one thread.

Without this, torch waits for threads that do not run, and some tests take a hundred times as long.
The guest of the sandbox is imported inside it only.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

collect_ignore = [f"autograder/sandbox/guest/{name}.py" for name in ("server", "student")]
