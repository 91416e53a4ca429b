"""Simulated traffic of loops, beside the traffic that is counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes

from tinytorch.explore.chart import GREY, INK, MARKERS, SERIES, STYLE, Chart, new_figure
from tinytorch.explore.curves import Curve, name_the_ends
from tinytorch.explore.ticks import labelled_ticks, log_axis
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.traffic import cases, counted
from tinytorch.perf.traffic.results import Outcome, Simulation, SimulationError

HEIGHT = 4.3


def tile_traffic_chart(simulation: Simulation) -> Chart:
    """Draw the bytes that pass between the levels of cache over the tile of a matrix product.

    The dashed line is the count for three tiles that stay; upright lines stand where three tiles
    stop fitting in a level.
    """
    shown = _padded(simulation.where(loop=cases.BLOCKED), cases.BLOCKED)
    n = int(shown[0].case["n"])
    tiles = [int(outcome.case["tile"]) for outcome in shown]
    law = [counted.blocked_matmul(n, tile) for tile in tiles]
    simulated = {
        name: [outcome.levels[level].traffic_bytes / 1e6 for outcome in shown]
        for level, name in _borders(simulation).items()
    }
    fits = {level.name: counted.largest_tile(level.size_bytes) for level in simulation.levels}
    lowest = min(min(megabytes) for megabytes in simulated.values())
    highest = max(max(megabytes) for megabytes in simulated.values())
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(HEIGHT)
        axes.set_xscale("log")
        axes.plot(tiles, [traffic.with_write_allocate / 1e6 for traffic in law], "--", color=INK)
        for index, megabytes in enumerate(simulated.values()):
            color = SERIES[index]
            axes.plot(tiles, megabytes, ":", color=color, linewidth=1.2)
            axes.plot(tiles, megabytes, MARKERS[index], color=color, markersize=7)
        axes.set_xlim(tiles[0] * 0.85, tiles[-1] * 2.9)
        axes.set_ylim(lowest / 1.6, highest * 3.5)
        log_axis(axes, "y")
        labelled_ticks(axes, tiles, _labels(tiles))
        axes.spines["bottom"].set_bounds(axes.get_xlim()[0], tiles[-1])
        axes.set(xlabel=f"tile size, for n = {n}", ylabel="MB moved")
        _mark_where_three_stop_fitting(axes, tiles, fits)
        name_the_ends(
            axes,
            [
                Curve(name, [float(tile) for tile in tiles], [_exact(mb) for mb in megabytes])
                for name, megabytes in simulated.items()
            ],
            HEIGHT,
        )
    return Chart(
        slug="tile-traffic",
        figure=figure,
        title=(
            "Bytes that a product by tiles moves: simulated, counted (dashed), and the largest "
            "tiles of which a level holds three (upright lines)"
        ),
        alt=_tile_words(tiles, law, simulated, fits),
        badge=simulation.badge,
        table=[
            {
                "tile": tile,
                "counted, MB": significant(traffic.minimal / 1e6),
                "counted with write-allocate, MB": significant(traffic.with_write_allocate / 1e6),
                **{f"{name}, MB": significant(mb[row]) for name, mb in simulated.items()},
            }
            for row, (tile, traffic) in enumerate(zip(tiles, law, strict=True))
        ],
    )


def _labels(tiles: Sequence[int]) -> list[str]:
    """Write the tiles, but not one whose three digits would touch those of the last."""
    labels: list[str] = []
    for index, tile in enumerate(tiles):
        crowded = tile >= 100 and labels[-1] != "" and tile / tiles[index - 1] < 1.4
        labels.append("" if crowded else str(tile))
    return labels


def _mark_where_three_stop_fitting(
    axes: Axes, tiles: Sequence[int], fits: Mapping[str, int]
) -> None:
    for level, largest in fits.items():
        if tiles[0] < largest < tiles[-1]:
            axes.axvline(largest, color=GREY, linewidth=1.2)
            axes.annotate(
                f"{level}: {largest}",
                (largest, axes.get_ylim()[1]),
                xytext=(-4, -2),
                textcoords="offset points",
                ha="right",
                va="top",
            )


def _tile_words(
    tiles: Sequence[int],
    law: Sequence[counted.Traffic],
    simulated: Mapping[str, Sequence[float]],
    fits: Mapping[str, int],
) -> str:
    least = {
        name: min(range(len(tiles)), key=lambda row, mb=megabytes: mb[row])  # type: ignore[misc]
        for name, megabytes in simulated.items()
    }
    counts = [traffic.with_write_allocate / 1e6 for traffic in law]
    return (
        "Megabytes moved over the tile size, both axes logarithmic. The count for three tiles that "
        f"stay falls from {significant(counts[0])} MB at tile {tiles[0]} to "
        f"{significant(counts[-1])} MB at tile {tiles[-1]}. Three tiles fit up to "
        + ", ".join(f"{largest} in {level}" for level, largest in fits.items())
        + ". Simulated, least and at the largest tile: "
        + "; ".join(
            f"{name} {significant(megabytes[least[name]])} MB (tile {tiles[least[name]]}) and "
            f"{significant(megabytes[-1])} MB"
            for name, megabytes in simulated.items()
        )
        + "."
    )


MINIMAL = {
    cases.COLUMNS: counted.row_traversal,
    cases.TRANSPOSED: counted.copy,
    cases.BLOCKED_TRANSPOSED: counted.copy,
}
"""Loop, and the count of the same work in the best order."""


def layout_traffic_chart(simulation: Simulation, n: int | None = None) -> Chart:
    """Draw how many times the least traffic a traversal or copy causes at each level of cache.

    Parameters
    ----------
    simulation : Simulation
        From `load_simulation`.
    n : int, optional
        Edge of the matrix; the largest that was simulated, if not given.
    """
    if n is None:
        n = max(int(outcome.case["n"]) for outcome in simulation.where(loop=cases.COLUMNS))
    pitches = {f"rows of {n}": n, f"padded to {cases.padded(n)}": cases.padded(n)}
    borders = _borders(simulation)
    rows = [
        (loop, name, simulation.outcome(loop=loop, n=n, pitch=pitch))
        for loop in MINIMAL
        for name, pitch in pitches.items()
    ]
    multiples = [
        [
            outcome.levels[level].traffic_bytes / MINIMAL[loop](n).with_write_allocate
            for level in borders
        ]
        for loop, _, outcome in rows
    ]
    thickness = 0.8 / len(borders)
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=0.8 + 0.62 * len(rows))
        for place, values in enumerate(multiples):
            for index, (value, border) in enumerate(zip(values, borders.values(), strict=True)):
                y = place + thickness * (index - (len(borders) - 1) / 2)
                axes.barh(y, value, height=thickness * 0.85, color=SERIES[index])
                axes.annotate(
                    f"{value:.1f}  {border}",
                    (value, y),
                    xytext=(5, 0),
                    textcoords="offset points",
                    va="center",
                )
        axes.set_xlim(0, max(max(values) for values in multiples) * 1.3)
        axes.set_yticks(
            range(len(rows)), [f"{_on_two_lines(loop)}\n{name}" for loop, name, _ in rows]
        )
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("times the least traffic")
        axes.invert_yaxis()
    return Chart(
        slug=f"layout-traffic-{n}",
        figure=figure,
        title=f"Simulated traffic of a {n} × {n} matrix, in units of the least that the work needs",
        alt=(
            "Bar chart of simulated traffic in units of the least: "
            + "; ".join(
                f"{loop}, {name}: "
                + ", ".join(
                    f"{border} {value:.1f}"
                    for border, value in zip(borders.values(), values, strict=True)
                )
                for (loop, name, _), values in zip(rows, multiples, strict=True)
            )
            + "."
        ),
        badge=simulation.badge,
        table=[
            {
                "loop": loop,
                "rows": name,
                **{
                    border: f"{value:.2f}"
                    for border, value in zip(borders.values(), values, strict=True)
                },
            }
            for (loop, name, _), values in zip(rows, multiples, strict=True)
        ],
    )


def _on_two_lines(loop: str) -> str:
    return loop.replace("blocked ", "blocked\n").replace("sum along ", "sum along\n")


def _borders(simulation: Simulation) -> dict[str, str]:
    """Name what lies below each level: ``{"L1": "L1–L2", ..., "L3": "L3–memory"}``."""
    names = [level.name for level in simulation.levels]
    return {
        name: f"{name}–{below}" for name, below in zip(names, [*names[1:], "memory"], strict=True)
    }


def _padded(outcomes: Sequence[Outcome], loop: str) -> list[Outcome]:
    found = [
        outcome
        for outcome in outcomes
        if outcome.case["pitch"] == cases.padded(int(outcome.case["n"]))
    ]
    if not found:
        raise SimulationError(f"The simulation has no {loop} with padded rows.")
    return found


def _exact(value: float) -> Spread:
    """Give a count the form of a measurement; it has no spread."""
    return Spread(value, value, value, 1)
