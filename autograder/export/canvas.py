"""Canvas: the gradebook's CSV, with one assignment's column filled.

Canvas reads the columns up to ``Section`` as who the student is, takes every other for an
assignment, and takes the row ``Points Possible`` for what the assignment is worth
(github.com/instructure/canvas-lms, ``lib/gradebook_importer.rb``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.export.errors import ExportError
from autograder.export.exported import Exported, left_out
from autograder.export.grades import Grade
from autograder.export.roster import Columns, match
from autograder.export.tables import Table, to_csv

LAST_COLUMN = "Section"
COLUMNS = Columns(("SIS Login ID", "SIS User ID", "ID", "Integration ID", "Student"), number="ID")
POINTS_POSSIBLE = "Points Possible"
TITLE = "Acceleration"
_NUMBER = re.compile(r"\s*\(\d+\)$")


def canvas(grades: Sequence[Grade], roster: Table | None, column: str | None) -> Exported:
    """Fill the assignment's column of a gradebook that Canvas exported.

    Parameters
    ----------
    grades : sequence of Grade
    roster : Table
        The gradebook as Canvas exports it.
    column : str, optional
        The assignment's column, such as ``Acceleration (1234)``; left out, the one whose title is
        that of the assignment.

    Raises
    ------
    ExportError
        If the roster is not Canvas's, or it is not clear which column is meant.
    """
    if roster is None:
        raise ExportError(
            "Canvas needs its own names for the students: in the gradebook choose Export, and give "
            "that file as --roster."
        )
    head = roster.head
    known = head[:1] == ("Student",) or head[:2] == ("LastName", "FirstName")
    if not known or "ID" not in head or LAST_COLUMN not in head:
        raise ExportError(
            "The roster is not a gradebook of Canvas: expected the columns Student, ID, SIS Login "
            "ID and Section first; export it again and change nothing in it."
        )
    info = head.index(LAST_COLUMN) + 1
    title = column or _column(head[info:])
    before = head.index(title) if title in head[info:] else None

    matching = match(
        [grade.student_id for grade in grades], roster, COLUMNS, lambda row: _is_student(row, head)
    )
    by_student = {grade.student_id: grade for grade in grades}
    max_score = grades[0].max_score if grades else 0.0
    sentences = left_out(matching, roster, head[:2] if head[0] == "LastName" else head[:1])
    if before is None:
        sentences.append(
            f"The roster has no column {title}: Canvas will ask for which assignment it is, or "
            "make one. Name another with --column."
        )
    rows: list[list[object]] = [[*head[:info], title]]
    possible: object = max_score
    for row in roster.rows:
        if POINTS_POSSIBLE in row[0] and before is not None and row[before].strip():
            possible = row[before]
    if possible != max_score and not _equals(str(possible), max_score):
        sentences.append(
            f"In Canvas the assignment has {str(possible).strip()} points, here {max_score:g}: the "
            "file leaves Canvas's as they are."
        )
    rows.append([f"    {POINTS_POSSIBLE}", *[""] * (info - 1), possible])
    for place, row in enumerate(roster.rows):
        if _is_student(row, head):
            student = matching.student_of.get(place)
            kept = row[before] if before is not None else ""
            rows.append([*row[:info], by_student[student].score if student is not None else kept])
    return Exported({"": to_csv(rows)}, tuple(sentences))


def _column(assignments: Sequence[str]) -> str:
    """Find the assignment's column by its title, which Canvas writes with a number behind it."""
    named = [name for name in assignments if _NUMBER.sub("", name).casefold() == TITLE.casefold()]
    if len(named) > 1:
        raise ExportError(
            f"The roster has several columns of that title ({', '.join(named)}): name one with "
            "--column."
        )
    return named[0] if named else TITLE


def _is_student(row: Sequence[str], head: Sequence[str]) -> bool:
    """Tell a student's row from those about points and about how grades are posted."""
    return POINTS_POSSIBLE not in row[0] and any(row[: head.index(LAST_COLUMN) + 1])


def _equals(text: str, number: float) -> bool:
    try:
        return float(text) == number
    except ValueError:
        return False
