"""Which format is written for whom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.export.canvas import canvas
from autograder.export.exported import Exported
from autograder.export.grades import Grade
from autograder.export.gradescope import gradescope
from autograder.export.moodle import moodle
from autograder.export.plain import plain
from autograder.export.tables import read_table

FORMATS = {"moodle": moodle, "gradescope": gradescope, "csv": plain}


def exported(
    to: str, grades: Sequence[Grade], roster: Path | None, column: str | None = None
) -> Exported:
    """Put an export together.

    Parameters
    ----------
    to : str
        "canvas", "moodle", "gradescope" or "csv".
    grades : sequence of Grade
    roster : Path, optional
        The platform's list of students.
    column : str, optional
        The assignment's column in Canvas.

    Raises
    ------
    ExportError
        If the roster cannot be read, or is needed and was not given.
    """
    table = None if roster is None else read_table(roster)
    if to == "canvas":
        return canvas(grades, table, column)
    return FORMATS[to](grades, table)
