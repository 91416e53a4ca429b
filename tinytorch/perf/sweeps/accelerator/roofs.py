"""What a recording of an accelerator says about its roofs, its bus and its GELU."""

from __future__ import annotations

from dataclasses import dataclass

from tinytorch.perf.points import Point
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.accelerator.labels import (
    COPIES,
    ELEMENTWISE,
    FLOAT32,
    GELU,
    GEMM,
    ON_DEVICE,
    ONE_KERNEL,
)


@dataclass(frozen=True)
class AcceleratorRoofs:
    """The measured roofs of the accelerator that a recording was made on."""

    recording: Recording

    @property
    def are_whole(self) -> bool:
        """Whether every sweep was measured that a roof is read from."""
        return {GEMM, COPIES, ELEMENTWISE, GELU} <= self.recording.sweeps.keys()

    def peak_gflops(self, precision: str = FLOAT32) -> Spread:
        """Return the rate of the fastest measured product in one precision, in GFLOP/s."""
        points = self.recording.sweep(GEMM).where(precision=precision)
        return max((point.gflops for point in points), key=lambda spread: spread.median)

    @property
    def bandwidth_gbs(self) -> Spread:
        """Bandwidth of the device's memory in GB/s: the best copy or operation on large arrays.

        Only the largest arrays of each sweep count: smaller ones may fit the device's caches.
        """
        points = _largest(self.recording.sweep(COPIES).where(copy=ON_DEVICE))
        points += _largest(list(self.recording.sweep(ELEMENTWISE).points))
        return max((point.gbs for point in points), key=lambda spread: spread.median)

    def bus_gbs(self, copy: str) -> Spread | None:
        """Return the rate of the largest copy of this kind in GB/s; None if it was not made."""
        points = _largest(self.recording.sweep(COPIES).where(copy=copy))
        return points[0].gbs if points else None

    def gelu(self, n: int, rung: str = ONE_KERNEL) -> Point:
        """Return GELU on `n` elements."""
        return self.recording.sweep(GELU).point(rung=rung, n=n)


def _largest(points: list[Point]) -> list[Point]:
    n = max((int(point.case["n"]) for point in points), default=0)
    return [point for point in points if point.case["n"] == n]
