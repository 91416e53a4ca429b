"""What a sandbox does: start a worker on given descriptors, somewhere it can reach nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Protocol

from autograder.sandbox.limits import Limits
from autograder.sandbox.process_tree import usage


class SandboxError(Exception):
    """There is no sandbox to be had, or it does not start; the text says what to do."""


@dataclass(frozen=True)
class Wires:
    """Descriptors of the grader that become the worker's.

    Attributes
    ----------
    requests, answers : int
        Where the worker reads and writes frames; the same one for a socket.
    output : int
        Its standard output and error.
    arena : int
        The memory that it shares with the grader, or -1.
    """

    requests: int
    answers: int
    output: int
    arena: int


class Launched:
    """A worker that was started.

    Attributes
    ----------
    first : int or None
        The first process of the sandbox as this machine numbers it; None where it cannot be seen.
    """

    def __init__(self, process: subprocess.Popen[bytes], first: int | None) -> None:
        self.process = process
        self.first = first

    def processes(self) -> tuple[int, ...]:
        """List what runs the student's code, where it can be seen."""
        return usage(self.first).processes if self.first is not None else ()

    def kill(self) -> None:
        """End every process of the sandbox, and wait until they are gone."""
        if self.first is not None:
            # Twice: a process may have been born while the list was read.
            for _ in range(2):
                for pid in usage(self.first).processes:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def status(self, patience_seconds: float = 2.0) -> int | None:
        """Return the exit status once the process ended, or None if it does not."""
        end = time.monotonic() + patience_seconds
        while self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        return self.process.returncode


class Sandbox(Protocol):
    """A way to run a worker apart."""

    @property
    def isolation(self) -> str:
        """Its name: "bubblewrap", "docker", "podman" or "none"."""
        ...

    @property
    def shares_memory(self) -> bool:
        """Whether a worker can map the grader's arena."""
        ...

    def own_limits(self, limits: Limits) -> dict[str, int]:
        """Say which limits the worker shall put on itself (`worker.confinement`)."""
        ...

    def launch(self, wires: Wires, limits: Limits) -> Launched:
        """Start a worker.

        Raises
        ------
        SandboxError
            If it cannot be started.
        """
        ...
