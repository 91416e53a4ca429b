"""The released notebook with cells filled in, as a student hands it in."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cache

import nbformat
from nbformat.notebooknode import NotebookNode

from authoring.notebooks import ROOT

RELEASED = ROOT / "exercises" / "acceleration" / "acceleration.ipynb"


@cache
def _released() -> NotebookNode:
    return nbformat.read(RELEASED, as_version=4)


def filled(
    cells: Mapping[str, str], before: Sequence[str] = (), after: Sequence[str] = ()
) -> NotebookNode:
    """Fill cells of the released notebook and add cells of the student's own.

    Parameters
    ----------
    cells : mapping of str to str
        New source by grade id; the other cells stay as they were released.
    before, after : sequence of str
        Code cells of the student's own: before the cell of Part 1, and at the end.
    """
    notebook = copy.deepcopy(_released())
    by_id = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
    for grade_id, source in cells.items():
        by_id[grade_id].source = source.rstrip("\n")
    first = notebook.cells.index(by_id["vectorized-matmul"])
    notebook.cells[first:first] = _own_cells(before, "before")
    notebook.cells += _own_cells(after, "after")
    return notebook


def as_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as Jupyter saves it."""
    return (nbformat.writes(notebook) + "\n").encode()


def _own_cells(sources: Sequence[str], where: str) -> list[NotebookNode]:
    # Ids of their own: nbformat would draw others in every run.
    return [
        nbformat.v4.new_code_cell(source.strip("\n"), id=f"own-{where}-{number}")
        for number, source in enumerate(sources, 1)
    ]
