"""One cell of the assignment handed in several times."""

from __future__ import annotations

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.definitions import code_lines, same_text
from autograder.submissions.repairing.notes import Notes, numbered


def settle_duplicates(cells: list[Cell], assignment: Assignment, notes: Notes) -> list[Cell]:
    """Return the cells, each of the assignment's once, or in pieces that belong together.

    A copy in which something else was written is the student's own cell; one without is dropped.
    """
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.role is not None:
            groups.setdefault(cell.role, []).append(cell)
    dropped: set[int] = set()
    for role, group in groups.items():
        if len(group) == 1:
            continue
        released = assignment.cells[role].source
        if assignment.is_locked(role):
            written = [cell for cell in group if not same_text(cell.source, released)]
            kept = [next((cell for cell in group if same_text(cell.source, released)), group[0])]
            how = "it stands once"
        else:
            lines = code_lines(released)
            written = [cell for cell in group if code_lines(cell.source) not in ([], lines)]
            kept, how = _that_count(written, group, assignment)
        notes.repairs.append(f"The cell `{role}` stood {len(group)} times; {how}.")
        for cell in group:
            if not any(cell is one for one in kept):
                cell.role = None
                if not any(cell is one for one in written):
                    dropped.add(id(cell))
    return [cell for cell in cells if id(cell) not in dropped]


def _that_count(
    written: list[Cell], group: list[Cell], assignment: Assignment
) -> tuple[list[Cell], str]:
    """Return the copies of a solution cell that stay this cell, and which those are in words."""
    if not written:
        return group[:1], "none is written, and it stands once"
    last = written[-1]
    if len(written) == 1:
        return written, f"the one that is written, cell {last.number} of your notebook, counts"
    everything = {name for cell in written for name in _done(cell, assignment)}
    if everything and _done(last, assignment) == everything:
        return [last], f"the last that is written, cell {last.number} of your notebook, counts"
    numbers = numbered(cell.number for cell in written)
    return written, f"its pieces, cells {numbers} of your notebook, were put together"


def _done(cell: Cell, assignment: Assignment) -> set[str]:
    return {name for name, done in assignment.functions_in(cell.source).items() if done}
