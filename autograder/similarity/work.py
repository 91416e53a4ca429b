"""What one student wrote: the code of each part, other cells, and the essay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import nbformat

from autograder.parts import PARTS

ESSAY = "performance-essay"
OTHER = "other cells"


@dataclass(frozen=True)
class Unit:
    """One piece of a student's work that is compared and shown as a whole.

    Attributes
    ----------
    name : str
        How a reader calls it: the part's title, "other cells", "the essay".
    kind : {"code", "prose"}
    text : str
    """

    name: str
    kind: Literal["code", "prose"]
    text: str


@dataclass(frozen=True)
class Work:
    """Everything that one student wrote.

    Attributes
    ----------
    student_id : str
    units : tuple of Unit
    """

    student_id: str
    units: tuple[Unit, ...]


def work_of(student_id: str, notebook: nbformat.NotebookNode, released: set[str]) -> Work:
    """Take a student's own code and prose out of a repaired notebook.

    Parameters
    ----------
    student_id : str
    notebook : nbformat.NotebookNode
        `autograder.submissions.Prepared.notebook`.
    released : set of str
        The text of each cell as it was handed out: what is still so is not the student's.
    """
    titles = {part.solution_cell: part.title for part in PARTS.values()}
    units = []
    others = []
    for cell in notebook.cells:
        grading = cell.metadata.get("nbgrader", {})
        if grading.get("locked") or cell.source in released or not cell.source.strip():
            continue
        name = titles.get(grading.get("grade_id"))
        if cell.cell_type == "code" and name is not None:
            units.append(Unit(name, "code", cell.source))
        elif cell.cell_type == "code":
            others.append(cell.source)
        elif cell.cell_type == "markdown":
            name = "the essay" if grading.get("grade_id") == ESSAY else "other text"
            units.append(Unit(name, "prose", cell.source))
    if others:
        units.append(Unit(OTHER, "code", "\n\n".join(others)))
    return Work(student_id, tuple(units))
