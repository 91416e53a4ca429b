"""What a student answered, held against what was handed out."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.parts import PARTS
from autograder.results import Result


def unanswered(notebook: NotebookNode, released: NotebookNode) -> frozenset[str]:
    """Return the grade_ids of the cells to fill that are as they were released."""
    before = {_name(cell): cell.source for cell in released.cells if is_solution(cell)}
    return frozenset(
        _name(cell)
        for cell in notebook.cells
        if is_solution(cell) and cell.source == before.get(_name(cell))
    )


def automatic_scores(
    released: NotebookNode, result: Result, without_answer: frozenset[str]
) -> dict[str, float | None]:
    """Return the score of each graded cell by its grade_id, None where a person has to mark it.

    Parameters
    ----------
    released : nbformat.NotebookNode
        The students' version.
    result : Result
    without_answer : frozenset of str
        See `unanswered`: nobody has to mark what nobody wrote.
    """
    parts = {part.test_cell: part.name for part in PARTS.values()}
    scores: dict[str, float | None] = {}
    for cell in released.cells:
        if is_grade(cell) or is_task(cell):
            name = _name(cell)
            if name in parts:
                scores[name] = float(result.parts.get(parts[name], 0.0))
            else:
                scores[name] = 0.0 if name in without_answer else None
    return scores


def marked_by_hand(notebook: NotebookNode) -> dict[str, str]:
    """Return the answers that a person marks, by their grade_id."""
    return {
        _name(cell): cell.source for cell in notebook.cells if is_grade(cell) and is_solution(cell)
    }


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader["grade_id"])
