"""Bandwidth over the working set: the levels of the memory hierarchy, as streams see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import matplotlib as mpl
from matplotlib.axes import Axes

from tinytorch.explore.chart import GREY, INK, STYLE, Chart, Row
from tinytorch.explore.curves import Curve, draw_curves, name_the_ends, spread_apart
from tinytorch.explore.labels import Labels, Spot, extent_of
from tinytorch.explore.ticks import labelled_ticks
from tinytorch.perf.ceilings import STREAM_NAMES, Ceilings, Level, Threads
from tinytorch.perf.plateaus import level_name
from tinytorch.perf.profiling import capacity
from tinytorch.perf.spread import Spread, significant

HEIGHT = 4.3
MOST_TICKS = 6
NAMES_WIDTH = 0.17
BAND_OPACITY = 0.16
MARKER_SIZE = 3.5
HALF_STEP = 2**0.25
CACHE_LINE_TOP = 0.88
ROOM_FOR_NAMES = 1.36


def bandwidth_chart(ceilings: Ceilings, threads: Threads = 1, badge: str = "") -> Chart:
    """Draw GB/s over the working set, a curve for each stream, with the levels that they show.

    Parameters
    ----------
    ceilings : Ceilings
        Measured (`rec.ceilings`, `Machine.measure().ceilings`).
    threads : int or "all"
        With how many threads.
    badge : str
        Where the numbers come from: `rec.badge`, or that they were measured here.
    """
    curve, levels = ceilings.curve(threads), ceilings.levels(threads)
    sizes = list(curve)
    caches = _caches(ceilings, sizes)
    names = [name for name in STREAM_NAMES if all(name in at for at in curve.values())]
    curves = [Curve(name, list(curve), [at[name] for at in curve.values()]) for name in names]
    figure = draw_curves(
        [replace(curve, name="") for curve in curves],  # named below, when the axes are final
        "working set",
        "GB/s",
        ticks=[""] * len(sizes),
        logarithmic_y=False,
        height=HEIGHT,
        labels_width=NAMES_WIDTH,
    )
    axes = figure.axes[0]
    highest = max(
        spread.q3
        for spreads in (*(curve.spreads for curve in curves), [level.gbs for level in levels])
        for spread in spreads
    )
    with mpl.rc_context(STYLE):
        labelled_ticks(axes, _ticks(sizes), [capacity(size) for size in _ticks(sizes)])
        for line in axes.lines:
            line.set_markersize(MARKER_SIZE)
        axes.set_ylim(0, highest * ROOM_FOR_NAMES)
        name_the_ends(axes, curves, HEIGHT)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        labels = Labels(axes)
        _mark_caches(axes, caches, labels)
        _draw_levels(axes, levels, curve, labels)
    count = ceilings.count(threads)
    remarks = ceilings.remarks(threads)
    return Chart(
        slug=f"bandwidth-{count}",
        figure=figure,
        title=". ".join(
            [
                f"Bandwidth of {len(names)} streams over their working set, "
                + ("one thread" if count == 1 else f"{count} threads")
                + "; a level's band is as high as its quartiles lie apart"
                + ("; dashed: the cache sizes that the system reports" if caches else ""),
                *(remark.rstrip(".") for remark in remarks),
            ]
        ),
        alt=_words(ceilings, count, sizes, names),
        badge=badge,
        table=_rows(ceilings, count, names),
    )


def _ticks(sizes: Sequence[int]) -> list[int]:
    """Choose a few of the sizes to name, round ones where there are some."""
    of_two = [size for size in sizes if size & (size - 1) == 0] or list(sizes)
    return of_two[:: -(-len(of_two) // MOST_TICKS)]


def _caches(ceilings: Ceilings, sizes: Sequence[int]) -> dict[str, int]:
    """Return the reported caches that lie on the axis, the smallest first."""
    return {
        level_name(cache): size
        for cache, size in sorted(ceilings.caches.items(), key=lambda cache: cache[1])
        if sizes[0] <= size <= sizes[-1]
    }


def _draw_levels(
    axes: Axes,
    levels: Sequence[Level],
    curve: Mapping[int, Mapping[str, Spread]],
    labels: Labels,
) -> None:
    for size, at in curve.items():
        for spread in at.values():
            labels.keep_clear(size, spread.median, MARKER_SIZE / 2)
    names = []
    for level in levels:
        # Half a step to both sides, so that a level of one point is a band too.
        ends = (level.smallest / HALF_STEP, level.largest * HALF_STEP)
        axes.fill_between(
            ends, level.gbs.q1, level.gbs.q3, color=INK, alpha=BAND_OPACITY, linewidth=0
        )
        axes.plot(ends, [level.gbs.median] * 2, color=INK, linewidth=1.6)
        words = f"{level.name}\n{significant(level.gbs.median)}"
        (left, y), (right, _) = (labels.to_points(end, level.gbs.q3) for end in ends)
        up = extent_of(words)[1] / 2 + 3
        spots = [
            Spot((left + right) / 2 + aside, y + up + rise, "center", cost=abs(aside) + rise)
            for rise in range(0, 90, 5)
            for aside in range(-24, 25, 6)
        ]
        names.append((words, spots))
    labels.write_all(names)


def _mark_caches(axes: Axes, caches: Mapping[str, int], labels: Labels) -> None:
    """Draw a line at the size of each cache, with its name at the top."""
    if not caches:
        return
    words = [f"{name}\n{capacity(size)}" for name, size in caches.items()]
    wanted = [labels.to_points(size, 1)[0] for size in caches.values()]
    places = spread_apart(wanted, max(extent_of(word)[0] for word in words) + 4)
    top = axes.get_ylim()[1] * CACHE_LINE_TOP
    for word, size, place in zip(words, caches.values(), places, strict=True):
        axes.plot([size, size], [0, top], color=GREY, linestyle="--", linewidth=1.2)
        labels.avoid_line((size, 0), (size, top))
        labels.write(word, [Spot(place, labels.bounds.top - extent_of(word)[1] / 2, "center")])


def _words(ceilings: Ceilings, threads: int, sizes: Sequence[int], names: Sequence[str]) -> str:
    levels = [
        f"{level.name} {significant(level.gbs.median)} GB/s from {capacity(level.smallest)} to "
        f"{capacity(level.largest)}, fastest with {level.kernel}"
        for level in ceilings.levels(threads)
    ]
    caches = [f"{name} {capacity(size)}" for name, size in _caches(ceilings, sizes).items()]
    reported = (
        f"The system reports the caches {', '.join(caches)}."
        if caches
        else "The system reports no cache of a size in this range."
    )
    return " ".join(
        [
            f"Line chart of GB/s over working sets from {capacity(sizes[0])} to "
            f"{capacity(sizes[-1])}, logarithmic, for {', '.join(names)}. "
            f"Levels: {'; '.join(levels)}. {reported}",
            *ceilings.remarks(threads),
        ]
    )


def _rows(ceilings: Ceilings, threads: int, names: Sequence[str]) -> list[Row]:
    levels = ceilings.levels(threads)
    return [
        {
            "working set": capacity(size),
            **{f"{name}, GB/s": str(at[name]) for name in names},
            "level": next(
                (
                    f"{level.name}: {level.gbs} GB/s"
                    for level in levels
                    if level.smallest <= size <= level.largest
                ),
                "between two",
            ),
        }
        for size, at in ceilings.curve(threads).items()
    ]
