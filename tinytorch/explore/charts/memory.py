"""Layouts: the same elements in another order."""

from __future__ import annotations

from tinytorch.explore.chart import Chart
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant


def layout_chart(rec: Recording) -> Chart:
    """Draw ns per element over the edge of the matrix, a curve for each order of traversal."""
    sweep = rec.sweep("layout")
    sizes = sorted(int(n) for n in sweep.values("n"))
    cases = [str(case) for case in sweep.values("case")]
    curves = [
        Curve.over("n", sweep.where(case=case), lambda point: point.ns_per_element, case)
        for case in cases
    ]
    return Chart(
        slug="layout",
        figure=draw_curves(
            curves,
            "n, for an n x n matrix",
            "ns per element",
            ticks=[f"{n:,}" for n in sizes],
            height=3.9,
            labels_width=0.74,
        ),
        title="One matrix in C order, traversed in different orders, one thread",
        alt=(
            f"Line chart of ns per element over n from {sizes[0]} to {sizes[-1]}. At the last: "
            + ", ".join(
                f"{curve.name} {significant(curve.spreads[-1].median)} ns" for curve in curves
            )
            + "."
        ),
        badge=rec.badge,
        table=[
            {
                "n": n,
                **{
                    f"{case}, ns": significant(sweep.point(case=case, n=n).ns_per_element.median)
                    for case in cases
                },
            }
            for n in sizes
        ],
    )
