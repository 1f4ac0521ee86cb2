"""What a forked process gives up before a student's code runs in it. Linux only."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_THREAD = 0x00010000
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
SECCOMP_ALLOW = 0x7FFF0000
SECCOMP_KILL_PROCESS = 0x80000000
SECCOMP_ERRNO = 0x00050000
EPERM, ENOSYS = 1, 38
MS_NOSUID, MS_NODEV = 2, 4
LAST_CAPABILITY = 63
MOST_FILES = 10_000
SCRATCH = "/scratch"

# Classic BPF: load a word, jump if equal, jump if any bit is set, return.
LOAD, JUMP_EQUAL, JUMP_GREATER_EQUAL, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
FORBIDDEN = {
    "x86_64": {
        "fork": 57, "vfork": 58, "execve": 59, "kill_others": 62, "ptrace": 101, "syslog": 103,
        "personality": 135, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163,
        "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168,
        "reboot": 169, "sethostname": 170, "setdomainname": 171, "init_module": 175,
        "delete_module": 176, "quotactl": 179, "add_key": 248, "request_key": 249, "keyctl": 250,
        "unshare": 272, "move_pages": 279, "perf_event_open": 298, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320,
        "bpf": 321, "execveat": 322, "userfaultfd": 323, "shmget": 29, "msgget": 68,
        "mq_open": 240, "memfd_create": 319,
    },
    "aarch64": {
        "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "quotactl": 60, "acct": 89,
        "unshare": 97, "kexec_load": 104, "init_module": 105, "delete_module": 106, "syslog": 116,
        "ptrace": 117, "reboot": 142, "sethostname": 161, "setdomainname": 162,
        "settimeofday": 170, "adjtimex": 171, "add_key": 217, "request_key": 218, "keyctl": 219,
        "execve": 221, "swapon": 224, "swapoff": 225, "move_pages": 239, "perf_event_open": 241,
        "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273,
        "bpf": 280, "execveat": 281, "userfaultfd": 282, "kexec_file_load": 294,
        "personality": 92, "mq_open": 180, "msgget": 186, "shmget": 194, "memfd_create": 279,
    },
}  # fmt: skip
for _table in FORBIDDEN.values():
    _table.pop("kill_others", None)  # a process namespace of its own has no others
    _table.update(  # the same numbers everywhere
        io_uring_setup=425, io_uring_enter=426, io_uring_register=427, open_tree=428,
        move_mount=429, fsopen=430, fsconfig=431, fsmount=432, fspick=433, pidfd_getfd=438,
        mount_setattr=442, landlock_create_ruleset=444,
        memfd_secret=447,
    )  # fmt: skip

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    """Turn a failed call of the C library into an OSError."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def fork_apart() -> int:
    """Fork a child that is process one of a new namespace: with it, all others there end.

    Only children enter a namespace of processes; afterwards this process goes back to having them
    in its own.
    """
    check(libc.unshare(CLONE_NEWPID), "unshare")
    child = os.fork()
    if child:
        own = os.pidfd_open(os.getpid())
        check(libc.setns(own, CLONE_NEWPID), "setns")
        os.close(own)
    return child


def enter_namespaces() -> None:
    """Leave the server's mounts and shared memory."""
    check(libc.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC), "unshare")


def mount_scratch(size: int) -> None:
    """Mount fresh, empty scratch folders, the only places that can be written to."""
    options = f"size={size},nr_inodes={MOST_FILES},mode=777".encode()
    for place in (SCRATCH.encode(), b"/dev/shm"):
        check(libc.mount(b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, options), "mount")


def limit(memory: int, cpu_seconds: int, file_size: int) -> None:
    """Set the limits that the kernel keeps for one process."""
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_STACK, 64 * 2**20),
    ):
        resource.setrlimit(what, (value, value))


def drop_privileges() -> None:
    """Drop every capability for good and forbid to gain any."""
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("Ii", 0x20080522, 0)
    check(libc.capset(header, bytes(24)), "capset")
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    check(libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


def forbid_system_calls() -> None:
    """Install the filter: no new processes, programs, namespaces, mounts or debuggers.

    Threads may be started. ``clone3`` is said not to exist, because its flags lie in memory where
    a filter cannot look; the C library then takes ``clone``.
    """
    machine = platform.machine()
    program = filter_program(machine)
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    mode = SECCOMP_MODE_FILTER
    check(libc.prctl(PR_SET_SECCOMP, mode, ctypes.c_char_p(header), 0, 0), "seccomp")


def filter_program(machine: str) -> list[tuple[int, int, int, int]]:
    """Write the filter for one kind of processor.

    Raises
    ------
    OSError
        If it is an unknown kind.
    """
    if machine not in AUDIT:
        raise OSError(ENOSYS, f"no system-call filter for {machine}")
    program = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, AUDIT[machine]),
        (RETURN, 0, 0, SECCOMP_KILL_PROCESS),
        (LOAD, 0, 0, NUMBER),
    ]
    if machine == "x86_64":
        program += [(JUMP_GREATER_EQUAL, 0, 1, X32_BIT), (RETURN, 0, 0, SECCOMP_KILL_PROCESS)]
    program += [(JUMP_EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, SECCOMP_ERRNO | ENOSYS)]
    for number in sorted(FORBIDDEN[machine].values()):
        program += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, SECCOMP_ERRNO | EPERM)]
    program += [
        (JUMP_EQUAL, 0, 3, CLONE[machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_SET, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, SECCOMP_ERRNO | EPERM),
        (RETURN, 0, 0, SECCOMP_ALLOW),
    ]
    return program
