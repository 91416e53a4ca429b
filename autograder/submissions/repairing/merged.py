"""Several solutions in one cell, taken apart: cells that were merged, or a script without cells."""

from __future__ import annotations

from dataclasses import replace

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.definitions import definition_starts
from autograder.submissions.repairing.notes import Notes, cells_named

# Far more than there are functions; who defines one a thousand times did not merge cells.
MAX_DEFINITIONS = 50


def take_apart(cells: list[Cell], assignment: Assignment, notes: Notes) -> list[Cell]:
    """Return the cells, one that holds the functions of a missing cell cut before each of them."""
    here = {cell.role for cell in cells}
    absent = [grade_id for grade_id in assignment.solutions if grade_id not in here]
    apart: list[Cell] = []
    found: dict[str, None] = {}
    for cell in cells:
        pieces = _pieces(cell, absent, assignment) if cell.kind == "code" else [cell]
        apart += pieces
        found |= {piece.role: None for piece in pieces if piece.role and piece is not cell}
    taken = [grade_id for grade_id in found if grade_id not in here]
    if taken:
        notes.repairs.append(f"Taken out of a cell that held more: {cells_named(taken)}.")
    return apart


def _pieces(cell: Cell, absent: list[str], assignment: Assignment) -> list[Cell]:
    """Cut a cell where the function of another of the assignment's cells begins."""
    solutions = {assignment.cell_of[name] for name in assignment.functions_in(cell.source)}
    if len(solutions | {cell.role} - {None}) < 2 or not solutions & set(absent):
        return [cell]
    starts = definition_starts(cell.source, assignment.cell_of)
    if len(starts) > MAX_DEFINITIONS:
        return [cell]
    pieces = [replace(cell, source="")]
    at = 0
    for start, name in starts:
        role = assignment.cell_of[name]
        if role != pieces[-1].role and (role in absent or role == cell.role):
            pieces[-1].source = cell.source[at:start].strip("\n")
            pieces.append(replace(cell, source="", role=role, attachments={}))
            at = start
    pieces[-1].source = cell.source[at:].strip("\n")
    return [piece for piece in pieces if piece.source.strip()]
