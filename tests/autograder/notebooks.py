"""Notebooks of the assignment, filled in different ways, as the bytes that are handed in."""

from __future__ import annotations

import functools

import nbformat

from authoring.notebooks import ROOT, as_text
from tests.notebook.conftest import PAGES_OWN_CODE, with_code

SOLVED = ROOT / "solutions" / "acceleration" / "acceleration.ipynb"
RELEASED = ROOT / "exercises" / "acceleration" / "acceleration.ipynb"


def released() -> nbformat.NotebookNode:
    """Give the notebook as it is handed out."""
    return nbformat.read(RELEASED, as_version=4)


@functools.cache
def solution() -> dict[str, str]:
    """Give the code of the solution by grade id."""
    cells = nbformat.read(SOLVED, as_version=4).cells
    return {c.metadata.nbgrader.grade_id: c.source for c in cells if c.metadata.nbgrader.solution}


def filled(code: dict[str, str]) -> bytes:
    """Give the released notebook with these cells filled."""
    return as_text(with_code(released(), code)).encode()


def page() -> bytes:
    """Give the notebook with the page's own code in it: right values, nothing fused or tiled."""
    return filled(PAGES_OWN_CODE)
