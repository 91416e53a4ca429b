"""Cells of the assignment that stand in another order."""

from __future__ import annotations

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.notes import Notes, cells_named


def tell_moved(cells: list[Cell], assignment: Assignment, notes: Notes) -> None:
    """Say which cells were moved: the fewest without which the others are in order."""
    place = {grade_id: index for index, grade_id in enumerate(assignment.cells)}
    roles = list(dict.fromkeys(cell.role for cell in cells if cell.role))
    kept = _longest_rising([place[role] for role in roles])
    moved = [role for role in roles if place[role] not in kept]
    if moved:
        notes.repairs.append(f"Moved, and put back in order: {cells_named(moved)}.")


def _longest_rising(places: list[int]) -> set[int]:
    """Return the longest subsequence that rises; there are no more places than released cells."""
    best: list[list[int]] = []
    for at, place in enumerate(places):
        before = sorted((best[i] for i in range(at) if places[i] < place), key=len)
        best.append([*(before[-1] if before else []), place])
    return set(sorted(best, key=len)[-1]) if best else set()
