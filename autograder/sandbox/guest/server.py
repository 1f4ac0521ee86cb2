"""The warm server: imports once what every notebook imports, then forks for each submission.

Started inside the sandbox by `autograder.sandbox.server`. Requests come over the socket that is
standard input; the socket of a new submission comes with them.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
from typing import Any

import confine
from student import Student, make_shell
from wire import receive, send

WARM = ("numpy", "torch", "matplotlib.pyplot")
REHEARSAL = """
import torch, numpy, matplotlib.pyplot as plt
plt.plot(torch.softmax(torch.zeros(3), 0).numpy(), label="$x_1$")
plt.title("a")
plt.legend()
plt.show()
"""
WORK = f"{confine.SCRATCH}/work"


def main() -> None:
    """Serve until the other side is gone."""
    control = socket.socket(fileno=os.dup(0))
    null = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    missing = warm_up()
    shell = make_shell()
    rehearse(shell, missing)
    gc.freeze()
    send(control, {"ready": True, "missing": missing})
    children: dict[int, int] = {}
    while True:
        try:
            request = receive(control)
        except EOFError:
            os._exit(0)
        reap(children)
        if request["op"] == "start":
            _, (descriptor, *_), _, _ = socket.recv_fds(control, 1, 1)
            children[request["id"]] = start(request, descriptor, control, shell)
            os.close(descriptor)
        elif request["op"] == "kill":
            kill(children.pop(request["id"], None))
        send(control, {"done": request["id"]})


def warm_up() -> list[str]:
    """Import what notebooks import; return what is not installed."""
    missing = []
    for name in WARM:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return missing


def rehearse(shell: Any, missing: list[str]) -> None:
    """Draw a figure once, so that fonts and the like are loaded before anybody's clock runs."""
    if not missing:
        Student(None, shell, 0).run(REHEARSAL, shown=True)
    shell.reset(new_session=False)


def reap(children: dict[int, int]) -> None:
    """Collect those that have ended."""
    for number, process in list(children.items()):
        ended, _ = os.waitpid(process, os.WNOHANG)
        if ended:
            del children[number]


def kill(process: int | None) -> None:
    """End a submission's processes, all of them, and wait until they have ended."""
    if process is not None:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def start(request: dict[str, Any], descriptor: int, control: socket.socket, shell: Any) -> int:
    """Fork the process of one submission; return its number."""
    process = confine.fork_apart()
    if process:
        return process
    try:
        control.close()
        confine.libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # die with the server
        confine.enter_namespaces()
        serve(request, socket.socket(fileno=descriptor), shell)
    finally:
        os._exit(1)


def serve(request: dict[str, Any], channel: socket.socket, shell: Any) -> None:
    """Confine this process, lay out its files and answer the judge.

    Files come over the submission's own channel: what passes through the server stays in its
    memory, where the next submission could read it.
    """
    os.setsid()  # a signal to the process group must not reach the server
    confine.mount_scratch(request["scratch"])
    os.makedirs(WORK)
    os.chdir(WORK)
    for name, content in receive(channel)["files"].items():
        os.makedirs(os.path.dirname(os.path.join(WORK, name)), exist_ok=True)
        with open(os.path.join(WORK, name), "wb") as file:
            file.write(content)
    confine.limit(request["memory"], request["cpu_seconds"], request["scratch"])
    confine.drop_privileges()
    confine.forbid_system_calls()
    Student(channel, shell, request["output_limit"]).serve()


if __name__ == "__main__":
    main()
