"""The pictures of a class, each with its data as a table: `tinytorch.explore.chart` draws them."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from autograder.class_report.item_analysis import ItemStanding
from autograder.class_report.standing import examined, score_bins
from autograder.results import Result
from tinytorch.explore.chart import BLUE, GREY, ORANGE, STYLE, WIDTH_INCHES, Chart, new_figure

# Inches for each item's row, and for the axes below them.
_ROW = 0.2
_AXES = 0.75


def distribution(results: Sequence[Result], marked: int | None = None) -> Chart:
    """Draw how many students have which score.

    Parameters
    ----------
    results : sequence of Result
        Of the class; only those whose notebook was examined are drawn. At least one.
    marked : int, optional
        The bin of one student, for that student's page.
    """
    taken = examined(results)
    max_score = taken[0].max_score
    bins = score_bins(taken)
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=2.9)
        positions = range(len(bins))
        bars = axes.bar(positions, [count for _, count in bins], width=0.86, color=BLUE)
        axes.bar_label(bars, [str(count) if count else "" for _, count in bins], padding=2)
        axes.set_xticks(positions, [label for label, _ in bins], rotation=40, ha="right")
        axes.set_xlabel(f"score (of {max_score:g} automatic points)")
        axes.set_ylabel("students")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=False, axis="x")
    rows = [{"score": label, "students": count} for label, count in bins]
    tallest = max(bins, key=lambda bin: bin[1])
    alt = (
        f"Histogram of the scores of {_students(len(taken))}: the most, {tallest[1]}, lie in "
        f"{tallest[0]} of {max_score:g} points."
    )
    if marked is not None:
        label, height = bins[marked]
        with mpl.rc_context(STYLE):
            bars[marked].set(color=ORANGE)
            axes.annotate(
                "your score", (marked, height), (0, 16), ha="center", textcoords="offset points"
            )
            axes.margins(y=0.22)
        alt += f" Your score lies in {label}."
        rows = [{**row, "yours": "yes" if row["score"] == label else ""} for row in rows]
    return Chart("distribution", figure, "How many students have which score", alt, "", rows)


def items(standings: Sequence[ItemStanding]) -> Chart:
    """Draw the share that passed each item and its discrimination, a row for each item.

    Parameters
    ----------
    standings : sequence of ItemStanding
        At least one.
    """
    # One empty row above each part holds its title.
    parts = list(dict.fromkeys(standing.part.name for standing in standings))
    places = [
        index + parts.index(standing.part.name) + 1 for index, standing in enumerate(standings)
    ]
    with mpl.rc_context(STYLE):
        height = _ROW * (places[-1] + 1) + _AXES
        figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
        passing, telling = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        passing.barh(places, [100 * standing.difficulty for standing in standings], 0.7, color=BLUE)
        passing.set_xlim(0, 100)
        passing.set_xlabel("passed, %")
        shown = [
            (place, standing.discrimination)
            for place, standing in zip(places, standings, strict=True)
            if standing.discrimination is not None
        ]
        telling.plot(
            [value for _, value in shown], [place for place, _ in shown], "D", color=ORANGE, ms=5
        )
        telling.axvline(0, color=GREY, linewidth=1)
        telling.set_xlim(-1, 1)
        telling.set_xlabel("discrimination")
        passing.set_yticks(places, [standing.item.id for standing in standings])
        passing.set_ylim(places[-1] + 0.7, -0.7)
        for axes in (passing, telling):
            axes.grid(visible=False, axis="y")
            axes.tick_params(axis="y", length=0)
            axes.spines.left.set_visible(False)
        at_left = blended_transform_factory(figure.transFigure, passing.transData)
        for name in parts:
            first = next(i for i, standing in enumerate(standings) if standing.part.name == name)
            title = standings[first].part.title
            passing.text(
                0.01, places[first] - 1, title, transform=at_left, va="center", weight="bold"
            )
    rows = [
        {
            "item": f"Part {standing.part.number}, {standing.item.id}",
            "is true when it passes": standing.item.proves,
            "passed": f"{standing.passed} of {standing.students}",
            "share": f"{100 * standing.difficulty:.0f} %",
            "discrimination": (
                "none" if standing.discrimination is None else f"{standing.discrimination:.2f}"
            ),
        }
        for standing in standings
    ]
    hardest = min(standings, key=lambda standing: standing.difficulty)
    easiest = max(standings, key=lambda standing: standing.difficulty)
    alt = (
        f"Bars of the share that passed each of {len(standings)} items, with each item's "
        f"discrimination beside it. Hardest is {hardest.item.id} of part {hardest.part.number} "
        f"({100 * hardest.difficulty:.0f} % passed), easiest {easiest.item.id} of part "
        f"{easiest.part.number} ({100 * easiest.difficulty:.0f} %)."
    )
    return Chart("items", figure, "How hard each item was, and what it tells", alt, "", rows)


def _students(count: int) -> str:
    return "one student" if count == 1 else f"{count} students"
