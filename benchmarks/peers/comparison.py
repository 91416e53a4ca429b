"""Measuring every kernel at every size, peers in turns, and keeping what is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from benchmarks.peers.kernels import KERNELS, Kernel
from benchmarks.peers.process import PeerFailed
from tinytorch.perf.context import Context
from tinytorch.perf.measuring import Effort, SweepRun, measure_group
from tinytorch.perf.points import Point, RecordingError, Sweep
from tinytorch.perf.recording import Recording, read_recording, write_recording
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.plan import Group, Plan

Announce = Callable[[str], object]


class Measuring(Protocol):
    """What the comparison needs of a measuring process."""

    threads: int

    def offering(self, kernel: str) -> list[str]:
        """Return the peers that have a kernel."""

    def samplers(self, kernel: str, n: int, peers: list[str]) -> list[Sampler]:
        """Prepare the operands of a size; return a sampler for each peer."""


class Comparison:
    """One run of the benchmark.

    Parameters
    ----------
    context : Context
        With the versions of the libraries that take part.
    kernels : sequence of Kernel
    threads : sequence of int
        Numbers of threads, in the order of measuring.
    effort : Effort
        For each size.
    quick : bool
        Fewer sizes.
    target : Path
        The file of the recording. Until all is measured, what is finished is kept beside it.
    """

    def __init__(
        self,
        context: Context,
        kernels: Sequence[Kernel],
        threads: Sequence[int],
        effort: Effort,
        quick: bool,
        target: Path,
    ) -> None:
        self.context = context
        self.kernels = kernels
        self.threads = threads
        self.effort = effort
        self.quick = quick
        self.target = target
        self.journal = target.with_suffix(".unfinished")
        self.finished: dict[str, dict[int, list[Point]]] = {k.sweep: {} for k in kernels}

    def sizes(self, kernel: Kernel) -> tuple[int, ...]:
        """Return the sizes that this run measures."""
        return kernel.quick_sizes if self.quick else kernel.sizes

    def group(self, kernel: Kernel, threads: int, n: int) -> int:
        """Return the number under which the peers of one size and number of threads stand."""
        sizes = self.sizes(kernel)
        return list(self.threads).index(threads) * len(sizes) + sizes.index(n)

    @property
    def groups_to_do(self) -> int:
        """Sizes that are not measured yet, over all kernels and numbers of threads."""
        return sum(
            len(self.threads) * len(self.sizes(kernel)) - len(self.finished[kernel.sweep])
            for kernel in self.kernels
        )

    def resume(self) -> int:
        """Take over what an interrupted run had finished in the same setting; return its sizes."""
        former = self._same_setting(self.journal)
        if former is None:
            return 0
        for kernel in self.kernels:
            if kernel.sweep in former.sweeps:
                for point in former.sweep(kernel.sweep).points:
                    self.finished[kernel.sweep].setdefault(point.group, []).append(point)
        return sum(len(groups) for groups in self.finished.values())

    def measure(self, process: Measuring, announce: Announce, advance: Announce) -> None:
        """Measure whatever is not finished with this process's number of threads.

        Parameters
        ----------
        process : Measuring
        announce : callable
            Takes a sentence about a peer that has to be left out on the way.
        advance : callable
            Called with a few words on each size when it is measured.
        """
        for kernel in self.kernels:
            peers = process.offering(kernel.name)
            for n in self.sizes(kernel):
                number = self.group(kernel, process.threads, n)
                if number in self.finished[kernel.sweep]:
                    continue
                points = self._measured(process, kernel, n, peers, announce)
                self.finished[kernel.sweep][number] = [
                    replace(point, group=number) for point in points
                ]
                write_recording(self.recording(), self.journal)
                advance(f"{kernel.name}, n {n}, threads {process.threads}")

    def _measured(
        self, process: Measuring, kernel: Kernel, n: int, peers: list[str], announce: Announce
    ) -> tuple[Point, ...]:
        """Measure one size; a peer that fails on the way is taken out of `peers`."""
        while True:
            cases = [kernel.case(peer, n, process.threads) for peer in peers]
            group = Group(cases, partial(process.samplers, kernel.name, n, list(peers)))
            plan = Plan(kernel.sweep, kernel.title, kernel.counting, lambda quick: [])
            run = SweepRun(plan, [group])
            try:
                for _ in measure_group(run, 0, self.effort):
                    pass
            except PeerFailed as failure:
                if failure.peer not in peers:  # not a peer's fault
                    raise
                announce(f"{failure.peer} is left out from n = {n} on: {failure.reason}.")
                peers.remove(failure.peer)
            else:
                return run.recorded().points

    def recording(self) -> Recording:
        """Everything measured so far."""
        sweeps = {
            kernel.sweep: Sweep(
                kernel.sweep,
                kernel.title,
                kernel.counting,
                tuple(
                    point
                    for _, points in sorted(self.finished[kernel.sweep].items())
                    for point in points
                ),
            )
            for kernel in self.kernels
            if self.finished[kernel.sweep]
        }
        return Recording(self.context, sweeps, self.quick)

    def write(self) -> Recording:
        """Write the recording, with the kernels that were not asked for as they stood.

        Raises
        ------
        RecordingError
            If a quick run would replace a full recording.
        """
        recording = self.recording()
        former = self._same_setting(self.target)
        if former is not None:
            known = {kernel.sweep for kernel in KERNELS.values()}
            sweeps = {**former.sweeps, **recording.sweeps}
            recording = replace(
                recording, sweeps={name: sweeps[name] for name in sorted(sweeps) if name in known}
            )
        elif self.quick and self.target.exists() and not read_recording(self.target).quick:
            raise RecordingError(
                f"{self.target} is a full recording, which --quick does not replace; give it "
                f"another folder with --out to keep the quick one."
            )
        write_recording(recording, self.target)
        self.journal.unlink(missing_ok=True)
        return recording

    def _same_setting(self, path: Path) -> Recording | None:
        """Read a recording that may stand together with this run's points, if there is one."""
        try:
            former = read_recording(path)
        except RecordingError:
            return None
        same = former.context.same_setting(self.context) and former.quick == self.quick
        return former if same else None
