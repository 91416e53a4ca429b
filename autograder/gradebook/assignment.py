"""The assignment in the gradebook: the rows that `nbgrader generate_assignment` writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.gradebook.course import Course, GradebookError

Cells = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class NotebookRows:
    """One notebook of the assignment: the keys of its rows.

    Attributes
    ----------
    id, name : str
    graded, commented : dict of str to str
        Key of each cell that has a grade, or a comment, by its grade_id.
    """

    id: str
    name: str
    graded: dict[str, str]
    commented: dict[str, str]


@dataclass(frozen=True)
class AssignmentRows:
    """The assignment: its key, and its notebooks."""

    id: str
    notebooks: tuple[NotebookRows, ...]


def ensure_assignment(
    gradebook: Gradebook, course: Course, released: NotebookNode
) -> AssignmentRows:
    """Write the assignment and its cells where they are missing or older than the notebook.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        Nothing is committed: the rows are there when the caller commits.
    course : Course
    released : nbformat.NotebookNode
        The students' version.

    Returns
    -------
    AssignmentRows

    Raises
    ------
    GradebookError
        If submissions of an assignment with other cells are recorded.
    """
    session = gradebook.db
    try:
        assignment = gradebook.find_assignment(course.assignment)
    except MissingEntry:
        assignment = Assignment(name=course.assignment, course_id=course.course_id)
        session.add(assignment)
    notebook = next((book for book in assignment.notebooks if book.name == course.notebook), None)
    if notebook is None:
        notebook = Notebook(name=course.notebook, assignment=assignment)
        session.add(notebook)
    notebook.kernelspec = json.dumps(released.metadata.get("kernelspec", {}))
    session.flush()
    has_submissions = (
        session.query(SubmittedNotebook).filter_by(notebook_id=notebook.id).first() is not None
    )
    for kind, existing, wanted in (
        (GradeCell, notebook.grade_cells, _cells(released, is_grade, _points)),
        (SolutionCell, notebook.solution_cells, _cells(released, is_solution, lambda cell: {})),
        (TaskCell, notebook.task_cells, _cells(released, is_task, _points)),
        (SourceCell, list(notebook.source_cells), _cells(released, _is_source, _source)),
    ):
        by_name = {row.name: row for row in existing}
        if has_submissions and by_name.keys() != wanted.keys():
            raise GradebookError(
                f"The gradebook holds submissions of another version of {course.assignment}, with "
                f"other cells ({', '.join(sorted(by_name.keys() ^ wanted.keys()))}); grade into a "
                "new gradebook, or release the version that these submissions were made from."
            )
        for name in by_name.keys() - wanted.keys():
            session.delete(by_name[name])
        for name, values in wanted.items():
            row = by_name.get(name)
            if row is None:
                session.add(kind(name=name, notebook=notebook, **values))
            else:
                for attribute, value in values.items():
                    setattr(row, attribute, value)
    session.flush()
    session.expire_all()
    return AssignmentRows(assignment.id, tuple(_rows(book) for book in assignment.notebooks))


def _rows(notebook: Notebook) -> NotebookRows:
    tasks = {cell.name: cell.id for cell in notebook.task_cells}
    return NotebookRows(
        notebook.id,
        notebook.name,
        graded={cell.name: cell.id for cell in notebook.grade_cells} | tasks,
        commented={cell.name: cell.id for cell in notebook.solution_cells} | tasks,
    )


def _cells(notebook: NotebookNode, wanted: Any, values: Any) -> Cells:
    return {
        cell.metadata.nbgrader["grade_id"]: values(cell) for cell in notebook.cells if wanted(cell)
    }


def _points(cell: NotebookNode) -> dict[str, Any]:
    return {"max_score": float(cell.metadata.nbgrader["points"]), "cell_type": cell.cell_type}


def _is_source(cell: NotebookNode) -> bool:
    return bool(is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell))


def _source(cell: NotebookNode) -> dict[str, Any]:
    return {
        "cell_type": cell.cell_type,
        "locked": is_locked(cell),
        "source": cell.source,
        "checksum": cell.metadata.nbgrader.get("checksum"),
    }
