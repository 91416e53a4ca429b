"""A cell as it was handed in: only what grading looks at, whatever else stood beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["code", "markdown", "raw"]


@dataclass
class Cell:
    """One cell of the student's notebook.

    Attributes
    ----------
    number : int
        Its place in the notebook as it was handed in, from 1.
    kind : {"code", "markdown", "raw"}
    source : str
    grade_id : str or None
        What nbgrader's metadata calls it, if they are there.
    id : str or None
        nbformat's id.
    attachments : dict
        Pictures that were pasted into its text.
    role : str or None
        The grade_id of the assignment's cell that it is; None for the student's own.
    added_to : str or None
        The locked cell in which it was found.
    """

    number: int
    kind: Kind
    source: str
    grade_id: str | None = None
    id: str | None = None
    attachments: dict[str, Any] = field(default_factory=dict)
    role: str | None = None
    added_to: str | None = None

    @property
    def place(self) -> str:
        """How a sentence names it."""
        if self.added_to:
            return f"what you added to the cell `{self.added_to}`"
        return f"the cell `{self.role}`" if self.role else f"your cell {self.number}"
