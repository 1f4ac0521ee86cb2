"""The sandbox from inside: what a student's code can see, take and leave."""

import os
import socket
import subprocess
import sys
import time

import pytest

from autograder.errors import CourseError
from autograder.sandbox import server as module
from autograder.sandbox.guest import confine
from autograder.sandbox.server import (
    Limits,
    Server,
    StudentGoneError,
    StudentTimeoutError,
    sandbox_command,
    why_not,
)

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
MARK = b"TRACE-OF-ANOTHER"


@pytest.fixture(scope="module")
def server():
    with Server() as warm:
        yield warm


@pytest.fixture
def session(server):
    opened = server.open(Limits(memory=3 * 2**30, cpu_seconds=20), {})
    yield opened
    opened.close()


def run(session, source, seconds=5.0):
    """Run a cell; return what it printed, or the name of its error."""
    reply = session.ask({"op": "run", "source": source, "shown": True}, time.monotonic() + seconds)
    return reply["error"][0] if reply["error"] else reply["streams"]["stdout"].strip()


def processes(server):
    """Return the processes below a server, as the machine sees them."""
    below, new = set(), {server.process.pid}
    while new:
        below |= new
        rows = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
        pairs = [tuple(map(int, row.split())) for row in rows.splitlines()]
        new = {child for child, parent in pairs if parent in below} - below
    return below


def test_the_machine_is_not_there(session):
    assert run(session, "import os; print(os.path.exists('/proc/1'), os.path.exists('/sys'))") == (
        "False False"
    )
    assert run(session, "print(sorted(os.listdir('/etc')))") == "['fonts', 'ld.so.cache']"
    assert run(session, "print(os.listdir('.'), os.listdir('/dev/shm'))") == "[] []"


def test_the_course_is_not_there(session):
    root = str(module.GUEST.parents[2])
    found = run(session, f"import os; print(sorted(os.listdir({root!r})))")
    assert set(found.strip("[]'").split("', '")) <= {".venv", "FileNotFoundError"}
    for name in ("embref", "autograder", "solutions"):
        assert run(session, f"import {name}") == "ModuleNotFoundError"


def test_the_environment_is_ours_alone(session):
    names = run(session, "import os; print(*sorted(os.environ))").split()
    own = {name for name in names if not name.startswith(("KMP_", "TORCHINDUCTOR_"))}  # torch's
    assert own <= {*module.ENVIRONMENT, "PWD", "LC_CTYPE"}


@pytest.mark.parametrize("path", ["/x", "/usr/x", "/etc/x", "/dev/x", "/guest/x", "/home/x"])
def test_nothing_but_scratch_can_be_written(session, path):
    assert run(session, f"open({path!r}, 'w')") in ("OSError", "FileNotFoundError")


def test_libraries_cannot_be_written(session):
    source = "import numpy; open(numpy.__file__, 'a')"
    assert run(session, source) == "OSError"


def test_scratch_is_bounded(session):
    source = "open('/tmp/a', 'wb').write(bytes(80 * 2**20))"
    assert run(session, source) == "OSError"
    source = "for n in range(12_000): open(f'/dev/shm/{n}', 'w').close()"
    assert run(session, source) == "OSError"


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import multiprocessing as m; p = m.get_context('fork').Process(); p.start()",
        "import os; os.memfd_create('x')",
    ],
)
def test_no_program_is_started(session, source):
    assert run(session, source) == "PermissionError"


CALLS = {
    "fork": "c.fork()", "clone3": "c.syscall(435, 0, 0)", "unshare": "c.unshare(0x10000000)",
    "ptrace": "c.ptrace(0, 0, 0, 0)", "mount": "c.mount(0, b'/', 0, 4128, 0)",
    "chroot": "c.chroot(b'/')", "shmget": "c.shmget(0, 4096, 0o1600)",
    "msgget": "c.msgget(0, 0o1600)", "setns": "c.setns(0, 0)", "keyctl": "c.syscall(250, 0, 0)",
    "bpf": "c.syscall(321, 0, 0, 0)", "io_uring": "c.syscall(425, 1, 0)",
    "gain": "c.prctl(24, 21, 0, 0, 0)", "setuid": "c.setuid(4321)",
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_the_kernel_refuses(session, name):
    run(session, "import ctypes; c = ctypes.CDLL(None)")
    assert run(session, f"print({CALLS[name]})") == "-1"


def test_there_is_no_network(session, server):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        source = f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)"
        assert run(session, source) == "ConnectionRefusedError"
    assert run(session, "print(socket.if_nameindex())") == "[(1, 'lo')]"
    source = "s = socket.socket(); s.settimeout(1); s.connect(('192.0.2.1', 80))"
    assert run(session, source) == "OSError"


def test_memory_is_bounded(session):
    assert run(session, "held = [bytearray(2**28) for _ in range(20)]", 20) == "MemoryError"


def test_processor_time_is_bounded(server):
    busy = server.open(Limits(cpu_seconds=1), {})
    start = time.monotonic()
    with pytest.raises(StudentGoneError):
        run(busy, "while True: pass", 20)
    assert time.monotonic() - start < 15


def test_output_is_cut_off_while_it_streams(server):
    small = server.open(Limits(output_limit=1000), {})
    printed = run(small, "for _ in range(100_000): print('x' * 100)")
    assert len(printed) < 1100
    assert printed.endswith("(output cut off)")
    small.close()


