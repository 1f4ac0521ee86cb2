"""Every test draws the same random numbers, whichever ran before it in the same process."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def fresh_generator(request):
    """Start the module's generator ``rng`` anew, if it has one."""
    if hasattr(request.module, "rng"):
        request.module.rng = np.random.default_rng(0)
