"""Grading a class: every submission once, whatever ends first, and whatever ends the run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.grading import journal as journals
from autograder.grading.checks_digest import checks_digest
from autograder.grading.graders import graded_by_processes
from autograder.grading.journal import Journal, Purpose, locked
from autograder.grading.progress import Progress, Silent
from autograder.grading.scheduler import graded_by_cluster
from autograder.grading.settings import Settings
from autograder.grading.submission import Grading, found_digest, grade, not_examined
from autograder.results import Result, grades, jsonl
from autograder.results.grades import write_grades
from autograder.results.jsonl import Results, to_line, write_results
from autograder.submissions import Submission

Finish = Callable[[Results], object]
"""What else is done with the results before the run counts as finished."""

LOST = (
    "The process that graded it ended before it was done, twice, the second time with nothing "
    "beside it: grade it by hand."
)


@dataclass(frozen=True)
class Graders:
    """Who grades: processes of this machine, or the workers of a cluster."""

    settings: Settings
    grading: Grading
    jobs: int
    scheduler: str | None

    def graded(
        self, submissions: Iterable[Submission], settings: Settings
    ) -> Generator[tuple[Submission, str | None]]:
        """Give each submission with its line as it ends, or with None where it was lost."""
        if self.scheduler is not None:
            return graded_by_cluster(submissions, self.grading, settings, self.scheduler)
        # A grader that takes longer than all the limits allow will not end by itself.
        patience = 60 + 2 * settings.limits.total_seconds
        return graded_by_processes(submissions, self.grading, settings, self.jobs, patience)


def grade_batch(
    submissions: Iterable[Submission],
    settings: Settings,
    out: Path,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    *,
    grading: Grading = grade,
    finish: Finish | None = None,
) -> Results:
    """Grade a class and write ``results.jsonl`` and ``grades.csv``.

    A run that was interrupted, by whatever, goes on when it is called again: results that it had
    are kept where the submission is still the same, and the others come out as they would have.

    Parameters
    ----------
    submissions : iterable of Submission
        One for each student.
    settings : Settings
    out : pathlib.Path
        Folder of the results; made if need be.
    jobs : int
        Grader processes on this machine. Changes nothing but the time.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers grade instead.
    progress : Progress, optional
        Is told how far it is.
    grading : callable
        How one submission is graded.
    finish : callable, optional
        Takes the results when the files are written; a run that is ended during it goes on with it.

    Returns
    -------
    Results
        Sorted by student, read from the file when they are asked for.

    Raises
    ------
    JournalError
        If another run is at work in the folder.
    ClusterError
        If the cluster cannot be used.
    OSError
        If the folder cannot be written.
    """
    by_student = {submission.student_id: submission for submission in submissions}
    out.mkdir(parents=True, exist_ok=True)
    purpose = Purpose("grade", checks_digest(), settings.digest())
    with locked(out), Journal(out / journals.NAME, purpose, settings.secret) as journal:
        graders = Graders(settings, grading, jobs, scheduler)
        fill(journal, by_student.values(), graders, progress or Silent())
        lines = (to_line(journal.result(student)) for student in sorted(by_student))
        return conclude(journal, out, lines, finish)


def fill(
    journal: Journal,
    submissions: Iterable[Submission],
    graders: Graders,
    progress: Progress,
    notes: Mapping[str, dict[str, Any]] | None = None,
) -> None:
    """Grade what the journal does not hold yet.

    Parameters
    ----------
    journal : Journal
    submissions : iterable of Submission
    graders : Graders
    progress : Progress
    notes : mapping, optional
        By student: what the journal keeps beside the result.
    """
    every = list(submissions)
    waiting = [submission for submission in every if not _is_done(journal, submission)]
    settings = replace(graders.settings, secret=journal.secret)
    progress.begin(len(every), len(every) - len(waiting), journal.dropped)
    graded = graders.graded(waiting, settings)
    try:
        for submission, line in graded:
            note = {"remarks": submission.remarks, **(notes or {}).get(submission.student_id, {})}
            line = to_line(_lost(submission, settings)) if line is None else line
            journal.append(submission.student_id, line, note)
            progress.advance()
    finally:
        graded.close()
        progress.end()


def conclude(journal: Journal, out: Path, lines: Iterable[str], finish: Finish | None) -> Results:
    """Write the files of a run, do what else is to be done, and only then forget the journal."""
    results = write_results(out / jsonl.NAME, lines)
    write_grades(out / grades.NAME, results)
    if finish is not None:
        finish(results)
    journal.remove()
    return results


def _is_done(journal: Journal, submission: Submission) -> bool:
    if submission.student_id not in journal:
        return False
    digest = found_digest(submission)
    # What could not be read is looked at again: that takes no time.
    return (
        digest != ""
        and digest == journal.result(submission.student_id).submission
        and journal.note(submission.student_id)["remarks"] == list(submission.remarks)
    )


def _lost(submission: Submission, settings: Settings) -> Result:
    return not_examined(
        submission.student_id,
        "crashed",
        LOST,
        settings,
        found_digest(submission),
        remarks=submission.remarks,
    )
