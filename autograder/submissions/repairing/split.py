"""A solution cell that was split in the middle of a function, made whole."""

from __future__ import annotations

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.definitions import code_lines
from autograder.submissions.repairing.notes import Notes, cells_named


def join_halves(cells: list[Cell], assignment: Assignment, notes: Notes) -> list[Cell]:
    """Return the cells, each half of a function joined to the half before it.

    Jupyter gives both halves the same metadata; Colab and VS Code give the second none.
    """
    whole: list[Cell] = []
    joined: dict[str, None] = {}
    for cell in cells:
        before = whole[-1] if whole else None
        if (
            before is not None
            and before.role in assignment.solutions
            and cell.role in {None, before.role}
            and before.kind == cell.kind == "code"
            and _ends_inside(before.source)
            and _begins_inside(cell.source)
        ):
            before.source = f"{before.source.rstrip()}\n{cell.source}"
            joined[before.role or ""] = None
        else:
            whole.append(cell)
    if joined:
        notes.repairs.append(f"Halves of {cells_named(joined)} were joined: it was split.")
    return whole


def _ends_inside(source: str) -> bool:
    lines = [line for line in source.splitlines() if line.strip()]
    return bool(lines) and (lines[-1][0] in " \t" or lines[-1].rstrip().endswith(":"))


def _begins_inside(source: str) -> bool:
    lines = [line for line in source.splitlines() if line.strip()]
    return bool(code_lines(source)) and lines[0][0] in " \t"
