"""Part 4: the learner's tile loop over tile sizes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tinytorch.explore.chart import GREY, INK, Chart
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

N = 512
TILES = (512, 256, 128, 64, 32, 16)
SECONDS = 1.5
LONGEST_CALL = 0.25
LONGEST_FIRST_CALL = 4.0
SMALL_N = 32
ONE_CALL = "one call of np.matmul"


def show_tiles(tiled_matmul: Function) -> Chart | None:
    """Measure the learner's tile loop at n = 512 for tiles of 512 down to 16, and draw GFLOP/s.

    Tiles for which one call would take longer than a quarter of a second are left out. A function
    that is not written yet, or fails, gives one printed sentence.
    """
    try:
        return _measured(tiled_matmul)
    except NothingToShow as reason:
        print(reason)
        return None


def _measured(function: Function) -> Chart:
    # Python loops over elements would take minutes at n = 512: a small product tells in time.
    small = square_matrices(SMALL_N)
    expected = (N / SMALL_N) ** 3 * min(
        seconds_of_first_call("tiled_matmul", function, *small, SMALL_N) for _ in range(2)
    )
    if expected > LONGEST_FIRST_CALL:
        raise NothingToShow(
            f"Part 4 cannot be shown: at n = {N} one call would take about {expected:.0f} seconds; "
            f"each tile should be one NumPy product, not loops over elements."
        )
    a, b = square_matrices(N)
    calls: dict[str, Callable[[], object]] = {ONE_CALL: partial(np.matmul, a.data, b.data)}
    for tile in TILES:
        seconds = seconds_of_first_call("tiled_matmul", function, a, b, tile)
        calls[str(tile)] = partial(function, a, b, tile)
        # Half the tile means eight times the steps, and a step costs about the same.
        if 8 * seconds > LONGEST_CALL:
            break
    timings = side_by_side(calls, SECONDS)
    flops = 2 * N**3
    rates = {
        name: Spread.of(flops / sample / 1e9 for sample in timing.samples)
        for name, timing in timings.items()
    }
    tiles = sorted(int(name) for name in rates if name != ONE_CALL)
    whole = rates[ONE_CALL].median
    figure = draw_curves(
        [Curve("yours", [float(tile) for tile in tiles], [rates[str(tile)] for tile in tiles])],
        "tile size",
        "GFLOP/s",
        ticks=[str(tile) for tile in tiles],
        labels_width=0.16,
    )
    axes = figure.axes[0]
    axes.axhline(whole, linestyle="--", color=GREY, linewidth=1.2)
    axes.annotate(ONE_CALL, (tiles[0], whole), xytext=(0, 5), textcoords="offset points", color=INK)
    axes.set_ylim(top=2 * max(spread.median for spread in rates.values()))
    best = max(tiles, key=lambda tile: rates[str(tile)].median)
    return Chart(
        slug="your-tiles",
        figure=figure,
        title=f"Your tiled_matmul at n = {N}, one thread",
        alt=(
            f"Line chart of GFLOP/s over the tile size from {tiles[0]} to {tiles[-1]}. Best is "
            f"tile {best} with {significant(rates[str(best)].median)} GFLOP/s; one call of "
            f"np.matmul reaches {significant(whole)}."
        ),
        badge=measured_here(),
        table=[
            {
                "tile": name,
                "time": duration(timings[name].seconds.median),
                "GFLOP/s (quartiles)": str(rates[name]),
            }
            for name in [*(str(tile) for tile in tiles), ONE_CALL]
        ],
        table_open=True,
    )
