"""Machines made of arithmetic: every sample follows from rates that the test chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinytorch.perf.points import Point
from tinytorch.perf.sweeps.labels import GEMM, PASS_OVERHEAD, PYTHON_MULTIPLY

CACHES = {"L1d": 32 * 2**10, "L2": 512 * 2**10, "L3": 32 * 2**20}
WORKING_SETS = tuple(2**exponent for exponent in range(14, 28))
# GB/s by the largest working set that it holds for; what is larger lies in memory.
LEVELS = {32 * 2**10: 160.0, 512 * 2**10: 80.0, 16 * 2**20: 60.0, 2**40: 20.0}
STREAM_SHARES = {"copy": 0.9, "scale": 0.8, "add": 1.0, "triad": 0.7}
ROUNDS = (1.0, 0.98, 1.02)


def bandwidth(working_set: int, levels: Mapping[int, float] = LEVELS) -> float:
    """Return the GB/s of a working set."""
    return next(rate for size, rate in levels.items() if working_set <= size)


def machine_points(
    levels: Mapping[int, float] = LEVELS,
    gemm: Mapping[str, float] | None = None,
    multiply_gflops: float = 16.0,
    python_gflops: float = 0.04,
    pass_ns: float = 1.0,
    thread_counts: Sequence[int] = (1, 2),
    working_sets: Sequence[int] = WORKING_SETS,
) -> tuple[Point, ...]:
    """Return the points of a ``ceilings`` sweep; two threads are twice as fast as one."""
    points = [
        _point({"kernel": PASS_OVERHEAD, "threads": 1}, 1000 * pass_ns / 1e9, elements=1000),
        _point({"kernel": PYTHON_MULTIPLY, "threads": 1}, 1e-6 / python_gflops, flops=1000),
    ]
    for threads in thread_counts:
        for working_set in working_sets:
            for stream, share in STREAM_SHARES.items():
                rate = threads * share * bandwidth(working_set, levels)
                in_cache = stream == "scale" and working_set == working_sets[0]
                points.append(
                    _point(
                        {
                            "kernel": stream,
                            "working_set": working_set,
                            "passes": 1,
                            "threads": threads,
                        },
                        working_set / rate / 1e9,
                        flops=int(working_set * multiply_gflops / rate * threads)
                        if in_cache
                        else 1,
                        moved=working_set,
                    )
                )
        for dtype, gflops in (gemm or {"float32": 100.0, "float64": 50.0}).items():
            for n, share in ((256, 0.5), (1024, 1.0)):
                seconds = 2 * n**3 / (threads * gflops * share * 1e9)
                labels = {"kernel": f"{GEMM} {dtype}", "n": n, "threads": threads}
                points.append(_point(labels, seconds, flops=2 * n**3))
    return tuple(points)


def _point(
    case: dict[str, str | int | float],
    seconds: float,
    *,
    elements: int | None = None,
    flops: int | None = None,
    moved: int | None = None,
) -> Point:
    samples = tuple(seconds * factor for factor in ROUNDS)
    return Point(case, samples, group=0, elements=elements, flops=flops, bytes=moved)
