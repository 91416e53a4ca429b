"""The assignment's source as two notebooks: the instructor's, and the student's.

The student's notebook is what ``nbgrader generate_assignment`` would write: the same preprocessors
run here, in nbgrader's own order, without its database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.converters.generate_assignment import GenerateAssignment
from nbgrader.preprocessors import SaveCells
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "solutions" / "acceleration.py"


def solution_notebook(source: Path = SOURCE) -> NotebookNode:
    """The source as a notebook whose cell ids are the grade ids, the same on every run."""
    notebook = jupytext.read(source)
    notebook.metadata.pop("jupytext", None)
    for cell in notebook.cells:
        cell.id = cell.metadata.nbgrader.grade_id
        cell.metadata.pop("lines_to_next_cell", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def student_notebook(solution: NotebookNode) -> NotebookNode:
    """The notebook without solutions, its cells locked, with nbgrader's checksums."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    resources: dict[str, Any] = {}
    notebook = nbformat.from_dict(solution)
    for preprocessor in GenerateAssignment.preprocessors.default():
        if preprocessor is SaveCells:  # writes to the gradebook, which `make sync` leaves alone
            continue
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    nbformat.validate(notebook)
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """The bytes that are committed: nbformat's own layout, one newline at the end."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"
