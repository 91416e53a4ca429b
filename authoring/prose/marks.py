"""Marks beside figures that may be typed: ``<!-- figure: premise -->`` in the text itself.

A mark stands above a paragraph, a list or a table, or within it, and holds for it up to the next
blank line. A reader does not see it, in the book, in a notebook and on a repository's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What a mark can say.
REASONS = {
    "premise": "given by the text: an example, or a machine that is assumed",
    "derived": "follows from what the text gives, by arithmetic that it shows",
    "specification": "promised by a vendor or a standard that the text names",
    "budget": "a bound that the project holds itself to",
}
_MARK = re.compile(r"<!--\s*figure:\s*(.*?)\s*-->")


@dataclass(frozen=True)
class Mark:
    """One mark: where it stands, what it says, and the line at which its paragraph begins."""

    file: str
    line: int
    reason: str
    block: int


def marks_of_line(line: str, file: str, number: int, block: int) -> Iterator[Mark]:
    """Give the marks of one line of a page."""
    for match in _MARK.finditer(line):
        yield Mark(file, number, match.group(1), block)
