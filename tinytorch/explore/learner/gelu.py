"""Parts 2 and 3: the learner's GELUs beside the usual expression."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tinytorch.core.allocation import allocations
from tinytorch.explore.bars import Bar, draw_bars
from tinytorch.explore.chart import Chart
from tinytorch.explore.learner.attempt import (
    Function,
    NothingToShow,
    quiet,
    seconds_of_first_call,
    side_by_side,
)
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.benchmarking import one_vector
from tinytorch.perf.context import measured_here
from tinytorch.perf.ladders.gelu_expressions import one_expression, one_expression_with_products
from tinytorch.perf.profiling import duration
from tinytorch.perf.spread import Spread, significant

SMALL, LARGE = 2**12, 2**20
SECONDS = 1.5
LONGEST_CALL = 0.3


def show_gelu(fused_gelu: Function, unfused_gelu: Function | None = None) -> Chart | None:
    """Measure the learner's GELU, or both of them, beside one NumPy expression, and draw them.

    On 2^20 elements, or on 2^12 if a function is too slow for that. A function that is not written
    yet, or fails, gives one printed sentence.
    """
    parts: dict[str, Function] = {"fused_gelu": fused_gelu}
    if unfused_gelu is not None:
        parts["unfused_gelu"] = unfused_gelu
    working: dict[str, Function] = {}
    slowest = 0.0
    for name, function in parts.items():
        try:
            seconds = seconds_of_first_call(name, function, *one_vector(SMALL))
        except NothingToShow as reason:
            print(reason)
        else:
            working[name] = function
            slowest = max(slowest, seconds)
    if not working:
        return None
    n = LARGE if slowest * LARGE / SMALL < LONGEST_CALL else SMALL
    try:
        return _measured(working, n)
    except NothingToShow as reason:
        print(reason)
        return None


def _measured(working: dict[str, Function], n: int) -> Chart:
    (x,) = one_vector(n)
    calls: dict[str, Callable[[], object]] = {
        "one expression, x**3": partial(one_expression, x.data),
        "one expression, x*x*x": partial(one_expression_with_products, x.data),
        **{f"your {name}": partial(function, x) for name, function in working.items()},
    }
    peaks = {}
    for name, call in calls.items():
        with quiet():
            allocation = allocations(call)
        peaks[name] = f"{allocation.peak_in_outputs:.1f}" if allocation.output_bytes else "-"
    timings = side_by_side(calls, SECONDS)
    costs = {
        name: Spread.of(sample * 1e9 / n for sample in timing.samples)
        for name, timing in timings.items()
    }
    base = timings["one expression, x**3"].samples
    rows = [
        {
            "GELU": name,
            "ns per element": f"{cost:.2f}",
            "time": duration(timings[name].seconds.median),
            "speed-up over x**3": significant(
                Spread.of(a / b for a, b in zip(base, timings[name].samples, strict=True)).median
            ),
            "peak memory in results": peaks[name],
        }
        for name, cost in costs.items()
    ]
    return Chart(
        slug=f"your-gelu-{len(working)}",
        figure=draw_bars(
            [Bar(name, cost, apart=not name.startswith("your")) for name, cost in costs.items()],
            "ns per element",
        ),
        title=f"GELU on {power_of_two(n)} elements, one thread",
        alt=(
            "Bar chart of ns per element: "
            + ", ".join(f"{name} {significant(cost.median)}" for name, cost in costs.items())
            + "."
        ),
        badge=measured_here(),
        table=rows,
        table_open=True,
    )
