"""Part 5: the learner's kernels under the roofline of the machine at hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
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
from tinytorch.perf.benchmarking import one_vector, square_matrices
from tinytorch.perf.context import measured_here
from tinytorch.perf.ladders.gelu_expressions import BYTES_PER_ELEMENT, FLOPS_PER_ELEMENT
from tinytorch.perf.roofline import Machine
from tinytorch.perf.spread import significant

MATMUL_N = 512
MATMUL_TRIAL = 64
TILE = 128
GELU_N = 2**20
GELU_TRIAL = 2**12
SECONDS = 1.5
LONGEST_CALL = 0.5
# FLOP and bytes of one call, for minimal float32 traffic.
MATMUL_COST = (2 * MATMUL_N**3, 12 * MATMUL_N**2)
GELU_COST = (FLOPS_PER_ELEMENT * GELU_N, BYTES_PER_ELEMENT * GELU_N)


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
) -> Chart | None:
    """Measure two ceilings of this machine and the learner's kernels, and draw them.

    Parameters
    ----------
    vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul : callable
        The learner's parts 1 to 4. Those that are not written yet, or fail, are left out with one
        printed sentence each. FLOP and bytes are counted for minimal float32 traffic.
    """
    square, vector = square_matrices(MATMUL_N), one_vector(GELU_N)
    small_square, small_vector = square_matrices(MATMUL_TRIAL), one_vector(GELU_TRIAL)
    more = (MATMUL_N / MATMUL_TRIAL) ** 3
    candidates = {
        "vectorized_matmul": _Candidate(vectorized_matmul, small_square, square, more, MATMUL_COST),
        "tiled_matmul": _Candidate(
            tiled_matmul, (*small_square, TILE), (*square, TILE), more, MATMUL_COST
        ),
        "fused_gelu": _Candidate(fused_gelu, small_vector, vector, GELU_N / GELU_TRIAL, GELU_COST),
        "unfused_gelu": _Candidate(
            unfused_gelu, small_vector, vector, GELU_N / GELU_TRIAL, GELU_COST
        ),
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
