"""Cells of the assignment that were not handed in."""

from __future__ import annotations

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.notes import Notes, cells_named


def tell_absent(cells: list[Cell], assignment: Assignment, notes: Notes) -> None:
    """Say which cells are missing, and where a missing solution's functions stand."""
    here = {cell.role for cell in cells}
    absent = [grade_id for grade_id in assignment.cells if grade_id not in here]
    standing: dict[str, str] = {}
    for cell in cells:
        if cell.kind == "code":
            for name, done in assignment.functions_in(cell.source).items():
                if done:
                    standing[name] = cell.place
    if absent:
        notes.repairs.append(f"Missing, and put back as released: {cells_named(absent)}.")
    for grade_id in absent:
        for name in assignment.solutions.get(grade_id, ()):
            if name in standing:
                notes.repairs.append(
                    f"`{name}` is defined in {standing[name]}, in place of the cell `{grade_id}`."
                )
