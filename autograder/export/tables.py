"""Tables of text as files: RFC 4180 when written, and forgiving when read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.export.errors import ExportError
from autograder.results.cells import safe_cell

_LARGEST_ROSTER = 64 * 2**20
# What a spreadsheet puts between cells, by the language of its owner.
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Table:
    """Rows under a head; every row is as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_csv(rows: Iterable[Sequence[object]]) -> str:
    r"""Write rows as RFC 4180 says: commas, quotation marks where they are needed, ``\r\n``.

    No cell is one that a spreadsheet would run (`safe_cell`).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    # A row of one empty cell would be an empty line, which most programs take for no row.
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def read_table(path: Path) -> Table:
    """Read a table that another program exported.

    Parameters
    ----------
    path : Path
        UTF-8, or UTF-16 with its mark; cells apart by commas, semicolons or tabs. Lines without
        any text are left out, short rows are filled up.

    Raises
    ------
    ExportError
        If there is no such file or it is no such table.
    """
    try:
        if path.stat().st_size > _LARGEST_ROSTER:
            raise ExportError(f"{path} is larger than 64 MiB: give a list of students as CSV.")
        data = path.read_bytes()
    except OSError as error:
        raise ExportError(
            f"{path} cannot be read ({error.strerror}): give a list of students as CSV."
        ) from None
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise ExportError(
            f"{path} is not text in UTF-8: export it again as CSV, or save it as CSV UTF-8."
        ) from None
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise ExportError(f"{path} is not a CSV file ({error}): export it again.") from None
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if not lines:
        raise ExportError(f"{path} is empty: give a list of students as CSV, with a head.")
    head = tuple(name.strip() for name in lines[0])
    width = len(head)
    rows = (tuple((line + [""] * width)[:width]) for line in lines[1:])
    return Table(head, tuple(rows))
