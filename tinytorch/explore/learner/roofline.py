"""Part 5: the learner's kernels under the roofline of the machine at hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tinytorch.explore.chart import Chart
from tinytorch.explore.charts.roofline import roofline_chart
from tinytorch.explore.learner.attempt import (
    Function,
    NothingToShow,
    seconds_of_first_call,
    side_by_side,
)
from tinytorch.perf import acceleration
from tinytorch.perf.benchmarking import one_vector, square_matrices
from tinytorch.perf.context import measured_here
from tinytorch.perf.ladders.gelu import FLOPS_PER_ELEMENT
from tinytorch.perf.roofline import Machine
from tinytorch.perf.spread import significant

MATMUL_N = 512
MATMUL_TRIAL = 64
TILE = 128
GELU_N = 2**20
GELU_TRIAL = 2**12
SECONDS = 1.5
LONGEST_CALL = 0.5


@dataclass(frozen=True)
class _Candidate:
    """One kernel: inputs for a trial and for the measurement, and how much more the latter is."""

    function: Function
    trial: tuple[Any, ...]
    inputs: tuple[Any, ...]
    growth: float
    cost: tuple[int, int]


def show_roofline(
    vectorized_matmul: Function,
    fused_gelu: Function,
    unfused_gelu: Function,
    tiled_matmul: Function,
    analysis: Mapping[str, Function] | None = None,
) -> Chart | None:
    """Measure two ceilings of this machine and the learner's kernels, and draw them.

    Parameters
    ----------
    vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul : callable
        The learner's parts 1 to 4. Those that are not written yet, or fail, are left out with one
        printed sentence each.
    analysis : mapping of str to callable, optional
        The learner's ``matmul_cost`` and ``elementwise_cost`` (part 5): where their counts differ
        from the course's own, a printed sentence says so. The figure uses the course's.
    """
    matmul, gelu = _costs(analysis)
    square, vector = square_matrices(MATMUL_N), one_vector(GELU_N)
    small_square, small_vector = square_matrices(MATMUL_TRIAL), one_vector(GELU_TRIAL)
    more = (MATMUL_N / MATMUL_TRIAL) ** 3
    candidates = {
        "vectorized_matmul": _Candidate(vectorized_matmul, small_square, square, more, matmul),
        "tiled_matmul": _Candidate(
            tiled_matmul, (*small_square, TILE), (*square, TILE), more, matmul
        ),
        "fused_gelu": _Candidate(fused_gelu, small_vector, vector, GELU_N / GELU_TRIAL, gelu),
        "unfused_gelu": _Candidate(unfused_gelu, small_vector, vector, GELU_N / GELU_TRIAL, gelu),
    }
    calls: dict[str, Callable[[], object]] = {}
    for name, candidate in candidates.items():
        try:
            calls[name] = _call(name, candidate)
        except NothingToShow as reason:
            print(reason)
    if not calls:
        return None
    try:
        timings = side_by_side(calls, SECONDS)
    except NothingToShow as reason:
        print(reason)
        return None
    machine = Machine.measure(quick=True)
    roofline = machine.roofline(threads=1)
    kernels = [
        roofline.place(name, *candidates[name].cost, timing.seconds)
        for name, timing in timings.items()
    ]
    chart = roofline_chart(machine.ceilings, kernels, measured_here())
    return dataclasses.replace(
        chart,
        slug="your-roofline",
        title="Your kernels under your roof, one thread",
        table_open=True,
    )


def _call(name: str, candidate: _Candidate) -> Callable[[], object]:
    """Return the call to measure, or say why there is none: not written, failing, or too slow."""
    trial = min(seconds_of_first_call(name, candidate.function, *candidate.trial) for _ in range(2))
    seconds = trial * candidate.growth
    # A trial is mostly call overhead, so it says too much: only a hopeless one ends here.
    if seconds < 10 * LONGEST_CALL:
        seconds = min(
            seconds_of_first_call(name, candidate.function, *candidate.inputs) for _ in range(2)
        )
    if seconds > LONGEST_CALL:
        raise NothingToShow(
            f"{name} is left out: one call at the size of the figure takes about "
            f"{significant(seconds)} seconds."
        )
    return partial(candidate.function, *candidate.inputs)


def _costs(analysis: Mapping[str, Function] | None) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return (FLOP, bytes) of the product and of GELU; say where the learner counts otherwise."""
    n = MATMUL_N
    flops, moved = acceleration.elementwise_cost(GELU_N, 1, 1, FLOPS_PER_ELEMENT)
    expected = (acceleration.matmul_cost(n, n, n), (int(flops), moved))
    if analysis is None:
        return expected
    try:
        counted = (
            tuple(analysis["matmul_cost"](n, n, n)),
            tuple(analysis["elementwise_cost"](GELU_N, 1, 1, FLOPS_PER_ELEMENT)),
        )
    except NotImplementedError:
        print("Part 5 is not written yet: the course's own counts are used.")
        return expected
    except (Exception, SystemExit) as problem:
        print(f"Part 5 raised {type(problem).__name__}: the course's own counts are used.")
        return expected
    if counted != expected:
        print(f"Part 5 counts {counted}, expected {expected}: the course's own counts are used.")
    return expected
