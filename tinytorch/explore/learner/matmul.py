"""Part 1: the learner's product beside np.matmul."""

from __future__ import annotations

from functools import partial

import numpy as np

from tinytorch.explore.chart import Chart
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.explore.learner.attempt import (
    Function,
    NothingToShow,
    seconds_of_first_call,
    side_by_side,
)
from tinytorch.perf.benchmarking import square_matrices
from tinytorch.perf.context import measured_here
from tinytorch.perf.profiling import duration
from tinytorch.perf.spread import Spread, significant

SIZES = (64, 128, 256, 512)
SECONDS_A_SIZE = 0.4


def show_matmul(vectorized_matmul: Function) -> Chart | None:
    """Measure the learner's product and np.matmul over sizes, and draw both.

    Sizes for which one call would take longer than the budget of half a second are left out. A
    function that is not written yet, or fails, gives one printed sentence.
    """
    try:
        return _measured(vectorized_matmul)
    except NothingToShow as reason:
        print(reason)
        return None


def _measured(function: Function) -> Chart:
    rates: dict[str, list[Spread]] = {"yours": [], "np.matmul": []}
    rows = []
    sizes: list[int] = []
    expected = 0.0
    for n in SIZES:
        if sizes and expected > SECONDS_A_SIZE:
            break
        a, b = square_matrices(n)
        expected = 8 * seconds_of_first_call("vectorized_matmul", function, a, b)
        timings = side_by_side(
            {"yours": partial(function, a, b), "np.matmul": partial(np.matmul, a.data, b.data)},
            SECONDS_A_SIZE,
        )
        sizes.append(n)
        flops = 2 * n**3
        for name, timing in timings.items():
            rates[name].append(Spread.of(flops / sample / 1e9 for sample in timing.samples))
        yours, numpy = timings["yours"], timings["np.matmul"]
        ratio = Spread.of(a / b for a, b in zip(yours.samples, numpy.samples, strict=True))
        rows.append(
            {
                "n": n,
                "your time": duration(yours.seconds.median),
                "your GFLOP/s": significant(rates["yours"][-1].median),
                "np.matmul GFLOP/s": significant(rates["np.matmul"][-1].median),
                "times as long as np.matmul": f"{ratio:.2f}",
            }
        )
    curves = [Curve(name, [float(n) for n in sizes], spreads) for name, spreads in rates.items()]
    last = rows[-1]
    return Chart(
        slug="your-matmul",
        figure=draw_curves(
            curves,
            "n, for two n x n matrices",
            "GFLOP/s",
            ticks=[str(n) for n in sizes],
            labels_width=0.24,
        ),
        title="Your vectorized_matmul beside np.matmul, one thread",
        alt=(
            f"Line chart of GFLOP/s over n up to {sizes[-1]}. There your function reaches "
            f"{last['your GFLOP/s']} GFLOP/s and np.matmul {last['np.matmul GFLOP/s']}."
        ),
        badge=measured_here(),
        table=rows,
        table_open=True,
    )
