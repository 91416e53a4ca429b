"""Lines over a size, each named at its end rather than in a legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tinytorch.explore.chart import INK, MARKERS, SERIES, STYLE, new_figure
from tinytorch.explore.ticks import labelled_ticks, log_axis
from tinytorch.perf.points import Point
from tinytorch.perf.spread import Spread


@dataclass(frozen=True)
class Curve:
    """One line: its name, where its points stand, and what was measured there.

    `style` is a line style of matplotlib's; a dashed line is a reference, not a measurement series.
    """

    name: str
    x: list[float]
    spreads: list[Spread]
    style: str = "-"

    @classmethod
    def over(
        cls, key: str, points: Sequence[Point], quantity: Callable[[Point], Spread], name: str
    ) -> Curve:
        """Return the curve of a derived quantity of recorded points over one of their labels."""
        return cls(name, [float(p.case[key]) for p in points], [quantity(p) for p in points])


def draw_curves(
    curves: Sequence[Curve],
    xlabel: str,
    ylabel: str,
    *,
    ticks: Sequence[str],
    logarithmic_y: bool = True,
    height: float = 3.7,
    labels_width: float = 0.34,
) -> Figure:
    """Draw curves over a logarithmic x axis, with quartiles as whiskers.

    Parameters
    ----------
    curves : sequence of Curve
        At most as many as there are series colours.
    xlabel, ylabel : str
        Quantities and units.
    ticks : sequence of str
        One label for each different x, ascending.
    logarithmic_y : bool
        Otherwise the y axis starts at zero.
    height : float
        Of the figure, in inches.
    labels_width : float
        Share of the axes' width that is kept free on the right for the names of the curves.
    """
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height)
        axes.set_xscale("log")
        for index, curve in enumerate(curves):
            medians = [spread.median for spread in curve.spreads]
            axes.errorbar(
                curve.x,
                medians,
                yerr=[
                    [spread.median - spread.q1 for spread in curve.spreads],
                    [spread.q3 - spread.median for spread in curve.spreads],
                ],
                color=SERIES[index],
                marker=MARKERS[index],
                linestyle=curve.style,
                elinewidth=1.0,
                capsize=2.5,
            )
        positions = sorted({x for curve in curves for x in curve.x})
        span = max(positions[-1] / positions[0], 2.0)  # one point still needs an axis
        axes.set_xlim(positions[0] / span**0.04, positions[-1] * span ** (labels_width + 0.04))
        labelled_ticks(axes, positions, ticks)
        axes.spines["bottom"].set_bounds(axes.get_xlim()[0], positions[-1])
        axes.set(xlabel=xlabel, ylabel=ylabel)
        if logarithmic_y:
            log_axis(axes, "y")
        else:
            axes.set_ylim(bottom=0)
        name_the_ends(axes, curves, height)
    return figure


def name_the_ends(axes: Axes, curves: Sequence[Curve], height: float) -> None:
    """Write each curve's name beside its last point, moved apart where names would overlap."""
    low, high = axes.get_ylim()
    # About 1.35 lines of text, as a share of the height that the axes have inside the figure.
    gap = 1.35 * 10.5 / 72 / (height - 0.75)
    to_share = axes.transScale + axes.transLimits
    ends = [
        (index, float(to_share.transform((curve.x[-1], curve.spreads[-1].median))[1]))
        for index, curve in enumerate(curves)
        if curve.name
    ]
    right = max(curve.x[-1] for curve in curves)
    shares = spread_apart([share for _, share in ends], gap)
    for (index, share), placed in zip(ends, shares, strict=True):
        curve = curves[index]
        anchor = float(to_share.transform((right, high))[0])
        start = float(to_share.transform((curve.x[-1], high))[0])
        axes.annotate(
            curve.name,
            xy=(start, share),
            xytext=(anchor + 0.045, placed),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            ha="left",
            color=INK,
            arrowprops={
                "arrowstyle": "-",
                "relpos": (0, 0.5),  # from the start of the name, so that it crosses no other
                "color": SERIES[index],
                "linewidth": 1.0,
                "linestyle": ":",
                "shrinkA": 1,
                "shrinkB": 5,
            },
        )
    axes.set_ylim(low, high)


def spread_apart(wanted: Sequence[float], gap: float) -> list[float]:
    """Return positions near the wanted ones, in the same order, each at least `gap` apart.

    Overlapping neighbours become a block that is centred where its members wanted to be.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[list[int]] = []
    for index in order:
        blocks.append([index])
        while len(blocks) > 1 and _top(blocks[-2], wanted, gap) > _bottom(blocks[-1], wanted, gap):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [0.0] * len(wanted)
    for block in blocks:
        start = _bottom(block, wanted, gap) + gap / 2
        for place, index in enumerate(block):
            placed[index] = start + place * gap
    return placed


def _bottom(block: list[int], wanted: Sequence[float], gap: float) -> float:
    return sum(wanted[i] for i in block) / len(block) - gap * len(block) / 2


def _top(block: list[int], wanted: Sequence[float], gap: float) -> float:
    return sum(wanted[i] for i in block) / len(block) + gap * len(block) / 2
