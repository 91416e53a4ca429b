"""What is exported of each student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.export.hand_marks import HandMarks
from autograder.parts import PARTS
from autograder.results import Result


@dataclass(frozen=True)
class Grade:
    """One student's points.

    Attributes
    ----------
    result : Result
    parts : dict of str to float
        Points of each part; where an instructor gave others by hand, those.
    by_hand : float or None
        Points of what only a person marks; None where the gradebook was not read, or holds nothing
        of this student.
    waiting : bool
        Whether something waits for a person to mark it.
    penalty : float
        For handing in late, as the gradebook says.
    max_score : float
        Points there are to earn, by hand included if those were read.
    """

    result: Result
    parts: dict[str, float]
    by_hand: float | None
    waiting: bool
    penalty: float
    max_score: float

    @property
    def student_id(self) -> str:
        """Whose it is."""
        return self.result.student_id

    @property
    def score(self) -> float:
        """All points together, never below 0."""
        return max(0.0, sum(self.parts.values()) + (self.by_hand or 0.0) - self.penalty)

    @property
    def feedback(self) -> str:
        """Some sentences for the student: how it went, and the points of each part."""
        points = "; ".join(
            f"part {part.number}: {self.parts[name]:g} of {part.points:g}"
            for name, part in PARTS.items()
        )
        sentences = [f"{self.result.status}: {self.result.reason}", f"Points: {points}."]
        if self.by_hand is not None:
            sentences.append(f"Marked by hand: {self.by_hand:g}.")
        if self.penalty:
            sentences.append(f"Late: {self.penalty:g} points fewer.")
        return " ".join(sentences)


def grades(results: Sequence[Result], marks: Mapping[str, HandMarks] | None) -> list[Grade]:
    """Put the results together with what was marked by hand.

    Parameters
    ----------
    results : sequence of Result
    marks : mapping of str to HandMarks, optional
        By student, if the gradebook was read.
    """
    by_hand = max((mark.max_score for mark in (marks or {}).values()), default=0.0)
    return [_grade(result, marks, by_hand) for result in results]


def _grade(result: Result, marks: Mapping[str, HandMarks] | None, by_hand: float) -> Grade:
    parts = {name: result.parts.get(name, 0.0) for name in PARTS}
    mark = marks.get(result.student_id) if marks is not None else None
    if mark is None:
        return Grade(result, parts, None, False, 0.0, result.max_score + by_hand)
    for name, part in PARTS.items():
        parts[name] = mark.instead.get(part.test_cell, parts[name])
        parts[name] += mark.extra.get(part.test_cell, 0.0)
    most = result.max_score + by_hand
    return Grade(result, parts, mark.score, mark.waiting > 0, mark.penalty, most)
