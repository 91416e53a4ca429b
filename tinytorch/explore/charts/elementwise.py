"""What one element costs, by operation, in cache and in memory."""

from __future__ import annotations

import matplotlib as mpl

from tinytorch.explore.chart import BLUE, ORANGE, STYLE, Chart, new_figure
from tinytorch.explore.ticks import log_axis, power_of_two
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant


def elementwise_chart(rec: Recording) -> Chart:
    """Draw ns per element of each operation: one dot for the small array, one for the large one."""
    sweep = rec.sweep("elementwise")
    small, large = sorted(int(n) for n in sweep.values("n"))
    names = [str(name) for name in sweep.values("operation")]
    styles = {small: (BLUE, "o", "in cache"), large: (ORANGE, "s", "in memory")}
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=0.95 + 0.34 * len(names))
        for place, name in enumerate(names):
            points = sweep.where(operation=name)
            medians = [point.ns_per_element.median for point in points]
            axes.plot([min(medians), max(medians)], [place, place], color="#7b7b7b", linewidth=1)
            for point in points:
                color, marker, _ = styles[int(point.case["n"])]
                axes.plot(point.ns_per_element.median, place, marker, color=color, markersize=7)
        for n, (color, marker, words) in styles.items():
            axes.plot([], [], marker, color=color, label=f"{power_of_two(n)} elements, {words}")
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("ns per element, logarithmic")
        log_axis(axes, "x")
        axes.set_ylim(len(names) - 0.5, -0.5)
        figure.legend(loc="outside upper center", ncols=2, frameon=False, handletextpad=0.2)
    add, power = (
        sweep.point(operation=name, n=small).ns_per_element for name in ("add", "power 3")
    )
    loop = sweep.point(operation="Python loop", n=small).ns_per_element
    return Chart(
        slug="elementwise",
        figure=figure,
        title="Element-wise operations on float32, one thread",
        alt=(
            f"Dot chart with a logarithmic axis of ns per element for {len(names)} operations, on "
            f"{power_of_two(small)} elements in cache and {power_of_two(large)} in memory. In "
            f"cache, an addition takes {significant(add.median)} ns, a third power "
            f"{significant(power.median)} ns and an addition in a Python loop "
            f"{significant(loop.median)} ns."
        ),
        badge=rec.badge,
        table=[
            {
                "operation": name,
                **{
                    f"{power_of_two(n)} elements, ns (quartiles)": (
                        str(found[0].ns_per_element) if found else "-"
                    )
                    for n in (small, large)
                    for found in [sweep.where(operation=name, n=n)]
                },
            }
            for name in names
        ],
    )
