"""Run the pages again when the code they use has changed.

The notebook cache recognizes a page by the text of its cells. A page that prints a number computed
by ``embref`` would keep the old number after a change of ``embref``. This extension keeps one cache
per state of that code. The path of the cache is part of the configuration, so Sphinx reads every
page anew when it changes.
"""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

SOURCES = ("embref/**/*.py", "book/*.py", "book/_ext/*.py")
LIBRARIES = ("numpy", "scipy", "matplotlib")


def fingerprint(root: Path) -> str:
    """Digest of the code and the libraries that decide what a page prints."""
    digest = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def choose_cache(app: Sphinx, config: Config) -> None:
    """Point the notebook cache at the folder of this fingerprint and drop older ones."""
    folder = Path(app.outdir).parent / ".jupyter_cache"
    current = folder / fingerprint(Path(app.srcdir))
    for other in folder.glob("*"):
        if other != current:
            shutil.rmtree(other) if other.is_dir() else other.unlink()
    config.nb_execution_cache_path = str(current)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("config-inited", choose_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
