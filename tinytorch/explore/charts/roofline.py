"""The roofline: every measured roof, and kernels under them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes

from tinytorch.explore.chart import GREY, INK, MARKERS, RED, SERIES, STYLE, Chart, Row, new_figure
from tinytorch.explore.labels import LINE_HEIGHT, Labels, Spot, extent_of, spots_around
from tinytorch.explore.ticks import log_axis
from tinytorch.perf.kernel import Kernel
from tinytorch.perf.profiling import duration
from tinytorch.perf.roof import Roof
from tinytorch.perf.roofline import Roofline
from tinytorch.perf.spread import significant

HEIGHT = 4.6
# What the axes keep of it, in points; above the highest roof stand names, at the foot the zones'.
PLOT_HEIGHT = 285.0
HEAD, FOOT = 2.6 * LINE_HEIGHT, 3.2 * LINE_HEIGHT
# Areas of dots in square points, for the fastest and the slowest kernel.
SMALLEST_DOT, LARGEST_DOT = 32.0, 170.0
ZONE_OPACITY = 0.07
MIDDLE_ZONE = ("which level decides", "which level\ndecides", "which\nlevel\ndecides")
NOTHING = "-"


def roofline_chart(roofline: Roofline, badge: str = "") -> Chart:
    """Draw all roofs of a roofline, and its kernels as dots.

    A compute roof that lies far below every kernel is left out of the picture, not of the table;
    the title says so.

    Parameters
    ----------
    roofline : Roofline
        With the kernels that were added to it.
    badge : str
        Where the numbers come from: `rec.badge`, or that they were measured here.
    """
    view = _View.of(roofline)
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(HEIGHT)
        axes.set_xlim(view.left, view.right)
        axes.set_ylim(view.low, view.high)
        log_axis(axes, "x")
        log_axis(axes, "y")
        axes.set(xlabel="arithmetic intensity (FLOP/byte)", ylabel="GFLOP/s")
        # Words are placed by where things lie on paper, so the axes must be where they will stay.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        labels = Labels(axes)
        _draw_zones(axes, view)
        _draw_roofs(axes, view, labels)
        sizes = _dot_sizes(roofline.kernels)
        for index, (kernel, size) in enumerate(zip(roofline.kernels, sizes, strict=True)):
            _draw_kernel(axes, kernel, _color(index), MARKERS[index % len(MARKERS)], size)
            _keep_clear(kernel, size, labels)
        _name_zones(view, labels)
        _name_compute_roofs(view, labels)
        _name_ridge(view, labels)
        _name_memory_roofs(view, labels)
        _name_kernels(axes, roofline.kernels, sizes, labels)
    return Chart(
        slug=f"roofline-{len(roofline.kernels)}",
        figure=figure,
        title=f"Roofline, {_threads(roofline.threads)}{legend(roofline)}",
        alt=_words(roofline),
        badge=badge,
        table=[*_kernel_rows(roofline.kernels), *_roof_rows(roofline)],
    )


def legend(roofline: Roofline) -> str:
    """Say what the size of a dot means and which roof is not drawn: the end of a caption."""
    parts = [""]
    seconds = [kernel.seconds.median for kernel in roofline.kernels]
    if len(seconds) > 1:
        parts.append(
            f"the larger a dot, the longer one call ({duration(min(seconds))} to "
            f"{duration(max(seconds))}, logarithmic)"
        )
    drawn = _View.of(roofline).compute
    parts += [
        f"not drawn, further down: {roof.name}, {significant(roof.rate.median)} GFLOP/s"
        for roof in roofline.compute
        if roof not in drawn
    ]
    return "; ".join(parts)


@dataclass(frozen=True)
class _View:
    """What part of the plane is drawn, and which roofs lie in it.

    Attributes
    ----------
    left, right : float
        In FLOP/byte.
    low, high : float
        In GFLOP/s.
    memory, compute : tuple of Roof
        As a `Roofline` has them: the slowest first, the highest first.
    """

    left: float
    right: float
    low: float
    high: float
    memory: tuple[Roof, ...]
    compute: tuple[Roof, ...]

    @classmethod
    def of(cls, roofline: Roofline) -> _View:
        memory, peak = roofline.memory, roofline.peak_gflops
        intensities = [kernel.intensity for kernel in roofline.kernels]
        left = min([peak / memory[-1].rate.median / 40, *(i / 6 for i in intensities)])
        right = max([peak / memory[0].rate.median * 40, *(i * 4 for i in intensities)])
        lowest = min([peak / 100, *(kernel.gflops.q1 for kernel in roofline.kernels)])
        highest = max([peak, *(kernel.gflops.q3 for kernel in roofline.kernels)])
        compute = tuple(roof for roof in roofline.compute if 3 * roof.rate.median >= lowest)
        lowest = min(lowest, compute[-1].rate.median)
        # So many decades that the paper left for data holds what lies between the two.
        decades = math.log10(highest / lowest) / (1 - (HEAD + FOOT) / PLOT_HEIGHT)
        return cls(
            left=left,
            right=right,
            low=lowest / 10 ** (decades * FOOT / PLOT_HEIGHT),
            high=highest * 10 ** (decades * HEAD / PLOT_HEIGHT),
            memory=memory,
            compute=compute,
        )

    @property
    def peak(self) -> float:
        return self.compute[0].rate.median

    @property
    def first_ridge(self) -> float:
        """Left of it, even the fastest level delivers less than the peak needs."""
        return self.peak / self.memory[-1].rate.median

    @property
    def last_ridge(self) -> float:
        """Right of it, even the slowest level delivers more."""
        return self.peak / self.memory[0].rate.median


def _draw_zones(axes: Axes, view: _View) -> None:
    fastest = view.memory[-1].rate.median
    zones = [
        ([view.left, view.first_ridge], [view.left * fastest, view.peak]),
        ([view.last_ridge, view.right], [view.peak, view.peak]),
    ]
    for ends, tops in zones:
        axes.fill_between(ends, view.low, tops, color=INK, alpha=ZONE_OPACITY, linewidth=0)


def _draw_roofs(axes: Axes, view: _View, labels: Labels) -> None:
    for index, roof in enumerate(view.memory):
        rate = roof.rate.median
        start, end = (view.left, view.left * rate), (view.peak / rate, view.peak)
        _line(axes, start, end, main=index == 0)
        labels.avoid_line(start, end)
    fastest = view.memory[-1].rate.median
    for index, roof in enumerate(view.compute):
        rate = roof.rate.median
        start, end = (rate / fastest, rate), (view.right, rate)
        _line(axes, start, end, main=index == 0)
        labels.avoid_line(start, end)
        for memory in view.memory:
            axes.plot(rate / memory.rate.median, rate, "|", color=INK, markersize=7)
    axes.plot(view.last_ridge, view.peak, "d", color=INK, markersize=7)
    axes.plot([view.last_ridge] * 2, [view.low, view.peak], ":", color=GREY, linewidth=1.2)


def _line(axes: Axes, start: tuple[float, float], end: tuple[float, float], *, main: bool) -> None:
    axes.plot(*zip(start, end, strict=True), color=INK, linewidth=1.8 if main else 0.9)


def _draw_kernel(axes: Axes, kernel: Kernel, color: str, marker: str, size: float) -> None:
    rate = kernel.gflops
    if kernel.headroom > 1:
        way = ([kernel.intensity] * 2, [rate.median, kernel.attainable])
        axes.plot(*way, ":", color=color, linewidth=1.0)
    axes.errorbar(
        kernel.intensity,
        rate.median,
        yerr=[[rate.median - rate.q1], [rate.q3 - rate.median]],
        color=color,
        elinewidth=1.2,
        capsize=3.0,
        fmt=marker,
        markersize=size,
        markerfacecolor="none" if kernel.above_roof else color,
        markeredgewidth=1.6,
        zorder=4 - size / 100,  # a small dot before a large one
    )
    if kernel.above_roof:
        axes.plot(
            kernel.intensity,
            rate.median,
            "o",
            markersize=size + 8,
            markerfacecolor="none",
            markeredgecolor=RED,
            markeredgewidth=1.6,
        )


def _keep_clear(kernel: Kernel, size: float, labels: Labels) -> None:
    rate = kernel.gflops
    labels.keep_clear(kernel.intensity, rate.median, _radius(kernel, size))
    labels.avoid_line((kernel.intensity, rate.q1), (kernel.intensity, rate.q3))
    if kernel.headroom > 1:
        labels.avoid_line((kernel.intensity, rate.median), (kernel.intensity, kernel.attainable))


def _radius(kernel: Kernel, size: float) -> float:
    """Return how far a dot reaches in points, with the ring around it if there is one."""
    return size / 2 + (5 if kernel.above_roof else 1)


def _dot_sizes(kernels: Sequence[Kernel]) -> list[float]:
    """Return diameters in points: the area grows with the logarithm of the time of a call."""
    times = [math.log10(kernel.seconds.median) for kernel in kernels]
    # Over less than a factor of ten, dots differ as little as the times do.
    span = max([1.0, *(time - min(times) for time in times)])
    return [
        math.sqrt(SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * (time - min(times)) / span)
        for time in times
    ]


def _color(index: int) -> str:
    # After as many kernels as there are colours, each colour comes again with another marker.
    return SERIES[(index + index // len(MARKERS)) % len(SERIES)]


def _name_ridge(view: _View, labels: Labels) -> None:
    x, y = labels.to_points(view.last_ridge, view.peak)
    words = f"ridge {significant(view.last_ridge)}"
    spots: list[Spot] = []
    for up in (0.85 * LINE_HEIGHT, 1.85 * LINE_HEIGHT):
        spots += [Spot(x, y + up, "center", cost=up), Spot(x + 8, y + up, "right", cost=up + 4)]
    labels.write(words, spots)


def _name_zones(view: _View, labels: Labels) -> None:
    """Name the zones at the foot of the picture, where they are wide enough."""
    zones = [
        (("memory-bound",), view.left, view.first_ridge),
        (MIDDLE_ZONE, view.first_ridge, view.last_ridge),
        (("compute-bound",), view.last_ridge, view.right),
    ]
    for forms, start, end in zones:
        (left, foot), (right, _) = (
            labels.to_points(start, view.low),
            labels.to_points(end, view.low),
        )
        for words in forms:
            width, height = extent_of(words)
            # A little too wide will do: a page's own font is narrower than the one measured here.
            if width <= right - left + 3:
                middle, up = (left + right) / 2, foot + 3 + height / 2
                aside = range(0, max(1, int(right - left - width) // 2), 8)
                spots = [
                    Spot(middle + s * sign, up, "center", cost=s) for s in aside for sign in (1, -1)
                ]
                labels.write(words, spots)
                break


def _name_compute_roofs(view: _View, labels: Labels) -> None:
    decade = labels.to_points(view.left, 10)[1] - labels.to_points(view.left, 1)[1]
    for group in _neighbours(view.compute, decade):
        top = labels.to_points(view.right, group[0].rate.median)
        spots = [
            Spot(top[0] - back, top[1] + up * LINE_HEIGHT, "right", cost=back / 4 + worse)
            for up, worse in ((0.65, 0.0), (1.65, 10.0), (-0.65, 20.0))
            for back in range(2, 120, 10)
        ]
        labels.write(_names(group, "GFLOP/s"), spots)


def _name_memory_roofs(view: _View, labels: Labels) -> None:
    origin = labels.to_points(1, 1)
    across, up = (a - b for a, b in zip(labels.to_points(10, 10), origin, strict=True))
    turn = math.atan2(up, across)
    # The lines run in parallel; this is how far apart a factor of ten puts them.
    decade = up * math.cos(turn)
    for group in _neighbours(view.memory[::-1], decade):
        rate = group[0].rate.median
        start = max(view.left, view.low / rate)
        (x, y), end = (
            labels.to_points(start, start * rate),
            labels.to_points(view.peak / rate, view.peak),
        )
        words = _names(group, "GB/s")
        room = math.dist((x, y), end) - extent_of(words)[0]
        aside = 0.65 * LINE_HEIGHT
        spots = [
            Spot(
                x + along * math.cos(turn) - aside * math.sin(turn),
                y + along * math.sin(turn) + aside * math.cos(turn),
                angle=math.degrees(turn),
                cost=along / 10,
            )
            for along in range(8, max(9, int(room)), 8)
        ]
        labels.write(words, spots)


def _neighbours(roofs: Sequence[Roof], decade: float) -> list[list[Roof]]:
    """Put roofs together whose lines lie too close for a name between them; the highest first."""
    groups = [[roofs[0]]]
    for roof in roofs[1:]:
        apart = decade * math.log10(groups[-1][-1].rate.median / roof.rate.median)
        if apart < 1.3 * LINE_HEIGHT:
            groups[-1].append(roof)
        else:
            groups.append([roof])
    return groups


def _names(group: Sequence[Roof], unit: str) -> str:
    return ", ".join(f"{roof.name} {significant(roof.rate.median)}" for roof in group) + f" {unit}"


def _name_kernels(
    axes: Axes, kernels: Sequence[Kernel], sizes: Sequence[float], labels: Labels
) -> None:
    names = []
    for kernel, size in zip(kernels, sizes, strict=True):
        words = f"{kernel.name} (above its roof)" if kernel.above_roof else kernel.name
        place = labels.to_points(kernel.intensity, kernel.gflops.median)
        names.append((words, spots_around(*place, _radius(kernel, size), words)))
    for index, spot in enumerate(labels.write_all(names)):
        if spot.leader:
            ends = (labels.to_data(*spot.leader), labels.to_data(spot.x, spot.y))
            axes.plot(*zip(*ends, strict=True), color=_color(index), linewidth=0.8)


def _threads(count: int) -> str:
    return "one thread" if count == 1 else f"{count} threads"


def _words(roofline: Roofline) -> str:
    memory, compute = (
        ", ".join(f"{roof.name} {significant(roof.rate.median)} {unit}" for roof in roofs)
        for roofs, unit in ((roofline.memory[::-1], "GB/s"), (roofline.compute, "GFLOP/s"))
    )
    lowest, fastest, peak = roofline.memory[0], roofline.memory[-1], roofline.compute[0]
    zones = ""
    if len(roofline.memory) > 1:
        zones = (
            f" Left of {significant(roofline.ridge_of(fastest, peak))} FLOP/byte a kernel is "
            f"memory-bound whichever level its bytes come from; right of "
            f"{significant(roofline.ridge)} it is compute-bound; between, the level decides."
        )
    verdicts = "".join(f" {kernel.verdict}" for kernel in roofline.kernels)
    return (
        f"Roofline with both axes logarithmic. Slanted roofs: {memory}. Flat roofs: {compute}. "
        f"{lowest.name} and {peak.name} meet at an intensity of {significant(roofline.ridge)} "
        f"FLOP/byte.{zones}{verdicts}"
    )


def _kernel_rows(kernels: Sequence[Kernel]) -> list[Row]:
    return [
        {
            "kernel or roof": kernel.name,
            "FLOP/byte": significant(kernel.intensity),
            "rate (quartiles)": f"{kernel.gflops} GFLOP/s",
            "runs": kernel.gflops.runs,
            "limited by": kernel.limit.name,
            "share of that roof": kernel.share,
            "could still gain": (
                "above its roof: an error"
                if kernel.above_roof
                else f"{significant(max(kernel.headroom, 1.0))} times"
            ),
            "one call": duration(kernel.seconds.median),
        }
        for kernel in kernels
    ]


def _roof_rows(roofline: Roofline) -> list[Row]:
    slowest, peak = roofline.memory[0], roofline.compute[0]
    rows = [(roof, "GB/s", roofline.ridge_of(roof, peak), peak) for roof in roofline.memory[::-1]]
    rows += [
        (roof, "GFLOP/s", roofline.ridge_of(slowest, roof), slowest) for roof in roofline.compute
    ]
    return [
        {
            "kernel or roof": f"roof: {roof.name}",
            "FLOP/byte": f"ridge with {other.name}: {significant(ridge)}",
            "rate (quartiles)": f"{roof.rate} {unit}",
            "runs": roof.rate.runs,
            "limited by": NOTHING,
            "share of that roof": NOTHING,
            "could still gain": NOTHING,
            "one call": NOTHING,
        }
        for roof, unit, ridge, other in rows
    ]
