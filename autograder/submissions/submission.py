"""One student's work, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Submission:
    """Where one student's notebook lies. It is read when it is graded, not before.

    Attributes
    ----------
    student_id : str
        The folder's name in nbgrader's layout; else what the file's name gives.
    path : Path or None
        The notebook, or the zip file that holds it; None where nothing was handed in.
    member : str or None
        Its name in the zip file.
    remarks : tuple of str
        What finding it brought up, a sentence each.
    """

    student_id: str
    path: Path | None
    member: str | None = None
    remarks: tuple[str, ...] = ()
