"""When a submission was handed in, as nbgrader's `timestamp.txt` beside it says."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime

from nbgrader.utils import parse_utc

from autograder.gradebook.course import Course
from autograder.submissions import Submission

FILE = "timestamp.txt"
# What nbgrader writes, in its own format and in ISO 8601. The file came with the submission:
# nothing else of it reaches the library that reads times, which opens files by a time zone's name.
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?"
    r"(Z| ?[+-]\d\d:?\d\d| [A-Za-z][\w+-]{0,19}(/[\w+-]{1,30}){0,2})?",
    re.ASCII,
)
_MOST_BYTES = 256


@dataclass(frozen=True)
class Timestamp:
    """A time: as the file says it, and in UTC."""

    text: str
    utc: datetime


def handed_in(course: Course, submission: Submission) -> Timestamp | None:
    """Return when a submission was handed in.

    Parameters
    ----------
    course : Course
    submission : Submission

    Returns
    -------
    Timestamp or None
        None if there is no file, or no time in it.
    """
    notebook = submission.path
    if (
        notebook is None
        or submission.member is not None
        or (notebook.parent.name, notebook.stem) != (course.assignment, course.notebook)
    ):
        return None
    try:
        handle = os.open(notebook.with_name(FILE), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        text = file.read(_MOST_BYTES).decode("utf-8", "replace").strip()
    if not _TIME.fullmatch(text):
        return None
    try:
        return Timestamp(text, parse_utc(text))
    except (ValueError, OverflowError):
        return None
