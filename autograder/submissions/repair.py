"""A submission's bytes made into a notebook whose every assignment cell is there once."""

from __future__ import annotations

from typing import Any

import nbformat

from autograder.submissions.errors import Unreadable
from autograder.submissions.prepared import Prepared
from autograder.submissions.repairing.absent import tell_absent
from autograder.submissions.repairing.assembly import assemble
from autograder.submissions.repairing.assignment import Assignment
from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.duplicates import settle_duplicates
from autograder.submissions.repairing.encoding import decoded
from autograder.submissions.repairing.formats import notebook_cells
from autograder.submissions.repairing.kernels import tell_kernel
from autograder.submissions.repairing.locked import restore_locked
from autograder.submissions.repairing.moved import tell_moved
from autograder.submissions.repairing.notation import looks_like_json, parsed
from autograder.submissions.repairing.notes import Notes
from autograder.submissions.repairing.order import order_of
from autograder.submissions.repairing.retyped import give_types, read_text_as_code
from autograder.submissions.repairing.roles import give_roles
from autograder.submissions.repairing.script import script_cells
from autograder.submissions.repairing.signatures import HAND_IN, refuse_binary, refuse_html
from autograder.submissions.repairing.sources import tidy_sources
from autograder.submissions.repairing.split import join_halves

__all__ = ["Unreadable", "prepare"]


def prepare(data: bytes, released: nbformat.NotebookNode) -> Prepared:
    """Read a submission, repair what is plain, and say what was repaired and what was lost.

    Parameters
    ----------
    data : bytes
        What was handed in.
    released : nbformat.NotebookNode
        The student's notebook as it was handed out.

    Returns
    -------
    Prepared

    Raises
    ------
    Unreadable
        If it is no notebook; the text says what it is. Nothing else is raised, whatever the bytes.
    """
    assignment, notes = Assignment(released), Notes()
    refuse_binary(data)
    text = decoded(data, notes)
    refuse_html(text)
    notebook: Any = None
    if not looks_like_json(text) and assignment.functions_in(text):
        cells = script_cells(text, notes)
    else:
        notebook = parsed(text, notes)
        cells = notebook_cells(notebook, notes)
    tidy_sources(cells, notes)
    cells = _repaired(cells, assignment, notes)
    written = any(
        any(assignment.functions_in(cell.source).values()) for cell in cells if cell.kind == "code"
    )
    tell_kernel(notebook, released, written, notes)
    order = order_of(cells, assignment, notes)
    return Prepared(
        cells=order.cells,
        notebook=assemble(cells, assignment),
        repairs=tuple(dict.fromkeys(notes.repairs)),
        losses=tuple(dict.fromkeys(notes.losses)),
        checked_after=order.checked_after,
    )


def _repaired(cells: list[Cell], assignment: Assignment, notes: Notes) -> list[Cell]:
    cells = give_roles(cells, assignment, notes)
    if not any(cell.role for cell in cells):
        notes.losses.append(
            f"No cell belongs to this assignment; it seems to be another notebook: {HAND_IN}."
        )
        return cells
    cells = join_halves(cells, assignment, notes)
    give_types(cells, assignment, notes)
    cells = settle_duplicates(cells, assignment, notes)
    cells = restore_locked(cells, assignment, notes)
    read_text_as_code(cells, assignment, notes)
    tell_moved(cells, assignment, notes)
    tell_absent(cells, assignment, notes)
    return cells
