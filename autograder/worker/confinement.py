"""Limits that the worker puts on itself before any line of the student's code runs."""

from __future__ import annotations

import fcntl
import os
import resource
from collections.abc import Mapping
from pathlib import Path

from autograder.worker.account import STUDENT

# The wire's descriptors from here on: code that closes or writes whatever is open starts at 3.
FIRST_DESCRIPTOR = 100

_LIMITED = {
    "address_bytes": resource.RLIMIT_AS,
    "cpu_seconds": resource.RLIMIT_CPU,
    "file_bytes": resource.RLIMIT_FSIZE,
    "files": resource.RLIMIT_NOFILE,
    "processes": resource.RLIMIT_NPROC,
    "core_bytes": resource.RLIMIT_CORE,
}


def become_the_student() -> None:
    """Give up root and its capabilities, where the sandbox started us as root of its own."""
    if os.getuid() == 0 and _is_mapped(STUDENT):
        os.setgroups([])
        os.setresgid(STUDENT, STUDENT, STUDENT)
        os.setresuid(STUDENT, STUDENT, STUDENT)


def confine(limits: Mapping[str, int]) -> None:
    """Set hard limits, by the names in ``_LIMITED``; nothing can raise them again."""
    for name, value in limits.items():
        kind = _LIMITED[name]
        _, hardest = resource.getrlimit(kind)
        allowed = value if hardest == resource.RLIM_INFINITY else min(value, hardest)
        resource.setrlimit(kind, (allowed, allowed))


def keep_apart(reading: int, writing: int) -> tuple[int, int]:
    """Move the wire to descriptors of its own, which no program that is started inherits.

    Where the wire came as standard input and output, these become the null device and what
    standard error is.
    """
    moved = tuple(
        fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR)
        for descriptor in (reading, writing)
    )
    # Whatever else the sandbox left open on its way here.
    os.closerange(3, FIRST_DESCRIPTOR)
    if reading == 0:
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
    if writing == 1:
        os.dup2(2, 1)
    return moved[0], moved[1]


def _is_mapped(uid: int) -> bool:
    """Whether this user namespace is one of a sandbox, made for this user: the machine's is not."""
    table = Path("/proc/self/uid_map")
    lines = table.read_text("ascii").splitlines() if table.exists() else []
    rows = [tuple(int(field) for field in line.split()) for line in lines]
    return any(first == uid and count == 1 for first, _, count in rows)
