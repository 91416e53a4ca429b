"""Code that was handed in as text, and text that was handed in as code."""

from __future__ import annotations

import re

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.notes import Notes

FENCE = re.compile(r"^[ ]{0,3}(?:```|~~~).*$", re.MULTILINE)


def give_types(cells: list[Cell], assignment: Assignment, notes: Notes) -> None:
    """Make every solution what it was released as: code, or text."""
    for cell in cells:
        if cell.role is None or assignment.is_locked(cell.role):
            continue
        kind = assignment.cells[cell.role].cell_type
        if cell.kind != kind:
            notes.repairs.append(
                f"The cell `{cell.role}` was of type {cell.kind}; it was read as {kind}."
            )
            if kind == "code":
                cell.source = _code_in(cell.source)
            cell.kind = kind


def read_text_as_code(cells: list[Cell], assignment: Assignment, notes: Notes) -> None:
    """Read a text cell as code if a function is written there and nowhere else."""
    written = {
        name
        for cell in cells
        if cell.kind == "code"
        for name, done in assignment.functions_in(cell.source).items()
        if done
    }
    for cell in cells:
        if cell.kind == "code" or cell.role is not None:
            continue
        code = _code_in(cell.source)
        names = [name for name, done in assignment.functions_in(code).items() if done]
        if names and not written & set(names):
            notes.repairs.append(
                f"`{names[0]}` was written in your cell {cell.number}, of type {cell.kind}; it was "
                "read as code."
            )
            cell.kind, cell.source, cell.attachments = "code", code, {}
            written |= set(names)


def _code_in(text: str) -> str:
    """Return what stands between fences, or the whole text where there are none."""
    pieces = FENCE.split(text)
    return "\n".join(piece.strip("\n") for piece in pieces[1::2]) if len(pieces) > 2 else text
