"""The tile loop over tile sizes."""

from __future__ import annotations

from collections.abc import Sequence

from tinytorch.explore.chart import INK, SERIES, Chart
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.perf.points import Label, RecordingError
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant
from tinytorch.perf.sweeps.labels import NO_TILE


def tile_chart(rec: Recording, sizes: Sequence[int] = (512, 1024, 2048)) -> Chart:
    """Draw GFLOP/s over the tile size, a curve for each matrix size, with one call as dashed line.

    Sizes that the recording does not have are left out; if it has none of them, that is an error.
    """
    sweep = rec.sweep("tiled_matmul")
    shown = [n for n in sizes if n in sweep.values("n")]
    if not shown:
        raise RecordingError(
            f"The recording {rec.name} has no tiled matmul at n = {list(sizes)}; it has "
            f"{sweep.values('n')}."
        )
    curves, best = [], []
    for n in shown:
        points = [point for point in sweep.where(n=n) if point.case["tile"] != NO_TILE]
        curves.append(Curve.over("tile", points, lambda point: point.gflops, f"n = {n}"))
        fastest = max(points, key=lambda point: point.gflops.median)
        share = 1 / sweep.ratio(fastest, sweep.point(n=n, tile=NO_TILE)).median
        best.append(f"n = {n}: tile {fastest.case['tile']} with {100 * share:.0f} % of one call")
    tiles = sorted({int(x) for curve in curves for x in curve.x})
    lines: list[Label] = [*tiles, NO_TILE]
    figure = draw_curves(
        curves,
        "tile size",
        "GFLOP/s",
        ticks=[str(tile) for tile in tiles],
        height=4.0,
        labels_width=0.24,
    )
    axes = figure.axes[0]
    whole = [sweep.point(n=n, tile=NO_TILE).gflops for n in shown]
    for color, spread in zip(SERIES, whole, strict=False):
        axes.plot([tiles[0], tiles[-1]], [spread.median] * 2, "--", color=color, linewidth=1.2)
    axes.set_ylim(top=max(spread.median for spread in whole) * 2.2)
    axes.annotate(
        "dashed: one call of np.matmul",
        (tiles[0], max(spread.median for spread in whole)),
        xytext=(0, 5),
        textcoords="offset points",
        color=INK,
    )
    return Chart(
        slug="tiles-" + "-".join(str(n) for n in shown),
        figure=figure,
        title="Tiled matmul in a Python loop, one thread, by tile size",
        alt=(
            "Line chart of GFLOP/s over the tile size, both axes logarithmic: the rate rises with "
            "the tile. The best tile for " + "; ".join(best) + "."
        ),
        badge=rec.badge,
        table=[
            {
                "tile": "none (one call)" if tile == NO_TILE else tile,
                **{
                    f"n = {n}, GFLOP/s": significant(found[0].gflops.median) if found else "-"
                    for n in shown
                    for found in [sweep.where(n=n, tile=tile)]
                },
            }
            for tile in lines
        ],
    )
