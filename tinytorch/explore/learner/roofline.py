"""Part 5: the learner's kernels under the roofs of the machine at hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import Any

from tinytorch.explore.chart import Chart
from tinytorch.explore.charts.roofline import legend, roofline_chart
from tinytorch.explore.learner.attempt import (
    Function,
    NothingToShow,
    seconds_of_first_call,
    side_by_side,
)
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.benchmarking import one_vector, square_matrices
from tinytorch.perf.ceilings import Level, level_behind
from tinytorch.perf.context import measured_here
from tinytorch.perf.ladders.gelu_expressions import BYTES_PER_ELEMENT, FLOPS_PER_ELEMENT
from tinytorch.perf.roofline import Machine
from tinytorch.perf.spread import significant

MATMUL_N = 512
MATMUL_TRIAL = 64
TILE = 128
GELU_N = 2**20
LARGEST_GELU_N = 2**23
GELU_TRIAL = 2**12
SECONDS = 1.5
LONGEST_CALL = 0.5

MATMUL = "vectorized_matmul"
TILED = "tiled_matmul"
GELUS = ("fused_gelu", "unfused_gelu")


def show_roofline(
    vectorized_matmul: Function,
    fused_gelu: Function,
    unfused_gelu: Function,
    tiled_matmul: Function,
) -> Chart | None:
    """Measure the roofs of this machine and the learner's kernels, and draw them.

    Parameters
    ----------
    vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul : callable
        The learner's parts 1 to 4. Those that are not written yet, or fail, are left out with one
        printed sentence each. FLOP and bytes are counted for minimal float32 traffic.
    """
    parts = {
        MATMUL: vectorized_matmul,
        TILED: tiled_matmul,
        **dict(zip(GELUS, (fused_gelu, unfused_gelu), strict=True)),
    }
    first: dict[str, float] = {}
    for name, function in parts.items():
        try:
            first[name] = _first_call(name, function)
        except NothingToShow as reason:
            print(reason)
    if not first:
        return None
    machine = Machine.measure(quick=True, progress=False)
    levels = machine.ceilings.levels()
    smallest = {level.name: level.smallest for level in levels}
    elements = gelu_elements(levels, max(first.get(name, 0.0) for name in GELUS))
    sizes = {name: elements if name in GELUS else MATMUL_N for name in first}
    try:
        timings = side_by_side(
            {name: partial(parts[name], *inputs_of(name, n)) for name, n in sizes.items()}, SECONDS
        )
    except NothingToShow as reason:
        print(reason)
        return None
    roofline = machine.roofline()
    for name, timing in timings.items():
        flops, moved = cost_of(name, sizes[name])
        roofline.add(name, flops, moved, timing.seconds, memory=level_behind(smallest, moved))
    return dataclasses.replace(
        roofline_chart(roofline, measured_here()),
        slug="your-roofline",
        title=(
            f"Your kernels under your roofs, one thread, n = {MATMUL_N}, GELU on "
            f"{power_of_two(elements)} elements{legend(roofline)}"
        ),
        table_open=True,
    )


def gelu_elements(levels: Sequence[Level], seconds: float) -> int:
    """Return on how many elements to time GELU: so many that its two arrays leave every cache.

    Where that would take too long, fewer; `level_behind` then says which roof they belong to.

    Parameters
    ----------
    levels : sequence of Level
        Of this machine, the fastest first.
    seconds : float
        What the slower GELU took for `GELU_N` elements.
    """
    elements = GELU_N
    while (
        elements * BYTES_PER_ELEMENT < levels[-1].smallest
        and 2 * elements <= LARGEST_GELU_N
        and seconds * 2 * elements / GELU_N <= LONGEST_CALL
    ):
        elements *= 2
    return elements


def inputs_of(name: str, n: int) -> tuple[Any, ...]:
    """Return the arguments of one of the four functions: n is an edge, or elements for a GELU."""
    if name in GELUS:
        return one_vector(n)
    return (*square_matrices(n), TILE) if name == TILED else square_matrices(n)


def cost_of(name: str, n: int) -> tuple[int, int]:
    """Return FLOP and bytes of one call on `inputs_of`, for minimal float32 traffic."""
    if name in GELUS:
        return FLOPS_PER_ELEMENT * n, BYTES_PER_ELEMENT * n
    return 2 * n**3, 12 * n**2


def _first_call(name: str, function: Function) -> float:
    """Return the seconds of one call, or say why there is none: not written, failing, or slow."""
    trial, n = (GELU_TRIAL, GELU_N) if name in GELUS else (MATMUL_TRIAL, MATMUL_N)
    seconds = cost_of(name, n)[0] / cost_of(name, trial)[0] * _best_of_two(name, function, trial)
    # A trial is mostly call overhead, so it says too much: only a hopeless one ends here.
    if seconds < 10 * LONGEST_CALL:
        seconds = _best_of_two(name, function, n)
    if seconds > LONGEST_CALL:
        raise NothingToShow(
            f"{name} is left out: one call at the size of the figure takes about "
            f"{significant(seconds)} seconds."
        )
    return seconds


def _best_of_two(name: str, function: Function, n: int) -> float:
    inputs = inputs_of(name, n)
    return min(seconds_of_first_call(name, function, *inputs) for _ in range(2))
