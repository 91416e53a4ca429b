"""Which code runs, in which order, and how much of it before each check.

A notebook's checks stand between its cells and see what was defined before them. So it is here: the
repaired notebook runs from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.parts import PARTS
from autograder.submissions.prepared import CodeCell
from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.locked import without_locked
from autograder.submissions.repairing.notes import Notes


@dataclass(frozen=True)
class Order:
    """The cells that run, and how many of them before each part is checked."""

    cells: tuple[CodeCell, ...]
    checked_after: dict[str, int]


@dataclass(frozen=True)
class _Step:
    """One cell that runs: where it stood, and the assignment's functions that it defines."""

    index: int
    cell: Cell
    functions: dict[str, bool]
    source: str
    unwritten: bool


def order_of(cells: list[Cell], assignment: Assignment, notes: Notes) -> Order:
    """Return the assignment's imports, then the student's code as it stands when it is repaired.

    Cells that are not written run first, so that a function which the student defined somewhere
    else is not hidden by the released one.
    """
    first = [grade_id for grade_id in assignment.cells if assignment.runs_first(grade_id)]
    here = {cell.role for cell in cells}
    first += [grade_id for grade_id in assignment.solutions if grade_id not in here]
    released = [
        CodeCell(assignment.cells[grade_id].source, f"the cell `{grade_id}`") for grade_id in first
    ]
    cells = _as_released(cells, assignment)
    steps = _steps(cells, assignment)
    position = {cell.role: index for index, cell in enumerate(cells) if cell.role}
    counting = _that_count(steps, position, assignment)
    _tell(steps, counting, assignment, notes)
    checked_after = {}
    for part in PARTS.values():
        # The check sees what stands above it, the solution cell wherever that stands now, and a
        # function that was written nowhere else.
        own = position.get(part.solution_cell, -1)
        written = [counting[name].index for name in part.functions if name in counting]
        end = max(position.get(part.test_cell, len(cells)), own, *written)
        seen = sum(step.unwritten or step.index <= end for step in steps)
        checked_after[part.name] = len(released) + seen
    code = (CodeCell(step.source, step.cell.place) for step in steps)
    return Order((*released, *code), checked_after)


def _as_released(cells: list[Cell], assignment: Assignment) -> list[Cell]:
    """Put the assignment's cells in its order; the student's own follow the cell they followed."""
    order = {grade_id: number for number, grade_id in enumerate(assignment.cells)}
    following = -1
    places = []
    for cell in cells:
        following = following if cell.role is None else order[cell.role]
        places.append(following)
    return [cell for _, cell in sorted(zip(places, cells, strict=True), key=lambda pair: pair[0])]


def _steps(cells: list[Cell], assignment: Assignment) -> list[_Step]:
    steps = []
    for index, cell in enumerate(cells):
        if cell.kind != "code" or (cell.role and assignment.is_locked(cell.role)):
            continue
        source = without_locked(cell.source, assignment)
        if source.strip():
            functions = assignment.functions_in(cell.source)
            unwritten = bool(cell.role and functions) and not any(functions.values())
            steps.append(_Step(index, cell, functions, source, unwritten))
    return sorted(steps, key=lambda step: not step.unwritten)


def _that_count(
    steps: list[_Step], position: dict[str, int], assignment: Assignment
) -> dict[str, _Step]:
    """Give for each written function the step whose definition its check sees."""
    counting = {}
    for name, solution in assignment.cell_of.items():
        writing = [step for step in steps if step.functions.get(name)]
        # A definition after the check is an experiment, unless it is the solution cell's.
        end = max(position.get(assignment.test_of[name], 0), position.get(solution, 0))
        before = [step for step in writing if step.index <= end]
        if writing:
            counting[name] = (before or writing)[-1]
    return counting


def _tell(
    steps: list[_Step], counting: dict[str, _Step], assignment: Assignment, notes: Notes
) -> None:
    for name, step in counting.items():
        solution = assignment.cell_of[name]
        unwritten = any(s.cell.role == solution and s.functions.get(name) is False for s in steps)
        if step.cell.role != solution and unwritten:
            notes.repairs.append(
                f"`{name}` is not written in the cell `{solution}`; {step.cell.place} defines it, "
                "and counts."
            )
