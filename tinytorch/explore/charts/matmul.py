"""The matmul ladder at one size, and over sizes."""

from __future__ import annotations

from tinytorch.explore.bars import Bar, draw_bars
from tinytorch.explore.chart import Chart
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant


def matmul_ladder_chart(rec: Recording, n: int = 128) -> Chart:
    """Draw GFLOP/s of every rung at one size, from the bottom of the ladder up."""
    sweep = rec.sweep("matmul_ladder")
    points = sweep.where(n=n)
    if not points:
        sweep.point(n=n)  # says which sizes there are
    bars = [Bar(str(point.case["rung"]), point.gflops) for point in points]
    gain = sweep.ratio(points[0], points[-1])
    return Chart(
        slug=f"matmul-ladder-{n}",
        figure=draw_bars(bars, "GFLOP/s, logarithmic", logarithmic=True),
        title=f"Product of two {n} x {n} float32 matrices, one thread: the ladder",
        alt=(
            f"Bar chart with a logarithmic axis of {len(bars)} ways to multiply two {n} by {n} "
            f"matrices: "
            + ", ".join(f"{bar.name} {significant(bar.spread.median)} GFLOP/s" for bar in bars)
            + f". The last is {significant(gain.median)} times as fast as the first."
        ),
        badge=rec.badge,
        table=[
            {
                "rung": point.case["rung"],
                "GFLOP/s (quartiles)": str(point.gflops),
                "times as long as the last": significant(sweep.ratio(point, points[-1]).median),
                "runs": point.seconds.runs,
            }
            for point in points
        ],
    )


def matmul_sizes_chart(rec: Recording) -> Chart:
    """Draw GFLOP/s of every rung over the edge of the matrices."""
    sweep = rec.sweep("matmul_ladder")
    sizes = sorted(int(n) for n in sweep.values("n"))
    curves = []
    for rung in sweep.values("rung"):
        points = sweep.where(rung=rung)
        curves.append(Curve.over("n", points, lambda point: point.gflops, str(rung)))
    return Chart(
        slug="matmul-sizes",
        figure=draw_curves(
            curves,
            "n, for two n x n matrices",
            "GFLOP/s",
            ticks=[str(n) for n in sizes],
            height=4.0,
            labels_width=0.42,
        ),
        title="Square matmul on one thread, every rung over the size",
        alt=(
            f"Line chart of GFLOP/s over n from {sizes[0]} to {sizes[-1]}, both axes logarithmic. "
            f"At its largest size each rung reaches: "
            + ", ".join(
                f"{c.name} {significant(c.spreads[-1].median)} GFLOP/s at n = {c.x[-1]:.0f}"
                for c in curves
            )
            + "."
        ),
        badge=rec.badge,
        table=[
            {
                "n": n,
                **{
                    f"{rung}, GFLOP/s": significant(found[0].gflops.median) if found else "-"
                    for rung in sweep.values("rung")
                    for found in [sweep.where(rung=rung, n=n)]
                },
            }
            for n in sizes
        ],
    )
