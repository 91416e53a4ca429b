"""Grading again only what changed, and saying what became of each score."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from autograder.grading import journal as journals
from autograder.grading.batch import Finish, Graders, conclude, fill
from autograder.grading.checks_digest import checks_digest
from autograder.grading.journal import Journal, JournalError, Purpose, locked, unfinished
from autograder.grading.progress import Progress, Silent
from autograder.grading.settings import Settings
from autograder.grading.submission import Grading, found_digest, grade
from autograder.results import Result, jsonl
from autograder.results.cells import safe_cell
from autograder.results.jsonl import Results, to_line
from autograder.submissions import Submission
from tinytorch.core.whole_file import whole_file

NAME = "regrade.csv"


@dataclass(frozen=True)
class Change:
    """What grading again made of one submission.

    Attributes
    ----------
    student_id : str
    why : str
        Why it was graded again.
    old_score, old_status
        None and empty for a submission that is new.
    new_score, new_status
        What it has now.
    """

    student_id: str
    why: str
    old_score: float | None
    old_status: str
    new_score: float
    new_status: str


@dataclass(frozen=True)
class Regraded:
    """What a run of `regrade_batch` did.

    Attributes
    ----------
    results : Results
        Of everybody.
    changes : tuple of Change
        One for each submission that was graded again.
    absent : tuple of str
        Who has a row and no submission here; the row is as it was.
    """

    results: Results
    changes: tuple[Change, ...]
    absent: tuple[str, ...]


def regrade_batch(
    submissions: Iterable[Submission],
    settings: Settings,
    out: Path,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    *,
    students: Collection[str] = (),
    grading: Grading = grade,
    finish: Finish | None = None,
) -> Regraded:
    """Grade what is new, what was handed in anew and what other checks graded; keep all other rows.

    Parameters
    ----------
    submissions, settings, out, jobs, scheduler, progress, grading, finish
        As in `autograder.grading.grade_batch`. An interrupted run goes on in the same way.
    students : collection of str
        Who is graded again in any case.

    Returns
    -------
    Regraded

    Raises
    ------
    ResultsError
        If there are no results to begin with.
    JournalError
        If another run is at work in the folder, or one of `grade` is unfinished.
    """
    by_student = {submission.student_id: submission for submission in submissions}
    before = Results(out / jsonl.NAME)
    with locked(out):
        _refuse_unfinished_grading(out)
        purpose = Purpose("regrade", checks_digest(), settings.digest())
        with Journal(out / journals.NAME, purpose, settings.secret) as journal:
            # An interrupted run noted what it found; its results may stand in the file by now.
            notes = {s: journal.note(s) for s in journal.students if s in by_student}
            for student, submission in by_student.items():
                old = before.of(student) if before.has(student) else None
                why = _why(submission, old, student in students)
                if why and student not in notes:
                    notes[student] = {
                        "why": why,
                        "old_score": None if old is None else old.score,
                        "old_status": "" if old is None else old.status,
                    }
            again = sorted(notes)
            graders = Graders(settings, grading, jobs, scheduler)
            fill(journal, [by_student[s] for s in again], graders, progress or Silent(), notes)
            changes = tuple(_change(journal, student) for student in again)
            _write_changes(out / NAME, changes)
            every = sorted({*before.students, *again})
            lines = (to_line(journal.result(s)) if s in notes else before.line(s) for s in every)
            results = conclude(journal, out, lines, finish)
    absent = tuple(student for student in results.students if student not in by_student)
    return Regraded(results, changes, absent)


def _refuse_unfinished_grading(out: Path) -> None:
    former = unfinished(out / journals.NAME)
    if former is not None and former.purpose.command != "regrade":
        raise JournalError(
            f"{out} holds an unfinished run of `autograder {former.purpose.command}`; end it with "
            "the same command first."
        )


def _why(submission: Submission, old: Result | None, asked: bool) -> str:
    """Say why a submission has to be graded again; empty if it has not."""
    if old is None:
        return "new"
    reasons = []
    if found_digest(submission) != old.submission:
        reasons.append("submission changed")
    if checks_digest() != old.checks:
        reasons.append("checks changed")
    return " and ".join(reasons) or ("asked for" if asked else "")


def _change(journal: Journal, student: str) -> Change:
    note, new = journal.note(student), journal.result(student)
    return Change(
        student, note["why"], note["old_score"], note["old_status"], new.score, new.status
    )


def _write_changes(path: Path, changes: Iterable[Change]) -> None:
    with whole_file(path) as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(field.name for field in fields(Change))
        for change in changes:
            table.writerow(safe_cell(value) for value in astuple(change))
