"""The roofs of a machine, read from the points of its ``ceilings`` sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Literal

import numpy as np

from tinytorch.perf.plateaus import Plateau, find_plateaus, level_name
from tinytorch.perf.points import Point, RecordingError
from tinytorch.perf.profiling import capacity
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.labels import GEMM, PASS_OVERHEAD, PYTHON_MULTIPLY

Threads = int | Literal["all"]

STREAM_NAMES = ("copy", "scale", "add", "triad")
VECTOR_STREAM = "scale"
# Where a pass costs more than the bytes that it moves, the curve shows the cost of the pass.
MOST_OVERHEAD = 0.5
FEWEST_RUNS = 3


@dataclass(frozen=True)
class Level:
    """One level of the memory hierarchy as the streams saw it.

    Attributes
    ----------
    name : str
        ``"L1"``, ``"L2"`` ..., ``"memory"``; ``"level 1"`` ... where the system reports no caches.
    smallest, largest : int
        Working sets in bytes between which bandwidth was level.
    kernel : str
        The stream that was usually the fastest there.
    gbs : Spread
        Its bandwidth in GB/s, counted without write-allocate: in each run the best over these
        working sets and all streams.
    reported : int or None
        Size of the cache in bytes as the system reports it; None for memory.
    overhead : float
        Share of the time that the passes themselves cost, so that the level is faster by as much.
    """

    name: str
    smallest: int
    largest: int
    kernel: str
    gbs: Spread
    reported: int | None
    overhead: float


@dataclass(frozen=True)
class Ceilings:
    """The roofs of a machine: bandwidth level by level, and three kinds of arithmetic.

    Attributes
    ----------
    points : tuple of Point
        Those of the sweep ``ceilings``.
    caches : mapping of str to int
        Bytes by level as the system reports them. They name what the curve shows.
    """

    points: tuple[Point, ...]
    caches: Mapping[str, int] = field(default_factory=dict)

    def peak_gflops(self, threads: Threads = 1, dtype: str = "float32") -> Spread:
        """Return the rate of the fastest GEMM of a data type, in GFLOP/s."""
        return _best_of_each_run(self._points(f"{GEMM} {dtype}", threads), "flops")

    def vector_gflops(self, threads: Threads = 1) -> Spread:
        """Return the rate of `np.multiply` in cache, in GFLOP/s: SIMD without multiply-add."""
        return _best_of_each_run(self._points(VECTOR_STREAM, threads), "flops")

    def python_gflops(self) -> Spread:
        """Return the rate of multiplications in a Python loop, in GFLOP/s."""
        return _best_of_each_run(self._points(PYTHON_MULTIPLY, 1), "flops")

    def bandwidth_gbs(self, threads: Threads = 1, level: str | None = None) -> Spread:
        """Return the bandwidth of a level in GB/s, without write-allocate.

        By default that of the largest level: memory, wherever the curve reaches it.

        Raises
        ------
        RecordingError
            If the curve shows no such level.
        """
        levels = self.levels(threads)
        for found in reversed(levels):
            if level in (None, found.name):
                return found.gbs
        raise RecordingError(
            f"The curve of bandwidth shows no level {level!r} with {self.count(threads)} threads; "
            f"it shows {[found.name for found in levels]}."
        )

    def levels(self, threads: Threads = 1) -> list[Level]:
        """Return the levels that the curve shows, from the fastest to memory."""
        return self._levels[self.count(threads)]

    def remarks(self, threads: Threads = 1) -> list[str]:
        """Say for each cache that the system reports but the curve does not show, why."""
        levels = self.levels(threads)
        shown = {level.name for level in levels}
        smallest = self.working_sets(threads)[0]
        remarks = []
        for cache, size in sorted(self.caches.items(), key=lambda item: item[1]):
            name = level_name(cache)
            if name in shown:
                continue
            if size < smallest or (not levels) or size <= levels[0].smallest:
                remarks.append(
                    f"{name} ({capacity(size)}) is hidden: at working sets that fit it, the cost "
                    f"of the call is most of what there is to see."
                )
            else:
                neighbour = next((lv for lv in levels if lv.largest > size / 2), levels[-1])
                remarks.append(
                    f"{name} ({capacity(size)}) cannot be told apart from {neighbour.name}: the "
                    f"curve has no step between them."
                )
        return remarks

    def curve(self, threads: Threads = 1) -> dict[int, dict[str, Spread]]:
        """Return the measured bandwidths in GB/s: working set in bytes, stream, rate."""
        return {
            working_set: {name: point.gbs for name, point in at.items()}
            for working_set, at in self._streams(self.count(threads)).items()
        }

    def working_sets(self, threads: Threads = 1) -> list[int]:
        """Return the working sets that were measured, in bytes, ascending."""
        return list(self._streams(self.count(threads)))

    @property
    def threads(self) -> list[int]:
        """Thread counts that were measured, ascending."""
        return sorted({int(point.case["threads"]) for point in self.points})

    def count(self, threads: Threads) -> int:
        """Return a number of threads, where ``"all"`` may have been meant."""
        return self.threads[-1] if threads == "all" else threads

    @cached_property
    def _levels(self) -> dict[int, list[Level]]:
        return {count: self._read_levels(count) for count in self.threads}

    def _read_levels(self, count: int) -> list[Level]:
        streams = self._streams(count)
        working_sets = list(streams)
        # The best of all rounds shows the steps between levels most clearly.
        rates = [max(_best(point) for point in at.values()) for at in streams.values()]
        plateaus = find_plateaus(working_sets, rates, self.caches)
        levels = [self._level(plateau, working_sets, count) for plateau in plateaus]
        return [level for level in levels if level.overhead <= MOST_OVERHEAD]

    def _level(self, plateau: Plateau, working_sets: list[int], count: int) -> Level:
        inside = [self._streams(count)[working_sets[index]] for index in plateau.points]
        kernel = max(inside[0], key=lambda name: median(at[name].gbs.median for at in inside))
        sizes = {level_name(cache): size for cache, size in self.caches.items()}
        middle = inside[len(inside) // 2][kernel]
        return Level(
            name=plateau.name,
            smallest=working_sets[plateau.first],
            largest=working_sets[plateau.last],
            kernel=kernel,
            gbs=_best_of_each_run([p for at in inside for p in at.values()], "bytes"),
            reported=sizes.get(plateau.name),
            overhead=self._overhead(middle, count),
        )

    def _overhead(self, point: Point, count: int) -> float:
        """Return the share of a point's time that its passes cost, whatever they move."""
        one_pass = self._points(PASS_OVERHEAD, 1)[0].ns_per_element.median / 1e9
        passes = int(point.case.get("passes", 1))
        return min(1.0, one_pass * passes / point.seconds.median)

    def _streams(self, count: int) -> dict[int, dict[str, Point]]:
        streams: dict[int, dict[str, Point]] = {}
        for point in self.points:
            name = str(point.case["kernel"])
            if name in STREAM_NAMES and point.case["threads"] == count:
                streams.setdefault(int(point.case["working_set"]), {})[name] = point
        return dict(sorted(streams.items()))

    def _points(self, kernel: str, threads: Threads) -> list[Point]:
        count = self.count(threads)
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


