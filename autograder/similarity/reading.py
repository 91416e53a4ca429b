"""Read what a class handed in, for comparing."""

from __future__ import annotations

from collections.abc import Iterable

import nbformat

from autograder.similarity.work import Work, work_of
from autograder.submissions import Submission
from autograder.submissions.errors import Missing, Unreadable
from autograder.submissions.reading import read
from autograder.submissions.repair import prepare


def read_works(
    submissions: Iterable[Submission], released: nbformat.NotebookNode
) -> tuple[list[Work], list[str]]:
    """Read every submission that can be read.

    Parameters
    ----------
    submissions : iterable of Submission
    released : nbformat.NotebookNode
        The notebook as it was handed out.

    Returns
    -------
    works : list of Work
    left_out : list of str
        Students whose submission could not be read, or in which nothing was written.
    """
    handed_out = {cell.source for cell in released.cells}
    works = []
    left_out = []
    for submission in submissions:
        try:
            prepared = prepare(read(submission), released)
        except (Missing, Unreadable):
            left_out.append(submission.student_id)
            continue
        work = work_of(submission.student_id, prepared.notebook, handed_out)
        if work.units:
            works.append(work)
        else:
            left_out.append(submission.student_id)
    return works, left_out
