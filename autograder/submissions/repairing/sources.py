"""Characters in a cell's text that Python or a file would refuse."""

from __future__ import annotations

from autograder.submissions.repairing.cells import Cell
from autograder.submissions.repairing.notes import Notes


def tidy_sources(cells: list[Cell], notes: Notes) -> None:
    """Give every cell line ends of one kind, and no character that cannot be stored."""
    ends = nulls = halves = False
    for cell in cells:
        if "\r" in cell.source:
            cell.source, ends = cell.source.replace("\r\n", "\n").replace("\r", "\n"), True
        if "\0" in cell.source:
            cell.source, nulls = cell.source.replace("\0", ""), True
        try:
            cell.source.encode()
        except UnicodeEncodeError:
            # Half of a pair of characters, which JSON can spell and no file can hold.
            cell.source, halves = cell.source.encode(errors="replace").decode(), True
    if ends:
        notes.repairs.append(
            "Lines ended as on Windows or an old Mac; they end as Jupyter's do now."
        )
    if nulls:
        notes.repairs.append("Cells held null characters; they were taken out.")
    if halves:
        notes.repairs.append("Cells held halves of characters; a question mark stands for each.")
