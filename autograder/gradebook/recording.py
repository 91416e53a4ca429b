"""Writing results into nbgrader's gradebook and its folder of graded notebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.gradebook.answers import automatic_scores, marked_by_hand, unanswered
from autograder.gradebook.assignment import AssignmentRows, ensure_assignment
from autograder.gradebook.course import Course
from autograder.gradebook.folder import graded_before, write_graded
from autograder.gradebook.notebook import autograded_notebook
from autograder.gradebook.opening import opened
from autograder.gradebook.scores import Scores, save
from autograder.gradebook.students import refusal
from autograder.gradebook.timestamp import handed_in
from autograder.plain_text import plain_text
from autograder.results import Result
from autograder.submissions import Submission
from autograder.submissions.reading import Missing, Unreadable, read
from autograder.submissions.repair import prepare

# With these nobody has an answer to mark.
_NOTHING_READ = ("missing", "unreadable")


class _LeftOut(Exception):
    """A result that the gradebook does not take, and why."""


def record(
    results: Iterable[Result],
    submissions: Mapping[str, Submission],
    course: Course,
    released: NotebookNode,
    advance: Callable[[], object] = lambda: None,
) -> list[str]:
    """Write results where nbgrader's commands and formgrader find them.

    Each submission is one transaction, then one file; a run that was killed is mended by running
    again, and running again changes nothing that is as it should be. What a person marked or wrote
    stays.

    Parameters
    ----------
    results : iterable of Result
    submissions : mapping of str to Submission
        By student: where each notebook lies. It is read again for its answers and its code.
    course : Course
    released : nbformat.NotebookNode
        The students' version of the notebook.
    advance : callable
        Called after each result.

    Returns
    -------
    list of str
        A sentence for each result that is not in the gradebook.

    Raises
    ------
    GradebookError
        If the gradebook or a file cannot be written.
    """
    left_out = []
    with opened(course) as gradebook:
        assignment = ensure_assignment(gradebook, course, released)
        gradebook.db.commit()
        writer = _Writer(gradebook.db, assignment, course, released)
        for result in results:
            submission = submissions.get(result.student_id, Submission(result.student_id, None))
            try:
                writer.write(result, submission)
            except _LeftOut as reason:
                left_out.append(str(reason))
            advance()
    return left_out


@dataclass(frozen=True)
class _Writer:
    session: Any
    assignment: AssignmentRows
    course: Course
    released: NotebookNode

    def write(self, result: Result, submission: Submission) -> None:
        """Write one result: its rows, then its notebook."""
        notebook = self._handed_in(result, submission)
        shown = self.released if notebook is None else notebook
        graded = autograded_notebook(shown, result)
        without_answer = unanswered(shown, self.released)
        if notebook is None and result.status not in _NOTHING_READ:
            without_answer = frozenset()
        before = graded_before(self.course, result.student_id)
        rewritten = frozenset(
            name
            for name, text in marked_by_hand(graded).items()
            if name not in without_answer and before.get(name) != text
        )
        timestamp = handed_in(self.course, submission)
        scores = Scores(
            result.student_id,
            automatic_scores(self.released, result, without_answer),
            without_answer,
            rewritten,
            timestamp,
        )
        save(self.session, self.assignment, self.course.notebook, scores)
        self.session.commit()
        # After the rows: killed in between, the next run still sees that the answers are new.
        write_graded(self.course, result.student_id, graded, timestamp)
        # Two thousand submissions need no more memory than one.
        self.session.expunge_all()

    def _handed_in(self, result: Result, submission: Submission) -> NotebookNode | None:
        """Return the repaired notebook that was graded; None if there is none."""
        if sentence := refusal(result.student_id):
            raise _LeftOut(sentence)
        try:
            data = read(submission)
            digest = hashlib.sha256(data).hexdigest()
        except (Missing, Unreadable):
            data, digest = b"", ""
        if digest != result.submission:
            raise _LeftOut(
                f"{plain_text(result.student_id)!r} is not in the gradebook: what was handed in is "
                "no longer what was graded; grade it again."
            )
        if result.status in _NOTHING_READ:
            return None
        try:
            return prepare(data, self.released).notebook
        # Where the autograder itself failed on it, the result says so.
        except Exception:
            return None
