"""The built book, served on this machine, and pages that report what they ask for."""

import http.server
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")


def build(folder: Path) -> subprocess.CompletedProcess:
    """Build the book in a folder, as ``make book`` does."""
    command = [JUPYTER_BOOK, "build", folder, "-W", "-n", "--keep-going"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def site():
    """Return the folder of the book, built from the sources as they are."""
    result = build(ROOT)
    assert result.returncode == 0, (result.stdout + result.stderr)[-4000:]
    return SITE


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site):
    """Serve the folder above the site, so that the book lives on a subpath."""
    handler = partial(QuietHandler, directory=site.parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
    server.shutdown()


@dataclass
class Visit:
    """A page and everything that went wrong on it."""

    page: object
    trouble: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def visit(browser, address):
    """Return a function that opens a page of the book and waits until it is complete."""
    contexts = []

    def open_page(name, *, scheme="light", width=1280, address=address, **options):
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        seen = Visit(context.new_page())
        watch(seen, address)
        seen.page.goto(address + name)
        if options.get("java_script_enabled", True):
            seen.page.evaluate("window.MathJax ? MathJax.startup.promise : null")
        return seen

    yield open_page
    for context in contexts:
        context.close()


def watch(visit: Visit, address: str) -> None:
    """Note requests that leave the site, requests that fail, and errors on the console."""
    page, trouble, home = visit.page, visit.trouble, urlsplit(address)[:2]

    def check(request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts[:2] != home:
            trouble.append(f"leaves the site: {request.url}")

    def measure(response):
        if response.status >= 400:
            trouble.append(f"status {response.status}: {response.url}")

    page.on("request", check)
    page.on("response", measure)
    page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on(
        "console",
        lambda message: (
            trouble.append(f"console: {message.text}")
            if message.type in ("error", "warning")
            else None
        ),
    )
