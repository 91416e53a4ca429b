"""Calibrations in a row: how steady the ceilings are, and how near to what np.matmul can do.

A recording of them (`make bench` makes it) holds a sweep ``calibrations`` whose samples are one
calibration's median each, as the seconds that 10^9 bytes or FLOP take, so that `Point.gbs` and
`Point.gflops` give the ceiling back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from tinytorch.perf.points import Point, Sweep
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.labels import GEMM

NAME = "calibrations"
BEST_MATMUL = "best np.matmul"
DURATION = "calibration"
UNREST = "equal loops"
AMOUNT = 10**9

Ceiling = tuple[str, int]
"""Name and number of threads."""


def calibrations(runs: Sequence[Mapping[Ceiling, float]]) -> Sweep:
    """Return repeated calibrations as a sweep.

    Parameters
    ----------
    runs : sequence of mapping
        For each calibration its ceilings in GB/s or GFLOP/s. A level that not every one saw is left
        out.
    """
    points = [
        Point(
            case={"ceiling": name, "threads": threads},
            samples=tuple(float(f"{1 / run[name, threads]:.5g}") for run in runs),
            flops=AMOUNT,
            bytes=AMOUNT,
        )
        for name, threads in runs[0]
        if all((name, threads) in run for run in runs)
    ]
    return Sweep(
        NAME,
        f"Ceilings of {len(runs)} calibrations in a row",
        "Each sample is one calibration's median, as the seconds of 10^9 bytes or FLOP; for "
        f"{DURATION!r} it is the seconds that the calibration took, for {UNREST!r} how many times "
        "the shortest of equal loops the upper quartile took just before.",
        tuple(points),
    )


def ceilings_of(sweep: Sweep) -> list[Point]:
    """Return the points that are ceilings: not duration or unrest, nor what they are held to."""
    others = (DURATION, UNREST, BEST_MATMUL)
    return [point for point in sweep.points if point.case["ceiling"] not in others]


def unsteadiness(point: Point) -> float:
    """Return how far the furthest calibration lies from the median of all, as a share of it."""
    rates = [1 / sample for sample in point.samples]
    return max(abs(rate / median(rates) - 1) for rate in rates)


def gemm_share(sweep: Sweep, threads: int) -> Spread:
    """Return the float32 GEMM peak as a share of the best np.matmul, calibration by calibration."""
    best = sweep.point(ceiling=BEST_MATMUL, threads=threads)
    return sweep.ratio(best, sweep.point(ceiling=f"{GEMM} float32", threads=threads))
