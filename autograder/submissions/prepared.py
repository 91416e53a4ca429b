"""A submission made ready to be run."""

from __future__ import annotations

from dataclasses import dataclass, field

import nbformat


@dataclass(frozen=True)
class CodeCell:
    """One cell to run.

    Attributes
    ----------
    source : str
    place : str
        How a sentence names it: "the cell `fused-gelu`", "your cell 7".
    """

    source: str
    place: str


@dataclass(frozen=True, eq=False)
class Prepared:
    """A notebook whose every assignment cell is there once, in the order of the assignment.

    Attributes
    ----------
    cells : tuple of CodeCell
        The code to run, in order: the assignment's own imports, the student's solution cells and
        the student's own cells. Not the cells that check or draw.
    notebook : nbformat.NotebookNode
        The repaired notebook (nbformat 4): the assignment's locked cells as released, the student's
        cells as handed in, without outputs.
    repairs : tuple of str
        What was repaired, a sentence each; empty for a notebook as it should be.
    losses : tuple of str
        What could not be read or found, a sentence each: then the result is partial.
    checked_after : dict of str to int
        For each part, how many of the cells run before it is checked. What a cell below a check
        defines anew, a helper of another part with the same name, does not reach that check.
    """

    cells: tuple[CodeCell, ...]
    notebook: nbformat.NotebookNode
    repairs: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    checked_after: dict[str, int] = field(default_factory=dict)
