"""A table for any other program."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.export.exported import Exported, left_out
from autograder.export.grades import Grade
from autograder.export.roster import Columns, match
from autograder.export.tables import Table, to_csv
from autograder.parts import PARTS


def plain(grades: Sequence[Grade], roster: Table | None) -> Exported:
    """Write a row for each student: status, sentence, score and the points of each part.

    Parameters
    ----------
    grades : sequence of Grade
    roster : Table, optional
        Any list of students: its columns stand first, and every student in it has a row.
    """
    head = ("student_id", "status", "reason", "score", "max_score", *PARTS, "by_hand", "penalty")
    if roster is None:
        return Exported({"": to_csv([head, *map(_row, grades)])}, ())
    matching = match([grade.student_id for grade in grades], roster, Columns(roster.head))
    by_student = {grade.student_id: grade for grade in grades}
    rows: list[tuple[object, ...]] = [(*roster.head, *head)]
    for place, row in enumerate(roster.rows):
        student = matching.student_of.get(place)
        filled = _row(by_student[student]) if student is not None else ("",) * len(head)
        rows.append((*row, *filled))
    # A student whom the roster does not know keeps a row: nobody's points get lost.
    rows += [
        (*("",) * len(roster.head), *_row(by_student[student])) for student in matching.without_row
    ]
    sentences = [
        sentence.replace(", and so not exported", "; their rows are the last ones")
        for sentence in left_out(matching, roster, roster.head[:1])
    ]
    return Exported({"": to_csv(rows)}, tuple(sentences))


def _row(grade: Grade) -> tuple[object, ...]:
    result = grade.result
    return (
        grade.student_id,
        result.status,
        result.reason,
        grade.score,
        grade.max_score,
        *(grade.parts[part] for part in PARTS),
        grade.by_hand,
        grade.penalty,
    )
