"""``grades.csv``: a row for each student, for a spreadsheet or a registrar."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from autograder.parts import PARTS
from autograder.results.cells import safe_cell
from autograder.results.result import Result
from tinytorch.core.whole_file import whole_file

NAME = "grades.csv"
COLUMNS = ("student_id", "status", "reason", "score", "max_score")


def write_grades(path: Path, results: Iterable[Result]) -> None:
    """Write the table whole: RFC 4180, and no cell that a spreadsheet would run.

    Parameters
    ----------
    path : pathlib.Path
    results : iterable of Result
        In the order of the rows.

    Notes
    -----
    A text that a spreadsheet would take for a formula stands behind an apostrophe
    (`autograder.results.cells.safe_cell`); numbers stay numbers.
    """
    with whole_file(path) as file:
        # RFC 4180 ends a line with both, whatever the system.
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow((*COLUMNS, *PARTS))
        for result in results:
            row = (*(getattr(result, column) for column in COLUMNS), *_points(result))
            table.writerow([safe_cell(value) for value in row])


def _points(result: Result) -> list[float]:
    return [result.parts.get(part, 0.0) for part in PARTS]
