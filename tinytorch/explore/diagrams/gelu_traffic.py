"""How many values each way to compute GELU reads from memory and writes to it, counted."""

from __future__ import annotations

import matplotlib as mpl

from tinytorch.explore.chart import BLUE, ORANGE, STYLE, Chart, new_figure

STEPS: tuple[tuple[str, int], ...] = (
    ("t1 = x**3", 1),
    ("t2 = 0.044715 * t1", 1),
    ("t3 = x + t2", 2),
    ("t4 = c * t3", 1),
    ("t5 = tanh(t4)", 1),
    ("t6 = 1 + t5", 1),
    ("t7 = x * t6", 2),
    ("y = 0.5 * t7", 1),
)
"""Each named step, and how many arrays it reads; each writes one."""

FUSED = ("fused: read x, write y", 1)


def gelu_traffic_diagram() -> Chart:
    """Draw the values that each step reads and writes per element, beside those of a fused GELU."""
    rows = [*STEPS, FUSED]
    reads, writes = sum(read for _, read in STEPS), len(STEPS)
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=0.95 + 0.34 * (len(rows) + 1))
        # The fused line stands apart from the eight steps that it replaces.
        places = [*range(len(STEPS)), len(STEPS) + 0.7]
        read_counts = [read for _, read in rows]
        axes.barh(places, read_counts, height=0.6, color=BLUE, label="values read")
        axes.barh(
            places, [1] * len(rows), 0.6, left=read_counts, color=ORANGE, label="values written"
        )
        axes.annotate(
            f"eight steps: {reads} + {writes} = {reads + writes}",
            (3.9, 3.5),
            ha="right",
            va="center",
        )
        axes.annotate("1 + 1 = 2", (3.9, places[-1]), ha="right", va="center")
        axes.set_yticks(places, [name for name, _ in rows])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.set_xlim(0, 4)
        axes.set_xticks([0, 1, 2, 3])
        axes.set_xlabel("values per element (without write-allocate)")
        axes.invert_yaxis()
        figure.legend(loc="outside upper center", ncols=2, frameon=False)
    return Chart(
        slug="gelu-traffic",
        figure=figure,
        title="Memory traffic of GELU in eight named steps, and fused",
        alt=(
            f"Stacked bars of the values that each step of GELU moves per element. The eight named "
            f"steps read {reads} and write {writes} values, {reads + writes} in all, or "
            f"{reads + 2 * writes} if each store first loads its cache line. Fused, one is read "
            f"and one written: 2, or 3 with write-allocate."
        ),
        badge="",
        table=[
            {"step": name, "reads": read, "writes": 1, "with write-allocate": read + 2}
            for name, read in STEPS
        ]
        + [
            {
                "step": "all eight",
                "reads": reads,
                "writes": writes,
                "with write-allocate": reads + 2 * writes,
            },
            {"step": "fused", "reads": 1, "writes": 1, "with write-allocate": 3},
        ],
    )
