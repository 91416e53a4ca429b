"""The solved notebook runs from top to bottom in a kernel and earns every automatic point."""

import nbformat
import pytest
from nbclient import NotebookClient

from authoring.notebooks import ROOT
from autograder.parts import PARTS

SOLVED = ROOT / "solutions" / "acceleration" / "acceleration.ipynb"


@pytest.mark.slow
def test_every_part_earns_its_points():
    notebook = nbformat.read(SOLVED, as_version=4)
    folder = str(SOLVED.parent)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
    scores = {
        name: float(cells[part.test_cell].outputs[0].data["text/plain"])
        for name, part in PARTS.items()
    }
    assert scores == {name: part.points for name, part in PARTS.items()}
