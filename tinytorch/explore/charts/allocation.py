"""Peak allocation in units of the result: exact, so it needs no badge of a machine."""

from __future__ import annotations

from collections.abc import Mapping

from tinytorch.explore.bars import Bar, draw_bars
from tinytorch.explore.chart import TEAL, Chart
from tinytorch.perf.spread import Spread


def allocation_chart(peaks: Mapping[str, float]) -> Chart:
    """Draw how many results' worth of memory each call needs at its worst moment.

    Parameters
    ----------
    peaks : mapping of str to float
        Name of the call, and `Allocation.peak_in_outputs`.

    Raises
    ------
    ValueError
        If there is nothing to draw, or a peak is not a number above 0.
    """
    if not peaks:
        raise ValueError("allocation_chart was given no peaks; pass a dict of name to number.")
    for name, peak in peaks.items():
        if not peak > 0:
            raise ValueError(f"The peak of {name!r} is {peak!r}, expected a number above 0.")
    # The count holds a few small objects of Python's own, which vary by some bytes between runs:
    # the picture must not.
    drawn = {name: round(peak, 2) for name, peak in peaks.items()}
    bars = [Bar(name, Spread(peak, peak, peak, 1)) for name, peak in drawn.items()]
    return Chart(
        slug="allocation",
        figure=draw_bars(
            bars, "peak allocation, in units of the result", color=TEAL, write=lambda p: f"{p:.1f}"
        ),
        title="Memory held at the worst moment, the result included (exact count)",
        alt=(
            "Bar chart of peak allocation in units of the result: "
            + ", ".join(f"{name} {peak:.1f}" for name, peak in peaks.items())
            + "."
        ),
        badge="",
        table=[{"call": name, "peak in results": f"{peak:.2f}"} for name, peak in peaks.items()],
    )
