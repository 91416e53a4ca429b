"""One submission's rows in the gradebook."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)

from autograder.gradebook.assignment import AssignmentRows, NotebookRows
from autograder.gradebook.timestamp import Timestamp

# What nbgrader says about an answer that is as it was released.
NO_RESPONSE = "No response."


@dataclass(frozen=True)
class Scores:
    """What there is to record of one submission.

    Attributes
    ----------
    student_id : str
    automatic : dict of str to float or None
        Score of each graded cell by its grade_id; None where a person has to mark it.
    unanswered : collection of str
        grade_ids of the cells that are as they were released.
    rewritten : collection of str
        grade_ids of the answers for a person to mark that are not those of the last time.
    timestamp : Timestamp or None
        When it was handed in, if that is known.
    """

    student_id: str
    automatic: dict[str, float | None]
    unanswered: Collection[str]
    rewritten: Collection[str]
    timestamp: Timestamp | None


def save(session: Any, assignment: AssignmentRows, name: str, scores: Scores) -> None:
    """Add the rows of a submission, or change those that are there; the caller commits.

    Manual scores, manual comments, extra credit, flags, extensions and penalties are never touched.
    A grade is put before a person again only when its automatic score or the answer is another
    than before.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
    assignment : AssignmentRows
    name : str
        The notebook that was graded.
    scores : Scores
    """
    if session.get(Student, scores.student_id) is None:
        session.add(Student(id=scores.student_id))
    key = {"assignment_id": assignment.id, "student_id": scores.student_id}
    submission = session.query(SubmittedAssignment).filter_by(**key).one_or_none()
    if submission is None:
        submission = SubmittedAssignment(id=new_uuid(), **key)
        session.add(submission)
    if scores.timestamp is not None:
        submission.timestamp = scores.timestamp.utc
    # The rows below are keyed by these, which the database checks at once.
    session.flush()
    for notebook in assignment.notebooks:
        submitted = _submitted_notebook(session, submission.id, notebook)
        grades = _by_cell(session, Grade, submitted, notebook.graded)
        comments = _by_cell(session, Comment, submitted, notebook.commented)
        if notebook.name == name:
            for grade_id, grade in grades.items():
                _grade(grade, grade_id, scores)
            for grade_id, comment in comments.items():
                comment.auto_comment = NO_RESPONSE if grade_id in scores.unanswered else None


def _grade(grade: Grade, grade_id: str, scores: Scores) -> None:
    automatic = scores.automatic.get(grade_id)
    if grade.auto_score != automatic or grade_id in scores.rewritten:
        grade.auto_score = automatic
        grade.needs_manual_grade = automatic is None or grade.manual_score is not None


def _submitted_notebook(session: Any, submission: str, notebook: NotebookRows) -> str:
    key = {"assignment_id": submission, "notebook_id": notebook.id}
    row = session.query(SubmittedNotebook).filter_by(**key).one_or_none()
    if row is None:
        row = SubmittedNotebook(id=new_uuid(), **key)
        session.add(row)
        session.flush()
    return str(row.id)


def _by_cell(session: Any, kind: Any, submitted: str, cells: dict[str, str]) -> dict[str, Any]:
    """Return a row for each cell by its grade_id; what is missing is added."""
    rows = {row.cell_id: row for row in session.query(kind).filter_by(notebook_id=submitted)}
    for cell in cells.values():
        if cell not in rows:
            rows[cell] = kind(cell_id=cell, notebook_id=submitted)
            session.add(rows[cell])
    return {grade_id: rows[cell] for grade_id, cell in cells.items()}
