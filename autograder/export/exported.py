"""What an export comes to: files, and what to know about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.export.roster import Matching
from autograder.export.tables import Table


@dataclass(frozen=True)
class Exported:
    """An export that is ready to be written.

    Attributes
    ----------
    files : dict of str to str
        Text of each file. One file has the name ""; several lie in a folder.
    sentences : tuple of str
        What an instructor should know: who is left out, what the platform will ask.
    """

    files: dict[str, str]
    sentences: tuple[str, ...]


def left_out(matching: Matching, roster: Table, name_columns: Sequence[str]) -> list[str]:
    """Say who is in the results alone and who in the roster alone."""
    sentences = []
    if matching.without_row:
        sentences.append(
            f"In the results, but in no row of the roster, or in several, and so not exported: "
            f"{'; '.join(matching.without_row)}."
        )
    if matching.without_result:
        names = [_name(roster, place, name_columns) for place in matching.without_result]
        sentences.append(
            "In the roster, but without a result; their grade is left as it is: "
            f"{'; '.join(names)}."
        )
    return sentences


def _name(roster: Table, place: int, name_columns: Sequence[str]) -> str:
    cells = dict(zip(roster.head, roster.rows[place], strict=True))
    return " ".join(cells[name] for name in name_columns if cells.get(name)) or f"row {place + 2}"
