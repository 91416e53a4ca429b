"""The GELU ladder at one size, and over sizes."""

from __future__ import annotations

from tinytorch.explore.bars import Bar, draw_bars
from tinytorch.explore.chart import Chart
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.ladders.gelu_expressions import PAGE
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant


def gelu_ladder_chart(rec: Recording, n: int = 2**20) -> Chart:
    """Draw ns per element of every rung at one size, the page's line first, then the ladder."""
    points = rec.sweep("gelu_ladder").where(n=n)
    if not points:
        rec.sweep("gelu_ladder").point(n=n)  # says which sizes there are
    points = sorted(points, key=lambda point: point.case["rung"] != PAGE)
    bars = [
        Bar(str(point.case["rung"]), point.ns_per_element, apart=point.case["rung"] == PAGE)
        for point in points
    ]
    slow, fast = (pick(bars, key=lambda bar: bar.spread.median) for pick in (max, min))
    return Chart(
        slug=f"gelu-ladder-{n}",
        figure=draw_bars(bars, "ns per element"),
        title=f"GELU on {power_of_two(n)} float32 values, one thread: the ladder",
        alt=(
            f"Bar chart of {len(bars)} ways to compute GELU on {power_of_two(n)} elements. Slowest "
            f"is {slow.name} with {significant(slow.spread.median)} ns per element, fastest is "
            f"{fast.name} with {significant(fast.spread.median)} ns."
        ),
        badge=rec.badge,
        table=[
            {
                "rung": point.case["rung"],
                "ns per element (quartiles)": str(point.ns_per_element),
                "GFLOP/s": significant(point.gflops.median),
                "runs": point.ns_per_element.runs,
            }
            for point in points
        ],
    )


def gelu_sizes_chart(rec: Recording) -> Chart:
    """Draw ns per element of every rung over the number of elements."""
    sweep = rec.sweep("gelu_ladder")
    sizes = sorted(int(n) for n in sweep.values("n"))
    curves = []
    for rung in sweep.values("rung"):
        points = sweep.where(rung=rung)
        curves.append(Curve.over("n", points, lambda point: point.ns_per_element, str(rung)))
    last = sorted(curves, key=lambda curve: curve.spreads[-1].median)
    return Chart(
        slug="gelu-sizes",
        figure=draw_curves(
            curves,
            "elements",
            "ns per element",
            ticks=[power_of_two(n) for n in sizes],
            height=4.0,
            labels_width=0.52,
        ),
        title="GELU on one thread, every rung over the number of elements",
        alt=(
            f"Line chart of ns per element from {power_of_two(sizes[0])} to "
            f"{power_of_two(sizes[-1])} elements. At the largest size the order from fast to slow "
            f"is: "
            + ", ".join(f"{c.name} {significant(c.spreads[-1].median)} ns" for c in last)
            + "."
        ),
        badge=rec.badge,
        table=[
            {
                "elements": power_of_two(n),
                **{
                    str(rung): significant(sweep.point(rung=rung, n=n).ns_per_element.median)
                    for rung in sweep.values("rung")
                },
            }
            for n in sizes
        ],
    )
