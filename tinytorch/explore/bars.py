"""Horizontal bars with their values written at the end: a ladder, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.figure import Figure

from tinytorch.explore.chart import BLUE, GREY, INK, STYLE, new_figure
from tinytorch.explore.ticks import log_axis
from tinytorch.perf.spread import Spread, significant


@dataclass(frozen=True)
class Bar:
    """One bar: its name, what was measured, and whether it stands apart from the others."""

    name: str
    spread: Spread
    apart: bool = False


def draw_bars(
    bars: Sequence[Bar],
    xlabel: str,
    *,
    logarithmic: bool = False,
    color: str = BLUE,
    write: Callable[[float], str] = significant,
) -> Figure:
    """Draw bars from top to bottom, with quartiles as whiskers and medians in words.

    Parameters
    ----------
    bars : sequence of Bar
        In the order of reading.
    xlabel : str
        Quantity and unit.
    logarithmic : bool
        For values that span more than about two decades.
    color : str
        Of the bars; those that stand apart are grey.
    write : callable
        Turns a median into the label at the end of its bar.
    """
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=0.75 + 0.36 * len(bars))
        medians = [bar.spread.median for bar in bars]
        if logarithmic:
            low, high = min(medians), max(medians)
            # A logarithmic axis has no zero for bars to start from: start well left of them.
            axes.set_xlim(low / 4, high * (high / low) ** 0.28 * 1.4)
            log_axis(axes, "x")
        else:
            axes.set_xlim(0, max(bar.spread.q3 for bar in bars) * 1.2)
        places = range(len(bars))
        axes.barh(
            places,
            medians,
            height=0.62,
            color=[GREY if bar.apart else color for bar in bars],
        )
        for place, bar in zip(places, bars, strict=True):
            if bar.spread.q3 > bar.spread.q1:  # a count has no spread to draw
                axes.errorbar(
                    bar.spread.median,
                    place,
                    xerr=[
                        [bar.spread.median - bar.spread.q1],
                        [bar.spread.q3 - bar.spread.median],
                    ],
                    fmt="none",
                    color=INK,
                    ecolor=INK,
                    elinewidth=1.0,
                    capsize=2.5,
                )
            axes.annotate(
                write(bar.spread.median),
                (bar.spread.q3, place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
            )
        axes.set_yticks(list(places), [bar.name for bar in bars])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(xlabel)
        axes.invert_yaxis()
    return figure
