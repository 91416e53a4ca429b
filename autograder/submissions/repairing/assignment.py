"""The released notebook, as repairs ask about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import nbformat

from autograder.parts import PARTS
from autograder.submissions.repairing.definitions import defined

# The cells that make up the module of a finished assignment: imports and solutions.
EXPORT_TAG = "export"


@dataclass(frozen=True, eq=False)
class Assignment:
    """The cells that a submission must hold.

    Attributes
    ----------
    released : nbformat.NotebookNode
        The student's notebook as it was handed out.
    """

    released: nbformat.NotebookNode

    @cached_property
    def cells(self) -> dict[str, nbformat.NotebookNode]:
        """The cells by grade_id, in order."""
        return {cell.metadata.nbgrader.grade_id: cell for cell in self.released.cells}

    @cached_property
    def solutions(self) -> dict[str, tuple[str, ...]]:
        """The functions of each solution cell of code."""
        return {
            part.solution_cell: part.functions
            for part in PARTS.values()
            if part.solution_cell in self.cells
        }

    @cached_property
    def cell_of(self) -> dict[str, str]:
        """The solution cell of each function."""
        return {name: cell for cell, names in self.solutions.items() for name in names}

    @cached_property
    def test_of(self) -> dict[str, str]:
        """The test cell of each function."""
        return {name: part.test_cell for part in PARTS.values() for name in part.functions}

    @cached_property
    def locked_code(self) -> list[str]:
        """Texts of the assignment's own cells of code, longest first."""
        texts = [
            cell.source
            for grade_id, cell in self.cells.items()
            if cell.cell_type == "code" and self.is_locked(grade_id)
        ]
        return sorted(texts, key=len, reverse=True)

    def is_locked(self, grade_id: str) -> bool:
        """Tell whether the cell is the assignment's, not the student's to fill."""
        return not self.cells[grade_id].metadata.nbgrader.solution

    def runs_first(self, grade_id: str) -> bool:
        """Tell whether it is a locked cell that the solutions need: the imports."""
        cell = self.cells[grade_id]
        return self.is_locked(grade_id) and EXPORT_TAG in cell.metadata.get("tags", [])

    def functions_in(self, source: str) -> dict[str, bool]:
        """Give the assignment's functions that a text defines, and whether each is written."""
        if source not in self._found:
            self._found[source] = defined(source, self.cell_of)
        return self._found[source]

    @cached_property
    def _found(self) -> dict[str, dict[str, bool]]:
        return {}
