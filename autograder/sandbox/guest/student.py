"""The student's side of one submission: runs cells, and answers what the judge asks.

Runs inside the sandbox, in a process that is thrown away. Everything here may be tampered with by
the code it runs; nothing here is believed by the judge.
"""

from __future__ import annotations

import base64
import io
import os
import socket
import sys
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib_inline.backend_inline import configure_inline_support
from traitlets.config import Config
from wire import Decoder, Encoder, NotPlainError, receive, send

MAX_MESSAGE = 2_000
MAX_DISPLAYS = 50
MAX_SHOWN = 8_000_000
SHOWN = ["text/plain", "text/latex", "image/png"]  # nothing that a browser would run
INLINE = "module://matplotlib_inline.backend_inline"


class Capped(io.TextIOBase):
    """A text stream that keeps the first bytes and says that it dropped the rest."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.clear()

    def clear(self) -> None:
        """Forget what was written."""
        self.parts: list[str] = []
        self.left = self.limit

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep text while there is room."""
        if self.left > 0:
            self.parts.append(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.parts.append("\n… (output cut off)")
        return len(text)

    def text(self) -> str:
        """Return what was kept."""
        return "".join(self.parts)


class ResultHook(DisplayHook):
    """Keeps what the last expression of a cell shows."""

    results: list[dict[str, Any]]

    def __call__(self, result: Any = None) -> None:
        """Format a value as Jupyter would show it, and keep that."""
        if result is not None and not self.quiet():
            data, _ = self.shell.display_formatter.format(result)
            self.results.append(data)


class CellShell(InteractiveShell):
    """An IPython shell that keeps a traceback instead of printing it."""

    displayhook_class = ResultHook
    traceback_lines: list[str]

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        self.traceback_lines = list(stb)


def make_shell() -> CellShell:
    """Make the shell that cells run in, once, before any submission; it shows figures inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.cache_size = 0
    shell = CellShell.instance(config=config)
    matplotlib.interactive(True)
    configure_inline_support(shell, INLINE)
    return shell


class Student:
    """One submission's process.

    Parameters
    ----------
    channel : socket
        To the judge.
    shell : CellShell
        Where cells run.
    output_limit : int
        Characters kept of each stream of a cell.
    """

    def __init__(self, channel: socket.socket, shell: CellShell, output_limit: int) -> None:
        self.channel = channel
        self.shell = shell
        self.streams = {"stdout": Capped(output_limit), "stderr": Capped(output_limit)}
        self.kept: list[Any] = []

    def serve(self) -> None:
        """Answer requests until the judge hangs up."""
        sys.stdout, sys.stderr = self.streams["stdout"], self.streams["stderr"]
        while True:
            try:
                request = receive(self.channel)
            except EOFError:
                os._exit(0)
            reply = self.answer(request)
            reply["id"] = request["id"]
            send(self.channel, reply)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what one request asks; an error of the student's code is an answer too."""
        try:
            if request["op"] == "run":
                return self.run(request["source"], request["shown"])
            value = getattr(self, f"do_{request['op']}")(request)
            return {"value": Encoder(self.keep)(value)}
        except NotPlainError as error:
            return {"error": describe(error)}
        except BaseException as error:  # students' code may raise anything
            return {"error": describe(error)}

    def run(self, source: str, shown: bool) -> dict[str, Any]:
        """Run one cell as Jupyter would; draw pictures only if they will be shown."""
        self.kept.clear()
        for stream in self.streams.values():
            stream.clear()
        plt.close("all")  # what a call has drawn belongs to no cell
        shell = self.shell
        shell.display_formatter.active_types = SHOWN if shown else SHOWN[:1]
        shell.display_pub = CapturingDisplayPublisher()
        shell.displayhook.results = []
        shell.traceback_lines = []
        result = shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return {
            "streams": {name: stream.text() for name, stream in self.streams.items()},
            "results": plain_bundles(shell.displayhook.results),
            "displays": plain_bundles([each["data"] for each in shell.display_pub.outputs]),
            "error": describe(error) if error is not None else None,
            "traceback": [line[:MAX_MESSAGE] for line in shell.traceback_lines[:50]],
        }

    def keep(self, value: Any) -> list[Any]:
        """Keep a value here and return its handle."""
        self.kept.append(value)
        traits = [name for name in ("__call__", "__len__", "__getitem__") if hasattr(value, name)]
        return ["p", len(self.kept) - 1, type(value).__name__[:100], traits]

    def target(self, request: dict[str, Any]) -> Any:
        """Return the kept value that a request is about."""
        return self.kept[request["target"]]

    def decode(self, value: Any) -> Any:
        """Rebuild what the judge sent."""
        return Decoder(lambda parts: self.kept[parts[0]])(value)

    def do_get(self, request: dict[str, Any]) -> Any:
        """Look up a name; a list holds it, an empty one says that there is none."""
        names = self.shell.user_ns
        return [names[request["name"]]] if request["name"] in names else []

    def do_call(self, request: dict[str, Any]) -> Any:
        """Call a kept value."""
        arguments = self.decode(request["arguments"])
        return self.target(request)(*arguments, **self.decode(request["keywords"]))

    def do_attribute(self, request: dict[str, Any]) -> Any:
        """Read an attribute of a kept value."""
        return getattr(self.target(request), request["name"])

    def do_item(self, request: dict[str, Any]) -> Any:
        """Read an item of a kept value."""
        return self.target(request)[self.decode(request["key"])]

    def do_length(self, request: dict[str, Any]) -> int:
        """Measure a kept value."""
        return len(self.target(request))


def describe(error: BaseException) -> list[str]:
    """Return the name of an error, its message, and the built-in error that it is a kind of."""
    base = next(kind for kind in type(error).__mro__ if kind.__module__ == "builtins")
    try:
        message = str(error)
    except Exception:
        message = ""
    return [type(error).__name__[:100], message[:MAX_MESSAGE], base.__name__]


def plain_bundles(shown: list[Any]) -> list[dict[str, str]]:
    """Keep the first displayed values, as many as there is room for."""
    bundles = []
    left = MAX_SHOWN
    for data in shown[:MAX_DISPLAYS]:
        bundle = plain_bundle(data)
        left -= sum(map(len, bundle.values()))
        if left < 0:
            break
        bundles.append(bundle)
    return bundles


def plain_bundle(data: Any) -> dict[str, str]:
    """Keep the text and the picture of a displayed value."""
    bundle = {}
    for kind in SHOWN:
        value = data.get(kind)
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode("ascii")
        if isinstance(value, str):
            bundle[kind] = value[:1_000_000]
    return bundle
