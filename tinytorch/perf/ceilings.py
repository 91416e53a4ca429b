"""The roofs of a machine, read from the points of its ``ceilings`` sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinytorch.perf.points import Point, RecordingError
from tinytorch.perf.spread import Spread


@dataclass(frozen=True)
class Ceilings:
    """The two roofs of a machine, read from the points of its ``ceilings`` sweep."""

    points: tuple[Point, ...]

    def peak_gflops(self, threads: int | Literal["all"] = 1) -> Spread:
        """Return the rate of the fastest measured float32 GEMM, in GFLOP/s."""
        candidates = [point.gflops for point in self._points("GEMM float32", threads)]
        return max(candidates, key=lambda spread: spread.median)

    def bandwidth_gbs(self, threads: int | Literal["all"] = 1) -> Spread:
        """Return the memory bandwidth in GB/s: the best of copy, add and triad on large arrays."""
        candidates = [
            point.gbs
            for kernel in ("copy", "add", "triad")
            for point in self._points(kernel, threads)
        ]
        return max(candidates, key=lambda spread: spread.median)

    @property
    def threads(self) -> list[int]:
        """Thread counts that were measured, ascending."""
        return sorted({int(point.case["threads"]) for point in self.points})

    def _points(self, kernel: str, threads: int | Literal["all"]) -> list[Point]:
        count = self.threads[-1] if threads == "all" else threads
        found = [
            point
            for point in self.points
            if point.case["kernel"] == kernel and point.case["threads"] == count
        ]
        if not found:
            raise RecordingError(
                f"No ceiling of {kernel} was measured with {count} threads; there are measurements "
                f"with {self.threads}."
            )
        return found
