"""Tables whose heads hold the units: a cell alone says 3.2, and its column says of what."""

from __future__ import annotations

import re

_DELIMITER = re.compile(r"^\s*\|?\s*:?-{3,}")
_BAR = re.compile(r"(?<!\\)\|")
_UNIT = re.compile(
    r"(?:^|[\s(\[,])((?:[kmgt]?flop|[kmgt]i?b)/s|ns|µs|μs|us|ms|s|seconds|%\s+of\s+(?:the\s+)?time|"
    r"(?:times|x)\s+(?:as\s+fast|faster)|speed-?\s?up)[)\]]?\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*[~≈]?\d[\d,.]*\s*")
# A speed-up has no unit of its own.
_WITHOUT_UNIT = re.compile(r"speed-?\s?up", re.IGNORECASE)


class TableHead:
    """The units of the columns of the table that is being read."""

    def __init__(self) -> None:
        self._previous = ""
        self._units: list[str] = []

    def row(self, line: str) -> str:
        """Give a line with the units of its columns; lines of no table as they are."""
        if not line.lstrip().startswith("|"):
            self._previous, self._units = "", []
            return line
        if _DELIMITER.match(line) and self._previous:
            self._units = [_unit(cell) for cell in _BAR.split(self._previous)]
        self._previous = line
        cells = _BAR.split(line)
        if len(cells) != len(self._units):
            return line
        return "|".join(
            f"{cell.rstrip()} {unit} " if unit and _NUMBER.fullmatch(cell) else cell
            for cell, unit in zip(cells, self._units, strict=True)
        )


def _unit(cell: str) -> str:
    match = _UNIT.search(cell.strip().strip("*`"))
    if match is None:
        return ""
    return "times as fast" if _WITHOUT_UNIT.fullmatch(match.group(1)) else match.group(1)
