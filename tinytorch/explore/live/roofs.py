"""The roofs of this machine, measured once for all explorers of a kernel.

A calibration takes seconds and wants every core, so it runs in a process of its own, and the kernel
looks from time to time whether it has ended.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path

import tinytorch
from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.perf.points import RecordingError
from tinytorch.perf.recording import read_recording
from tinytorch.perf.roofline import Machine
from tinytorch.perf.sampling import Clock

# Without what `python -m tinytorch roofline` does besides: it prints and draws.
PROGRAM = """\
import sys
from tinytorch.perf.recording import write_recording
from tinytorch.perf.roofline import Machine
write_recording(Machine.measure(quick=True, progress=False).recording, sys.argv[1])
"""
COMMAND = (sys.executable, "-c", PROGRAM)
# From here, Python finds this package, whatever the kernel's working folder is.
SOURCES = Path(tinytorch.__file__).resolve().parents[1]

LOOK_EVERY_SECONDS = 0.05
# A busy machine takes several times as long as a calm one; this long, none does.
LONGEST_SECONDS = 60.0


class Calibration:
    """One calibration in a process of its own.

    Parameters
    ----------
    command : sequence of str
        Writes a recording to the file that is added as its last argument.
    clock : callable
        Returns seconds; replaced in tests.

    Raises
    ------
    NothingToShow
        If the process cannot be started.
    """

    def __init__(self, command: Sequence[str] = COMMAND, clock: Clock = time.monotonic) -> None:
        self.machine: Machine | None = None
        self.failure: NothingToShow | None = None
        self._clock = clock
        self._began = clock()
        self._folder = tempfile.TemporaryDirectory(prefix="tinytorch-roofs-")
        self._recording = Path(self._folder.name) / "roofline.json"
        self._said = Path(self._folder.name) / "stderr.txt"
        try:
            with self._said.open("wb") as said:
                self._process = subprocess.Popen(
                    [*command, str(self._recording)],
                    cwd=SOURCES,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    # A front end interrupts the kernel with all that belongs to its session.
                    start_new_session=True,
                )
        except OSError as problem:
            self._folder.cleanup()
            raise _failed(str(problem)) from None

    def has_ended(self) -> bool:
        """Look whether there is a result, which then is `machine` or `failure`."""
        if self.machine is None and self.failure is None:
            late = self._clock() - self._began > LONGEST_SECONDS
            if self._process.poll() is None and not late:
                return False
            if late:
                self._process.kill()
            self._process.wait()
            self._read(late)
            self._folder.cleanup()
        return True

    def _read(self, late: bool) -> None:
        if late:
            self.failure = _failed(f"it took longer than {LONGEST_SECONDS:g} s")
        elif self._process.returncode != 0:
            said = self._said.read_text(encoding="utf-8", errors="replace").splitlines()
            self.failure = _failed(
                said[-1] if said else f"the process ended with status {self._process.returncode}"
            )
        else:
            try:
                self.machine = Machine(read_recording(self._recording))
            except RecordingError as problem:
                self.failure = _failed(str(problem))


def _failed(reason: str) -> NothingToShow:
    return NothingToShow(
        f"The roofs of this machine could not be measured ({reason.rstrip('.')}); the explorer "
        f"works without them."
    )


_latest: Calibration | None = None


def known_roofs() -> Machine | None:
    """Return this machine with its roofs if this process has had them measured."""
    return _latest.machine if _latest is not None else None


def measured_roofs(command: Sequence[str] = COMMAND) -> Generator[float, None, Machine]:
    """Have the roofs of this machine measured, unless they are known or somebody waits already.

    Run it in a `Turns` of its own: there, a moved control does not supersede it.

    Parameters
    ----------
    command : sequence of str
        See `Calibration`.

    Yields
    ------
    float
        Seconds until it is worth looking again.

    Returns
    -------
    Machine

    Raises
    ------
    NothingToShow
        If they could not be measured, in one sentence. Who asks next has it tried again.
    """
    global _latest
    if _latest is None or _latest.failure is not None:
        _latest = Calibration(command)
    calibration = _latest
    while not calibration.has_ended():
        yield LOOK_EVERY_SECONDS
    if calibration.machine is None:
        raise calibration.failure or _failed("it ended without a result")
    return calibration.machine
