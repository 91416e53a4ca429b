"""nbgrader's folder of graded notebooks."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.gradebook.answers import marked_by_hand
from autograder.gradebook.course import Course, GradebookError
from autograder.gradebook.timestamp import FILE, Timestamp
from tinytorch.core.whole_file import write_whole


def graded_before(course: Course, student_id: str) -> dict[str, str]:
    """Return the answers for a person to mark that lay in the folder after the last grading."""
    try:
        notebook = nbformat.read(course.autograded(student_id), as_version=4)
        return marked_by_hand(notebook)
    # The file is the instructor's to change or remove: then every answer counts as new.
    except Exception:
        return {}


def write_graded(
    course: Course, student_id: str, notebook: NotebookNode, timestamp: Timestamp | None
) -> None:
    """Put a graded notebook where `nbgrader generate_feedback` and the formgrader look for it.

    Parameters
    ----------
    course : Course
    student_id : str
    notebook : nbformat.NotebookNode
        See `autograded_notebook`.
    timestamp : Timestamp or None
        When it was handed in.

    Raises
    ------
    GradebookError
        If it cannot be written; what was there stays.
    """
    path = course.autograded(student_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, nbformat.writes(notebook).rstrip("\n") + "\n", course.file_mode)
        if timestamp is not None:
            _write(path.with_name(FILE), f"{timestamp.text}\n", course.file_mode)
    except OSError as problem:
        raise GradebookError(
            f"{path} cannot be written: {problem.strerror}. What was recorded before is kept."
        ) from None


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file unless it is there with this text: a second run leaves its time alone."""
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text:
        return
    write_whole(path, text)
    os.chmod(path, mode)