def level_behind(smallest: Mapping[str, int], working_set: int) -> str:
    """Name the slowest level that bytes of a working set can be said to come from.

    Between two levels a part of the bytes still comes from the faster one, so that is its roof.

    Parameters
    ----------
    smallest : mapping of str to int
        By level, the smallest working set in bytes that was seen to come from there.
    working_set : int
        Bytes.
    """
    by_size = sorted(smallest, key=lambda name: smallest[name])
    reached = [name for name in by_size if smallest[name] <= working_set]
    return (reached or by_size[:1])[-1]


def _best_of_each_run(points: Sequence[Point], quantity: Literal["flops", "bytes"]) -> Spread:
    """Return the spread over runs of the best rate among points that took turns, in 10^9/s.

    A roof is what the machine can do. Whatever else runs on it makes single samples slower, never
    faster, so a run is worth its best sample; how far runs differ says how sure the roof is. A run
    is two rounds, where there are enough of them.
    """
    rates = [
        [getattr(point, quantity) / sample / 1e9 for sample in point.samples] for point in points
    ]
    rounds = np.max(rates, axis=0)
    runs = min(len(rounds), max(FEWEST_RUNS, len(rounds) // 2))
    return Spread.of(run.max() for run in np.array_split(rounds, runs))


def _best(point: Point) -> float:
    """Return the best GB/s of all rounds."""
    return (point.bytes or 0) / min(point.samples) / 1e9