def test_sessions_do_not_see_each_other(server):
    first = server.open(Limits(), {"notes.txt": b"first"})
    second = server.open(Limits(), {"notes.txt": b"second"})
    run(first, "open('/tmp/seen', 'w').write('x'); open('/dev/shm/seen', 'w').write('x'); y = 1")
    run(first, "import socket; s = socket.socket(socket.AF_UNIX); s.bind('/tmp/s'); s.listen()")
    source = "import os; print(open('notes.txt').read(), os.listdir('/dev/shm'), 'y' in globals())"
    assert run(second, source) == "second [] False"
    assert run(second, "print(os.listdir('/tmp'), os.getpid())") == "['work'] 1"
    first.close()
    assert run(second, "print('alive')") == "alive"
    second.close()


def test_no_trace_of_another_submission_is_in_memory(server):
    before = server.open(Limits(), {"notes.txt": (MARK + b"-") * 3000})
    run(before, "text = open('notes.txt', 'rb').read() * 3")
    before.close()
    after = server.open(Limits(), {})
    source = """
import ctypes
c = ctypes.CDLL(None)
c.sbrk.restype, c.sbrk.argtypes = ctypes.c_void_p, [ctypes.c_long]
held = ctypes.string_at(c.sbrk(0) - 2**23, 2**23)
print(held.count(b'-'.join([b'TRACE', b'OF', b'ANOTHER', b'TRACE'])))
"""
    assert run(after, source) == "0"
    after.close()


def test_no_process_outlives_its_session(server):
    before = processes(server)
    session = server.open(Limits(), {})
    run(session, "import ctypes; ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)")  # do not die with parent
    run(session, "import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)")
    run(session, "import threading, time; threading.Thread(target=time.sleep, args=[60]).start()")
    assert len(processes(server) - before) == 1
    session.close()
    assert processes(server) <= before


@pytest.mark.parametrize("call", ["os.kill(0, 9)", "os.killpg(0, 19)", "os.kill(1, 19)"])
def test_signals_reach_nobody_else(server, call):
    neighbor = server.open(Limits(), {})
    session = server.open(Limits(), {})
    with pytest.raises((StudentGoneError, StudentTimeoutError)):
        run(session, f"import os, time; {call}; time.sleep(5)", 0.5)
    assert run(neighbor, "print('alive')") == "alive"
    neighbor.close()
    assert server.process.poll() is None


def test_there_is_nobody_else_to_signal(session):
    assert run(session, "import os; os.kill(-1, 9)") == "ProcessLookupError"
    assert run(session, "os.kill(2, 9)") == "ProcessLookupError"


def test_a_process_that_ends_is_noticed_at_once(session):
    start = time.monotonic()
    with pytest.raises(StudentGoneError):
        run(session, "import os; os._exit(0)", 20)
    assert time.monotonic() - start < 5
    with pytest.raises(StudentGoneError):
        run(session, "1")


def test_a_hanging_process_is_ended_in_time(server, session):
    before = processes(server)
    start = time.monotonic()
    with pytest.raises(StudentTimeoutError):
        run(session, "while True:\n    try:\n        while True: pass\n    except: pass", 0.5)
    assert time.monotonic() - start < 5
    assert len(processes(server)) < len(before)


def test_a_frame_sent_drop_by_drop_has_one_deadline(session):
    source = """
import gc, socket, struct, time
channel = next(o for o in gc.get_objects() if type(o) is socket.socket and o.fileno() > 0)
channel.sendall(struct.pack('!I', 10**6))
while True: channel.sendall(b'x'); time.sleep(.01)
"""
    start = time.monotonic()
    with pytest.raises(StudentTimeoutError):
        run(session, source, 0.5)
    assert time.monotonic() - start < 5


def test_ending_the_server_ends_everybody():
    warm = Server()
    session = warm.open(Limits(), {})
    run(session, "import ctypes; ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)")
    everybody = processes(warm)
    warm.close()
    deadline = time.monotonic() + 5
    while any(map(_is_alive, everybody)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_is_alive, everybody))


def _is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def test_without_bubblewrap_the_reason_and_the_remedy_are_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CourseError, match=r"bubblewrap is not installed.*--isolation none"):
        Server()


def test_a_sandbox_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr(module, "sandbox_command", lambda descriptor: ["bwrap", "--nonsense"])
    with pytest.raises(CourseError, match=r"did not start: .*nonsense"):
        Server()


def test_the_command_gives_away_nothing_of_the_course():
    command = sandbox_command(0)
    shown = [command[n + 1] for n, word in enumerate(command) if word.endswith(("-bind", "-try"))]
    root = str(module.GUEST.parents[2])
    inside = [path for path in shown if path.startswith(root)]
    assert set(inside) <= {sys.prefix, str(module.GUEST)}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_jumps_nowhere_else(machine):
    program = confine.filter_program(machine)
    for place, (code, yes, no, _) in enumerate(program):
        if code in (confine.JUMP_EQUAL, confine.JUMP_GREATER_EQUAL, confine.JUMP_SET):
            assert max(yes, no) < len(program) - place - 1
    assert program[-1][0] == confine.RETURN


def test_an_unknown_processor_is_refused():
    with pytest.raises(OSError, match="no system-call filter for abacus"):
        confine.filter_program("abacus")


def test_the_server_itself_is_not_stopped_by_terminals():
    assert "--new-session" in sandbox_command(0)
    assert "--die-with-parent" in sandbox_command(0)
