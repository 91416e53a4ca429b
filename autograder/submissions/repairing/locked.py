"""Cells that were not the student's to change: they stand again as released."""

from __future__ import annotations

import re

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.definitions import same_text
from autograder.submissions.repairing.notes import Notes, cells_named

# A line that leaves something behind which later cells may use.
LEAVES_A_NAME = re.compile(
    r"^(?:import|from|def|async[ \t]+def|class|@|\w+[ \t]*=(?!=))", re.MULTILINE
)


def restore_locked(cells: list[Cell], assignment: Assignment, notes: Notes) -> list[Cell]:
    """Return the cells, locked ones as released; what was added to one is a cell after it."""
    restored: list[Cell] = []
    changed: dict[str, None] = {}
    tests: dict[str, None] = {}
    kept: dict[str, None] = {}
    for cell in cells:
        restored.append(cell)
        if cell.role is None or not assignment.is_locked(cell.role):
            continue
        released = assignment.cells[cell.role]
        if same_text(cell.source, released.source) and cell.kind == released.cell_type:
            continue
        (tests if released.metadata.nbgrader.grade else changed)[cell.role] = None
        added = _added(cell, released.source)
        if added is not None:
            restored.append(added)
            kept[cell.role] = None
        cell.kind, cell.source = released.cell_type, released.source
    if changed:
        notes.repairs.append(f"Locked and yet changed: {cells_named(changed)}; as released again.")
    if tests:
        notes.repairs.append(
            f"Changes to {cells_named(tests)} were not used: grading has its own checks."
        )
    if kept:
        notes.repairs.append(f"What you added to {cells_named(kept)} is a cell of your own now.")
    return restored


def without_locked(source: str, assignment: Assignment) -> str:
    """Return code without lines that are a whole cell of the assignment: merged or copied there."""
    text = f"\n{source}\n"
    for released in assignment.locked_code:
        text = text.replace(f"\n{released}\n", "\n")
    return text.strip("\n")


def _added(cell: Cell, released: str) -> Cell | None:
    """Return the lines of a locked cell that are the student's, as a cell."""
    theirs = {line.rstrip() for line in released.splitlines()}
    lines = [line for line in cell.source.splitlines() if line.rstrip() not in theirs]
    source = "\n".join(lines).strip("\n")
    if not source.strip() or (cell.kind == "code" and not LEAVES_A_NAME.search(source)):
        return None
    return Cell(cell.number, cell.kind, source, attachments=cell.attachments, added_to=cell.role)
