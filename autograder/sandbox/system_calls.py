"""System calls that no notebook of the course needs: a filter for the kernel (seccomp).

Namespaces keep a process from what is outside. These calls are forbidden besides, because they make
memory that no limit counts, make namespaces in which more is allowed, look into other processes, or
talk to the machine around a virtual machine.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

# From linux/bpf_common.h, linux/filter.h and linux/seccomp.h.
_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_JUMP_IF_ANY_BIT = 0x45
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000
# Offsets into struct seccomp_data.
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16

_EVERY_NAMESPACE = 0x7E020080  # CLONE_NEWUSER, NEWPID, NEWNET, NEWNS and the rest
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
# Calls that came to every architecture under the same number.
_EVERYWHERE = (
    *(425, 426, 427),  # io_uring
    *(428, 429, 430, 431, 432, 433, 442),  # open_tree to fspick, mount_setattr
    438,  # pidfd_getfd
    447,  # memfd_secret
)
# clone3 keeps its flags in memory, where a filter cannot look: libraries then fall back to clone.
_CLONE3 = 435


@dataclass(frozen=True)
class _Architecture:
    audit: int
    forbidden: tuple[int, ...]
    clone: int
    socket: int


_ARCHITECTURES = {
    "x86_64": _Architecture(
        audit=0xC000003E,
        forbidden=(
            *(29, 68, 240, 319),  # shmget, msgget, mq_open, memfd_create
            *(155, 165, 166, 272, 308),  # pivot_root, mount, umount2, unshare, setns
            *(101, 310, 311),  # ptrace, process_vm_readv, process_vm_writev
            *(248, 249, 250, 298, 304, 321, 323),  # keys, perf, handles, bpf, userfaultfd
        ),
        clone=56,
        socket=41,
    ),
    "aarch64": _Architecture(
        audit=0xC00000B7,
        forbidden=(
            *(194, 186, 180, 279),
            *(41, 40, 39, 97, 268),
            *(117, 270, 271),
            *(217, 218, 219, 241, 265, 280, 282),
        ),
        clone=220,
        socket=198,
    ),
}


def forbidding_program(machine: str | None = None) -> bytes:
    """Return the filter for an architecture, as bubblewrap takes it; empty for one unknown here."""
    architecture = _ARCHITECTURES.get(platform.machine() if machine is None else machine)
    if architecture is None:
        return b""
    refuse = _instruction(_RETURN, _FAIL | errno.EPERM)
    program = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_IF_EQUAL, architecture.audit, 1, 0),
        refuse,
        _instruction(_LOAD, _NUMBER),
        # x86's third way to call: other numbers for the same calls.
        _instruction(_JUMP_IF_AT_LEAST, 0x40000000, 0, 1),
        refuse,
        _instruction(_JUMP_IF_EQUAL, _CLONE3, 0, 1),
        _instruction(_RETURN, _FAIL | errno.ENOSYS),
    ]
    for number in (*architecture.forbidden, *_EVERYWHERE):
        program += [_instruction(_JUMP_IF_EQUAL, number, 0, 1), refuse]
    program += [
        _instruction(_JUMP_IF_EQUAL, architecture.clone, 0, 4),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_JUMP_IF_ANY_BIT, _EVERY_NAMESPACE, 0, 1),
        refuse,
        _instruction(_RETURN, _ALLOW),
        _instruction(_JUMP_IF_EQUAL, architecture.socket, 0, len(_FAMILIES) + 3),
        _instruction(_LOAD, _FIRST_ARGUMENT),
    ]
    for i, family in enumerate(_FAMILIES):
        program.append(_instruction(_JUMP_IF_EQUAL, family, len(_FAMILIES) - i, 0))
    program += [refuse, _instruction(_RETURN, _ALLOW), _instruction(_RETURN, _ALLOW)]
    return b"".join(program)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Write a struct sock_filter; the two jumps say how many instructions to leave out."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
