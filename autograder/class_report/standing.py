"""What the results of a class say about the class."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.parts import PARTS, Part
from autograder.results import Result, Status
from autograder.results.status import STATUSES

# These were handed in without anything to examine, or not handed in at all: they say nothing about
# an item's difficulty, and a zero each would pull every mean down.
NOTHING_EXAMINED: tuple[Status, ...] = ("unreadable", "missing")
BIN_WIDTH = 10


@dataclass(frozen=True)
class PartStanding:
    """How the class did in one part.

    Attributes
    ----------
    part : Part
    mean, median : float
        Of the points of those whose notebook was examined.
    full : int
        How many have every point.
    """

    part: Part
    mean: float
    median: float
    full: int


def examined(results: Sequence[Result]) -> list[Result]:
    """Give the results of notebooks that could be examined, wholly or in part."""
    return [result for result in results if result.status not in NOTHING_EXAMINED]


def status_counts(results: Sequence[Result]) -> dict[Status, int]:
    """Count each status, in the order of `STATUSES`; one that did not occur has 0."""
    counts = Counter(result.status for result in results)
    return {status: counts[status] for status in STATUSES}


def part_standings(results: Sequence[Result]) -> list[PartStanding]:
    """Say how each part went; with nobody examined, there is nothing to say."""
    taken = examined(results)
    if not taken:
        return []
    standings = []
    for part in PARTS.values():
        points = [result.parts.get(part.name, 0.0) for result in taken]
        full = sum(earned >= part.points for earned in points)
        standings.append(
            PartStanding(part, statistics.fmean(points), statistics.median(points), full)
        )
    return standings


def score_bins(results: Sequence[Result]) -> list[tuple[str, int]]:
    """Count the scores by tens: a label for each bin, and how many lie in it.

    The last bin holds the full score too, so that no bin is for one score alone.

    Parameters
    ----------
    results : sequence of Result
        At least one.
    """
    max_score = results[0].max_score
    starts = range(0, max(int(max_score), 1), BIN_WIDTH)
    counts = Counter(bin_of(result) for result in results)
    labels = [f"{start}\u2013{start + BIN_WIDTH - 1}" for start in starts[:-1]]
    labels.append(f"{starts[-1]}\u2013{max_score:g}")
    return [(label, counts[place]) for place, label in enumerate(labels)]


def bin_of(result: Result) -> int:
    """Say in which of the bins of `score_bins` a result lies."""
    last = max(int(result.max_score) - 1, 0) // BIN_WIDTH
    return min(max(int(result.score // BIN_WIDTH), 0), last)
