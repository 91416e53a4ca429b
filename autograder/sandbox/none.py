"""The worker as a plain process of this machine: limits, but no walls. Only for --no-sandbox."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from autograder.sandbox.kit import START, Kit
from autograder.sandbox.launching import Launched, SandboxError, Wires
from autograder.sandbox.limits import Limits
from autograder.sandbox.machine import Machine, this_machine
from autograder.sandbox.worker_limits import ENVIRONMENT, PYTHON_OPTIONS, worker_limits


class NoSandbox:
    """Starts workers that see this machine as the grader does.

    Parameters
    ----------
    kit : Kit
        The course's files that a worker imports.
    machine : Machine, optional
        Where Python and its packages lie.
    """

    isolation = "none"
    shares_memory = hasattr(os, "memfd_create")

    def __init__(self, kit: Kit, machine: Machine | None = None) -> None:
        self._kit = kit
        self._machine = this_machine() if machine is None else machine

    def own_limits(self, limits: Limits) -> dict[str, int]:
        """Everything but the number of processes: all of the account's would count."""
        own = worker_limits(limits)
        del own["processes"]
        if sys.platform == "darwin":
            # Its kernel refuses every limit on what a process maps.
            del own["address_bytes"]
        return own

    def command(self, wires: Wires) -> list[str]:
        """Write the command line."""
        return [
            *(str(self._machine.python), "-S", *PYTHON_OPTIONS),
            str(self._kit.folder / START),
            *(str(number) for number in (wires.requests, wires.answers, wires.arena)),
            *map(str, self._machine.packages),
        ]

    def launch(self, wires: Wires, limits: Limits) -> Launched:
        """Start a worker in a temporary home."""
        home = tempfile.mkdtemp()
        given = {number for number in (wires.requests, wires.answers, wires.arena) if number >= 0}
        try:
            process = subprocess.Popen(
                self.command(wires),
                cwd=home,
                env={**ENVIRONMENT, "HOME": home, "TMPDIR": home},
                stdin=subprocess.DEVNULL,
                stdout=wires.output,
                stderr=wires.output,
                pass_fds=sorted(given),
                start_new_session=True,
            )
        except OSError as error:
            shutil.rmtree(home, ignore_errors=True)
            raise SandboxError(f"the worker does not start: {error.strerror}") from None
        return _InAHome(process, home)


class _InAHome(Launched):
    def __init__(self, process: subprocess.Popen[bytes], home: str) -> None:
        super().__init__(process, process.pid)
        self._home = home

    def kill(self) -> None:
        """End what can be found of it, and remove its home."""
        super().kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self._home, ignore_errors=True)
