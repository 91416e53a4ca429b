"""Moodle: an assignment's grading worksheet, filled, or a table for the gradebook's CSV import.

The worksheet goes back under "Upload grading worksheet", which finds a student by ``Identifier``
and needs ``Grade`` and ``Last modified (grade)`` as they were named (github.com/moodle/moodle,
``mod/assign/feedback/offline/importgradeslib.php``). Any other table goes under Grades, Import, CSV
file, where each column is said to be something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.export.exported import Exported, left_out
from autograder.export.grades import Grade
from autograder.export.roster import Columns, match
from autograder.export.tables import Table, to_csv

IDENTIFIER, GRADE, FEEDBACK = "Identifier", "Grade", "Feedback comments"
MAXIMUM = "Maximum grade"
_NUMBER = re.compile(r"\d+(\.\d+)?")
COLUMNS = Columns(
    ("Email address", "Email", "ID number", "Username", "Full name", IDENTIFIER), number=IDENTIFIER
)
NAMES = ("Full name", "First name", "Last name", "Surname", "Email address")


def moodle(grades: Sequence[Grade], roster: Table | None) -> Exported:
    """Write grades and feedback into a worksheet, or beside a list of participants.

    Parameters
    ----------
    grades : sequence of Grade
    roster : Table, optional
        The grading worksheet of the assignment, or any list with the students' email addresses, id
        numbers or user names. Without one the students have the names of their submissions.
    """
    if roster is None:
        table = [("Student", GRADE, FEEDBACK)]
        rows = [(grade.student_id, grade.score, grade.feedback) for grade in grades]
        return Exported(
            {"": to_csv([*table, *rows])},
            (
                "Import it under Grades, Import, CSV file: map Student to the field that it is "
                f"(email address, ID number or username), {GRADE} to the assignment and {FEEDBACK} "
                "to its feedback.",
            ),
        )
    matching = match([grade.student_id for grade in grades], roster, COLUMNS)
    by_student = {grade.student_id: grade for grade in grades}
    sentences = left_out(matching, roster, NAMES)
    head = list(roster.head)
    is_worksheet = IDENTIFIER in head and GRADE in head
    if not is_worksheet:
        sentences.append(
            "The roster is no grading worksheet of an assignment (it has no columns Identifier and "
            "Grade), so import the file under Grades, Import, CSV file."
        )
    elif FEEDBACK not in head:
        sentences.append(
            f"The worksheet has no column {FEEDBACK}: turn on feedback comments in the assignment "
            "to import the sentences too."
        )
    for column in (GRADE,) if is_worksheet else (GRADE, FEEDBACK):
        if column not in head:
            head.append(column)
    sentences += _other_maximum(roster, grades)
    table_rows: list[list[object]] = [list(head)]
    for place, row in enumerate(roster.rows):
        cells: dict[str, object] = dict(zip(roster.head, row, strict=True))
        student = matching.student_of.get(place)
        if student is not None:
            cells[GRADE] = by_student[student].score
            cells[FEEDBACK] = by_student[student].feedback
        table_rows.append([cells.get(name, "") for name in head])
    return Exported({"": to_csv(table_rows)}, tuple(sentences))


def _other_maximum(roster: Table, grades: Sequence[Grade]) -> list[str]:
    if MAXIMUM not in roster.head or not grades:
        return []
    place = roster.head.index(MAXIMUM)
    texts = {row[place].strip().replace(",", ".") for row in roster.rows}
    others = {float(text) for text in texts if _NUMBER.fullmatch(text)} - {grades[0].max_score}
    if not others:
        return []
    return [
        f"In Moodle the maximum grade is {' or '.join(f'{most:g}' for most in sorted(others))}, "
        f"here it is {grades[0].max_score:g}: set the assignment's maximum to that before you "
        "import."
    ]
