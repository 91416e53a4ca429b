"""How hard each item was, and whether it tells those who know more from those who know less."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.class_report.standing import examined
from autograder.items import Item
from autograder.parts import PARTS, Part
from autograder.results import Result

# Below this, one student more or less moves a correlation from one end to the other.
FEWEST_STUDENTS = 10


@dataclass(frozen=True)
class ItemStanding:
    """One item in one class.

    Attributes
    ----------
    part : Part
    item : Item
    passed, students : int
        How many passed, of how many examined.
    discrimination : float or None
        See `discrimination`.
    """

    part: Part
    item: Item
    passed: int
    students: int
    discrimination: float | None

    @property
    def difficulty(self) -> float:
        """The share that passed: 1 for an item that everybody passed."""
        return self.passed / self.students


def item_standings(results: Sequence[Result]) -> list[ItemStanding]:
    """Analyse every item, in the order of the assignment.

    An item that was not examined, because an earlier one failed or the code ended before it, was
    not passed.
    """
    taken = examined(results)
    if not taken:
        return []
    scores = np.array([result.score for result in taken])
    standings = []
    for part in PARTS.values():
        for item in part.items:
            passed = np.array([_passed(result, part.name, item.id) for result in taken])
            rest = scores - np.where(passed, item.points, 0.0)
            correlation = discrimination(passed, rest) if len(taken) >= FEWEST_STUDENTS else None
            standings.append(ItemStanding(part, item, int(passed.sum()), len(taken), correlation))
    return standings


def discrimination(passed: np.ndarray, rest: np.ndarray) -> float | None:
    """Correlate passing an item with the score in all the others: the point-biserial correlation.

    ``r = (M1 - M0) / s * sqrt(p (1 - p))``, where ``M1`` and ``M0`` are the mean rest scores of
    those who passed and of those who did not, ``s`` is the standard deviation of all rest scores
    and ``p`` the share that passed (Lord and Novick, 1968, Statistical Theories of Mental Test
    Scores). The rest score leaves the item out, or the item would correlate with itself (Henrysson,
    1963, doi:10.1007/BF02289618).

    Parameters
    ----------
    passed : numpy.ndarray of bool, shape (students,)
    rest : numpy.ndarray, shape (students,)
        Each student's score without this item.

    Returns
    -------
    float or None
        Between -1 and 1; None where everybody or nobody passed, or all rest scores are equal:
        without a difference there is nothing to correlate.
    """
    share = float(passed.mean())
    spread = float(rest.std())
    if share in (0.0, 1.0) or math.isclose(spread, 0.0, abs_tol=1e-9):
        return None
    gap = float(rest[passed].mean() - rest[~passed].mean())
    return gap / spread * math.sqrt(share * (1 - share))


def chance_level(students: int) -> float:
    """Size of a correlation that comes about by chance one time in twenty, if there is none.

    Two standard errors, ``2 / sqrt(students - 1)``: the large-sample error of a correlation of 0.
    """
    return 2 / math.sqrt(students - 1)


def _passed(result: Result, part: str, item: str) -> bool:
    report = result.reports.get(part)
    if report is None:
        return False
    return any(row["id"] == item and row["status"] == "passed" for row in report["items"])
