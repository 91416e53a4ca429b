"""Which cell of the assignment each of the student's cells is, whatever became of its metadata."""

from __future__ import annotations

from collections.abc import Callable

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.merged import take_apart
from autograder.submissions.repairing.notes import Notes, cells_named


def give_roles(cells: list[Cell], assignment: Assignment, notes: Notes) -> list[Cell]:
    """Return the cells with the role of every one that is the assignment's.

    By nbgrader's metadata where they are; for what nobody claims, by nbformat's id, by the released
    text, by the functions that a cell defines, and last by the neighbours.
    """
    for cell in cells:
        if cell.grade_id in assignment.cells:
            cell.role = cell.grade_id
    found = [*_by_id(cells, assignment), *_by_text(cells, assignment)]
    cells = take_apart(cells, assignment, notes)
    found += [*_by_function(cells, assignment), *_by_neighbours(cells, assignment)]
    if found:
        names = dict.fromkeys(cell.role for cell in found if cell.role)
        notes.repairs.append(
            f"nbgrader's metadata were lost from {cells_named(names)}; recognised by id, text, "
            "function or neighbours."
        )
    return cells


def _claimed(cells: list[Cell]) -> set[str | None]:
    return {cell.role for cell in cells}


def _nobodys(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.role is None and cell.source.strip()]


def _by_id(cells: list[Cell], assignment: Assignment) -> list[Cell]:
    taken = _claimed(cells)
    return _take(
        [cell for cell in cells if cell.role is None],
        lambda cell: cell.id if cell.id in assignment.cells and cell.id not in taken else None,
    )


def _by_text(cells: list[Cell], assignment: Assignment) -> list[Cell]:
    taken = _claimed(cells)
    texts = {
        _key(released.source): grade_id
        for grade_id, released in assignment.cells.items()
        if grade_id not in taken
    }
    return _take(_nobodys(cells), lambda cell: texts.get(_key(cell.source)))


def _by_function(cells: list[Cell], assignment: Assignment) -> list[Cell]:
    """Let the cells that define an unclaimed cell's functions be that cell: code before text."""
    found = []
    for grade_id, names in assignment.solutions.items():
        if grade_id in _claimed(cells):
            continue
        defining = [
            cell
            for cell in _nobodys(cells)
            if set(names) & assignment.functions_in(cell.source).keys()
        ]
        code = [cell for cell in defining if cell.kind == "code"]
        for cell in code or defining[-1:]:
            cell.role = grade_id
            found.append(cell)
    return found


def _by_neighbours(cells: list[Cell], assignment: Assignment) -> list[Cell]:
    """Let an unclaimed cell be the one that stands where it should: between its neighbours."""
    found = []
    order = list(assignment.cells)
    at = {cell.role: index for index, cell in enumerate(cells) if cell.role}
    for grade_id in order[1:-1]:
        before, after = order[order.index(grade_id) - 1], order[order.index(grade_id) + 1]
        if assignment.is_locked(grade_id) or grade_id in at or not {before, after} <= at.keys():
            continue
        kind = assignment.cells[grade_id].cell_type
        between = _nobodys(cells[at[before] + 1 : at[after]])
        for cell in [cell for cell in between if cell.kind == kind] or between[:1]:
            cell.role = grade_id
            found.append(cell)
    return found


def _take(cells: list[Cell], role: Callable[[Cell], str | None]) -> list[Cell]:
    """Give each cell its role, each role to the first that asks for it."""
    found: list[Cell] = []
    for cell in cells:
        wanted = role(cell)
        if wanted is not None and wanted not in {other.role for other in found}:
            cell.role = wanted
            found.append(cell)
    return found


def _key(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
