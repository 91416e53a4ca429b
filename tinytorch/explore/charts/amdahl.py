"""Amdahl's law: what a faster part is worth to the whole."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np

from tinytorch.explore.chart import BLUE, GREY, INK, STYLE, Chart, new_figure
from tinytorch.explore.ticks import labelled_ticks
from tinytorch.perf.spread import significant

SPEEDUPS = (1, 2, 4, 8, 16, 32, 64, 128)


def amdahl(fraction: float, speedup: float) -> float:
    """Return the speed-up of the whole when a fraction of its time runs `speedup` times as fast.

    G. Amdahl, "Validity of the single processor approach to achieving large scale computing
    capabilities", AFIPS 1967, doi:10.1145/1465482.1465560.

    Raises
    ------
    ValueError
        If the fraction is not between 0 and 1 or the speed-up not above 0.
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction is {fraction!r}, expected a share of the time between 0 and 1.")
    if not speedup > 0:
        raise ValueError(f"speedup is {speedup!r}, expected a number above 0.")
    return 1 / (1 - fraction + fraction / speedup)


def amdahl_chart(
    fraction: float, seen: tuple[float, float] | None = None, badge: str = ""
) -> Chart:
    """Draw the end-to-end speed-up over the speed-up of one part.

    Parameters
    ----------
    fraction : float
        Share of the time that the part takes before it is made faster, 0 to 1.
    seen : (float, float), optional
        A measurement to put beside the law: speed-up of the part, speed-up of the whole.
    badge : str
        Where the fraction and the measurement come from.
    """
    wholes = [amdahl(fraction, speedup) for speedup in SPEEDUPS]
    limit = 1 / (1 - fraction) if fraction < 1 else float("inf")
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=3.4)
        axes.set_xscale("log")
        fine = np.geomspace(SPEEDUPS[0], SPEEDUPS[-1], 100)
        axes.plot(fine, [amdahl(fraction, float(speedup)) for speedup in fine], color=BLUE)
        top = wholes[-1]
        if np.isfinite(limit):
            axes.axhline(limit, linestyle="--", color=GREY, linewidth=1.2)
            axes.annotate(
                f"limit {significant(limit)}: the part takes no time at all",
                (SPEEDUPS[0], limit),
                xytext=(4, 5),
                textcoords="offset points",
                color=INK,
            )
            top = limit
        if seen is not None:
            axes.plot(*seen, "o", color="#c96f1e", markersize=8)
            axes.annotate(
                f"measured: {significant(seen[1])}",
                seen,
                xytext=(6, -16),
                textcoords="offset points",
                color=INK,
            )
            top = max(top, seen[1])
        labelled_ticks(axes, SPEEDUPS, [str(speedup) for speedup in SPEEDUPS])
        axes.set_ylim(0.9, 0.9 + (top - 0.9) * 1.2)
        axes.set(xlabel="speed-up of the part", ylabel="speed-up of the whole")
    measured = (
        f" Measured: the part {significant(seen[0])} times as fast, the whole "
        f"{significant(seen[1])} times."
        if seen
        else ""
    )
    return Chart(
        slug=f"amdahl-{round(1000 * fraction)}",
        figure=figure,
        title=f"Amdahl's law for a part that takes {100 * fraction:.0f} % of the time",
        alt=(
            f"Curve of the speed-up of the whole over the speed-up of a part that takes "
            f"{100 * fraction:.0f} % of the time. It rises from 1 and flattens towards the limit "
            f"of {significant(limit)}.{measured}"
        ),
        badge=badge,
        table=[
            {"part": f"{speedup} times", "whole": f"{whole:.2f} times"}
            for speedup, whole in zip(SPEEDUPS, wholes, strict=True)
        ],
    )
