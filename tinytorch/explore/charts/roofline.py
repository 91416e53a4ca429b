"""The roofline: two measured roofs, and kernels under them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib as mpl

from tinytorch.explore.chart import (
    GREY,
    INK,
    MARKERS,
    SERIES,
    STYLE,
    WIDTH_INCHES,
    Chart,
    new_figure,
)
from tinytorch.explore.curves import spread_apart
from tinytorch.explore.ticks import log_axis
from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.roofline import Kernel, Roofline
from tinytorch.perf.spread import significant

HEIGHT = 4.0


def roofline_chart(
    ceilings: Ceilings | Roofline, kernels: Sequence[Kernel] = (), badge: str = ""
) -> Chart:
    """Draw a roofline for one thread, with kernels as points.

    Parameters
    ----------
    ceilings : Ceilings or Roofline
        Measured ceilings (`rec.ceilings`, `Machine.measure().ceilings`), or two numbers as a
        `Roofline`.
    kernels : sequence of Kernel
        From `Roofline.place`.
    badge : str
        Where the numbers come from: `rec.badge`, or that they were measured here.
    """
    if isinstance(ceilings, Roofline):
        roofline = ceilings
    else:
        roofline = Roofline(
            ceilings.peak_gflops(threads=1).median, ceilings.bandwidth_gbs(threads=1).median
        )
    peak, bandwidth, ridge = roofline.peak_gflops, roofline.bandwidth_gbs, roofline.ridge
    intensities = [kernel.intensity for kernel in kernels]
    left = min([ridge / 64, *(i / 4 for i in intensities)])
    right = max([ridge * 64, *(i * 4 for i in intensities)])
    low = min([roofline.attainable(left), *(k.gflops / 3 for k in kernels)])
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(HEIGHT)
        axes.plot([left, ridge, right], [bandwidth * left, peak, peak], color=INK, linewidth=1.6)
        axes.plot([ridge, ridge], [low, peak], ":", color=GREY, linewidth=1.2)
        axes.set_xlim(left, right)
        axes.set_ylim(low, peak * 4)
        log_axis(axes, "x")
        log_axis(axes, "y")
        axes.set(xlabel="arithmetic intensity (FLOP/byte)", ylabel="GFLOP/s")
        axes.annotate(
            f"compute: {significant(peak)} GFLOP/s",
            (right, peak),
            xytext=(-2, 6),
            textcoords="offset points",
            ha="right",
        )
        # Far to the left: names of kernels run to the right of their points, across the upper half.
        start = left * (ridge / left) ** 0.3
        axes.annotate(
            f"memory: {significant(bandwidth)} GB/s",
            (start, bandwidth * start),
            xytext=(-7, 7),
            textcoords="offset points",
            ha="center",
            va="bottom",
            rotation=_roof_angle(left, right, low, peak * 4),
            rotation_mode="anchor",
        )
        axes.annotate(
            f"ridge {significant(ridge)}",
            (ridge, low),
            xytext=(4, 5),
            textcoords="offset points",
        )
        shares = _label_places(kernels, low, peak, peak * 4)
        for index, (kernel, share) in enumerate(zip(kernels, shares, strict=True)):
            color = SERIES[index % len(SERIES)]
            marker = MARKERS[index % len(MARKERS)]
            axes.plot(kernel.intensity, kernel.gflops, marker, color=color, markersize=8)
            on_right = kernel.intensity < (left * right) ** 0.5
            axes.annotate(
                kernel.name,
                (kernel.intensity, low * (peak * 4 / low) ** share),
                xytext=(9 if on_right else -9, 0),
                textcoords="offset points",
                ha="left" if on_right else "right",
                va="center",
            )
    verdicts = " ".join(kernel.verdict for kernel in kernels)
    return Chart(
        slug=f"roofline-{len(kernels)}",
        figure=figure,
        title="Roofline for one thread",
        alt=(
            f"Roofline with both axes logarithmic: a roof that rises with {significant(bandwidth)} "
            f"GB/s meets a flat roof of {significant(peak)} GFLOP/s at an intensity of "
            f"{significant(ridge)} FLOP/byte. {verdicts}"
        ).strip(),
        badge=badge,
        table=[
            {
                "kernel": kernel.name,
                "FLOP/byte": significant(kernel.intensity),
                "GFLOP/s": significant(kernel.gflops),
                "roof, GFLOP/s": significant(kernel.attainable),
                "limited by": kernel.bound,
                "share of the roof": f"{100 / kernel.headroom:.0f} %",
            }
            for kernel in kernels
        ]
        or [
            {"roof": "memory", "value": f"{significant(bandwidth)} GB/s"},
            {"roof": "compute", "value": f"{significant(peak)} GFLOP/s"},
            {"roof": "ridge", "value": f"{significant(ridge)} FLOP/byte"},
        ],
    )


def _roof_angle(left: float, right: float, low: float, high: float) -> float:
    """Return the angle of the slanted roof in the picture, in degrees.

    It rises by one decade per decade, so its angle follows from how long a decade is on each axis;
    labels and margins take about 0.8 inches of the width and 0.7 of the height.
    """
    decade_x = (WIDTH_INCHES - 0.8) / math.log(right / left)
    decade_y = (HEIGHT - 0.7) / math.log(high / low)
    return math.degrees(math.atan2(decade_y, decade_x))


def _label_places(kernels: Sequence[Kernel], low: float, peak: float, high: float) -> list[float]:
    """Return heights for the names as shares of the axis, moved apart where they would overlap."""

    def share(gflops: float) -> float:
        return math.log(gflops / low) / math.log(high / low)

    # Names stay below the flat roof, for its own name stands above it. What is left of the height
    # decides only the order of names that would otherwise be level.
    ceiling = share(peak) - 0.05
    shares = [min(share(k.gflops), ceiling + 1e-6 * share(k.gflops)) for k in kernels]
    placed = list(shares)
    for intensity in {kernel.intensity for kernel in kernels}:
        same = [i for i, kernel in enumerate(kernels) if kernel.intensity == intensity]
        apart = spread_apart([shares[i] for i in same], 0.07)
        lift = max(0.0, max(apart) - share(peak) + 0.05)
        for index, place in zip(same, apart, strict=True):
            placed[index] = place - lift
    return placed
