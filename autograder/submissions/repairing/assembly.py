"""The repaired notebook: the assignment's cells in its order, the student's own among them."""

from __future__ import annotations

import copy

import nbformat

from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell


def assemble(cells: list[Cell], assignment: Assignment) -> nbformat.NotebookNode:
    """Return a valid notebook without outputs.

    The student's own cells follow the cell of the assignment that they followed when they were
    handed in.
    """
    sources: dict[str, list[str]] = {}
    pictures: dict[str, Cell] = {}
    following: dict[str | None, list[Cell]] = {}
    after: str | None = None
    for cell in cells:
        if cell.role is None:
            following.setdefault(after, []).append(cell)
        else:
            after = cell.role
            sources.setdefault(cell.role, []).append(cell.source)
            pictures.setdefault(cell.role, cell)
    owns = _Owns()
    notebook = copy.deepcopy(assignment.released)
    released, notebook.cells = notebook.cells, [owns.made(cell) for cell in following.get(None, [])]
    for cell in released:
        grade_id = cell.metadata.nbgrader.grade_id
        if not assignment.is_locked(grade_id) and grade_id in sources:
            cell.source = "\n\n".join(sources[grade_id])
            if cell.cell_type == "markdown" and pictures[grade_id].attachments:
                cell.attachments = nbformat.from_dict(pictures[grade_id].attachments)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        notebook.cells += [cell, *(owns.made(own) for own in following.get(grade_id, []))]
    return notebook


class _Owns:
    """Makes the student's own cells, each with an id that no other has."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def made(self, cell: Cell) -> nbformat.NotebookNode:
        """Return the cell for nbformat."""
        make = {
            "code": nbformat.v4.new_code_cell,
            "markdown": nbformat.v4.new_markdown_cell,
            "raw": nbformat.v4.new_raw_cell,
        }[cell.kind]
        # What was cut out of a cell has that cell's number.
        name, again = f"own-{cell.number}", 1
        while name in self._ids:
            again += 1
            name = f"own-{cell.number}-{again}"
        self._ids.add(name)
        made = make(cell.source, id=name)
        if cell.attachments and cell.kind != "code":
            made.attachments = nbformat.from_dict(cell.attachments)
        return made
