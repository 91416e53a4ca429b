"""What instructors gave by hand, from nbgrader's gradebook."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    GradeCell,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.api import (
    Grade as Row,
)
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.export.errors import ExportError
from autograder.parts import PARTS

ASSIGNMENT = "acceleration"


@dataclass
class HandMarks:
    """One student's marks.

    Attributes
    ----------
    score : float
        Points of the cells that only a person marks, the essay.
    max_score : float
        Points of those cells that there are to earn.
    waiting : int
        How many of those cells nobody has marked yet.
    instead : dict of str to float
        Points that an instructor gave in place of the automatic ones, by the test cell's name.
    extra : dict of str to float
        Extra credit by the test cell's name.
    penalty : float
        For handing in late.
    """

    score: float = 0.0
    max_score: float = 0.0
    waiting: int = 0
    instead: dict[str, float] = field(default_factory=dict)
    extra: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0


def read_hand_marks(url: str) -> dict[str, HandMarks]:
    """Read every student's marks for the assignment.

    nbgrader's own rule: a manual score takes the place of the automatic one, extra credit is added,
    a penalty for being late is taken off.

    Parameters
    ----------
    url : str
        SQLAlchemy's URL of the gradebook, such as ``sqlite:///gradebook.db``.

    Raises
    ------
    ExportError
        If there is no gradebook there or it does not hold the assignment.
    """
    try:
        _require_gradebook(url)
        engine = create_engine(url)
        try:
            with Session(engine) as session:
                return _marks(session)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise ExportError(
            f"The gradebook {_shown(url)} cannot be read ({_first_line(error)}): give its URL, "
            "such as sqlite:///gradebook.db."
        ) from None


def _require_gradebook(url: str) -> None:
    """Look first: SQLite would make an empty database where there is none."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise ExportError(
            f"There is no gradebook at {_shown(url)}: `autograder grade --gradebook URL` makes one."
        )
    engine = create_engine(url)
    try:
        if not inspect(engine).has_table(Assignment.__tablename__):
            raise ExportError(
                f"{_shown(url)} is a database but no gradebook of nbgrader: give the URL of one."
            )
    finally:
        engine.dispose()


def _marks(session: Session) -> dict[str, HandMarks]:
    points: dict[str, float] = {}
    for kind in (GradeCell, TaskCell):
        rows = session.query(kind.name, kind.max_score).join(kind.notebook).join(Assignment)
        points |= dict(rows.filter(Assignment.name == ASSIGNMENT))
    if not points:
        raise ExportError(
            f"The gradebook does not hold the assignment {ASSIGNMENT}: give the gradebook in which "
            "it was graded."
        )
    automatic = {part.test_cell for part in PARTS.values()}
    by_hand = sum(most for name, most in points.items() if name not in automatic)
    marks: dict[str, HandMarks] = defaultdict(lambda: HandMarks(max_score=by_hand))
    submitted = (
        session.query(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
        .join(SubmittedNotebook.assignment)
        .join(SubmittedAssignment.assignment)
        .filter(Assignment.name == ASSIGNMENT)
    )
    for student, penalty in submitted:
        marks[student].penalty += penalty or 0.0
    given = (
        session.query(
            SubmittedAssignment.student_id,
            BaseCell.name,
            Row.auto_score,
            Row.manual_score,
            Row.extra_credit,
        )
        .select_from(Row)
        .join(Row.cell)
        .join(Row.notebook)
        .join(SubmittedNotebook.assignment)
        .join(SubmittedAssignment.assignment)
        .filter(Assignment.name == ASSIGNMENT)
    )
    for student, cell, auto_score, manual_score, extra in given:
        mark = marks[student]
        if cell not in automatic:
            # An answer that is as it was handed out has an automatic 0 and needs nobody.
            score = auto_score if manual_score is None else manual_score
            mark.waiting += score is None
            mark.score += (score or 0.0) + (extra or 0.0)
            continue
        if manual_score is not None:
            mark.instead[cell] = manual_score
        if extra:
            mark.extra[cell] = extra
    return dict(marks)


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "at this URL"


def _first_line(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
