"""The worker in namespaces of its own, by bubblewrap: no network, nothing to write to, no root."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
from pathlib import Path
from typing import BinaryIO

from autograder.sandbox.bubblewrap_view import view, worker
from autograder.sandbox.kit import Kit
from autograder.sandbox.launching import Launched, SandboxError, Wires
from autograder.sandbox.limits import Limits
from autograder.sandbox.machine import Machine, this_machine
from autograder.sandbox.system_calls import forbidding_program
from autograder.sandbox.worker_limits import worker_limits
from autograder.worker.account import STUDENT

PROGRAM = "bwrap"
WALLS = (
    *("--unshare-all", "--unshare-user"),
    *("--die-with-parent", "--new-session"),
    *("--cap-drop", "ALL"),
)
# Another account of this machine, for the student's code of a grader that runs as root.
NOBODY = 65_534
# How long bubblewrap may take to make its namespaces.
PATIENCE_SECONDS = 20.0


class Bubblewrap:
    """Runs workers by bubblewrap.

    Parameters
    ----------
    kit : Kit
        The course's files that a worker sees.
    machine : Machine, optional
        Where Python and its packages lie.
    second_account : bool, optional
        Whether the student's code runs under another account of this machine than the grader. Only
        root can do so, and does so unless told otherwise: the kernel limits no processes of root.
    """

    isolation = "bubblewrap"
    shares_memory = True

    def __init__(
        self, kit: Kit, machine: Machine | None = None, second_account: bool | None = None
    ) -> None:
        self._kit = kit
        self._machine = this_machine() if machine is None else machine
        self._second_account = os.geteuid() == 0 if second_account is None else second_account

    def own_limits(self, limits: Limits) -> dict[str, int]:
        """Everything that a process may limit for itself."""
        return worker_limits(limits)

    def launch(self, wires: Wires, limits: Limits) -> Launched:
        """Start a worker and wait until bubblewrap has made its namespaces."""
        options = [*WALLS, *view(self._kit, self._machine, limits)]
        command = worker(self._machine, wires)
        with contextlib.ExitStack() as closing:
            told, info = _pipe(closing)
            given = [info]
            options += ["--info-fd", str(info.fileno())]
            release = None
            if self._second_account:
                block, release = _pipe(closing)
                given.append(block)
                # To become the student, which it does first of all, the worker needs these two.
                options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
                options += ["--userns-block-fd", str(block.fileno())]
            else:
                options += ["--uid", str(STUDENT), "--gid", str(STUDENT)]
            program = forbidding_program()
            if program:
                given.append(_data(closing, program))
                options += ["--seccomp", str(given[-1].fileno())]
            # Not on the command line: the student's code can read that of the first process.
            given.append(_data(closing, "".join(f"{option}\0" for option in options).encode()))
            process = self._start(given, wires, command)
            # So that reading ends where the other process does.
            info.close()
            first = _first_process(told)
            if first is not None and release is not None:
                first = _with_accounts(first, release)
        if first is None:
            process.kill()
            process.wait()
            raise SandboxError("bubblewrap made no sandbox")
        return BubblewrapLaunched(process, first)

    def _start(
        self, given: list[BinaryIO], wires: Wires, command: list[str]
    ) -> subprocess.Popen[bytes]:
        descriptors = {wires.requests, wires.answers, *(file.fileno() for file in given)}
        if wires.arena >= 0:
            descriptors.add(wires.arena)
        try:
            return subprocess.Popen(
                [str(shutil.which(PROGRAM)), "--args", str(given[-1].fileno()), "--", *command],
                # Nothing of the grader's: the student's code may read this as well.
                env={},
                stdin=subprocess.DEVNULL,
                stdout=wires.output,
                stderr=wires.output,
                pass_fds=sorted(descriptors),
            )
        except OSError as error:
            raise SandboxError(f"bubblewrap does not start: {error.strerror}") from None


class BubblewrapLaunched(Launched):
    """A worker below bubblewrap: the first process of its namespace takes all others with it."""

    def __init__(self, process: subprocess.Popen[bytes], first: int) -> None:
        super().__init__(process, first)
        self._handle = os.pidfd_open(first)

    def processes(self) -> tuple[int, ...]:
        """List what runs the student's code: not the namespace's first process, which is ours."""
        return tuple(process for process in super().processes() if process != self.first)

    def kill(self) -> None:
        """End the namespace; the kernel lets nothing in it live on."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        # The namespace's first process is gone when all the others are.
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        poll.poll(PATIENCE_SECONDS * 1000)
        os.close(self._handle)
        # bubblewrap ends when its child has, and collects it: who kills it leaves that to others.
        if self.status() is None:
            self.process.kill()
            self.process.wait()


def _pipe(closing: contextlib.ExitStack) -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return (
        closing.enter_context(os.fdopen(reading, "rb")),
        closing.enter_context(os.fdopen(writing, "wb")),
    )


def _data(closing: contextlib.ExitStack, data: bytes) -> BinaryIO:
    file = closing.enter_context(os.fdopen(os.memfd_create(""), "w+b"))
    file.write(data)
    file.seek(0)
    return file


def _first_process(told: BinaryIO) -> int | None:
    """Read which process bubblewrap started; None if it ended without starting one."""
    text = b""
    poll = select.poll()
    poll.register(told, select.POLLIN)
    while b"}" not in text and poll.poll(PATIENCE_SECONDS * 1000):
        data = os.read(told.fileno(), 4096)
        if not data:
            break
        text += data
    try:
        return int(json.loads(text)["child-pid"])
    except (ValueError, KeyError):
        return None


def _with_accounts(first: int, release: BinaryIO) -> int | None:
    """Give a waiting namespace its root, which is ours, and the student, which is nobody."""
    try:
        for kind in ("uid_map", "gid_map"):
            Path(f"/proc/{first}/{kind}").write_text(
                f"0 0 1\n{STUDENT} {NOBODY} 1\n", encoding="ascii"
            )
        release.write(b"\n")
        release.flush()
    # A root that is itself only root of a namespace may not have that account to give.
    except OSError:
        return None
    return first
