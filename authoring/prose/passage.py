"""A piece of prose with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What stands for a figure from a recording, for code and formulas, and for a source.
GLUED = "\ufffc"
MASKED = "\ufffb"
CITED = "\ufff9"

_SENTENCE_END = re.compile(r"""[.?!]["”)\]*]*(?=\s|$)""")
# Short quotations are words in inverted commas, and no quoted statement.
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_WORDS_OF_A_QUOTATION = 3


@dataclass(frozen=True)
class Passage:
    """One paragraph, item, row, heading or string.

    Attributes
    ----------
    file : str
        Seen from the root of the repository.
    line : int
        Of its first character.
    source : str
        As it is written, its lines as in the file.
    kind : str
        ``"prose"``; within a quiz ``"quiz"`` or ``"wrong option"``; ``"string"`` or
        ``"docstring"`` of Python; ``"glued"`` by a cell.
    block : int
        The line at which the lines begin that no blank line parts from it. A mark holds for all of
        them.
    """

    file: str
    line: int
    source: str
    kind: str = "prose"
    block: int = 0


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage's readable text, with the offset at which it begins there."""

    text: str
    start: int


def sentences(text: str) -> Iterator[Sentence]:
    """Cut a text into its sentences."""
    start = 0
    for end in (match.end() for match in _SENTENCE_END.finditer(text)):
        # Whoever quotes several sentences has not ended his own.
        if text.count('"', start, end) % 2 == 0:
            yield Sentence(text[start:end], start)
            start = end
    if text[start:].strip():
        yield Sentence(text[start:], start)


def quotations(text: str) -> list[tuple[int, int]]:
    """Give where somebody else is quoted in a text, as the first offset and the one behind."""
    return [
        match.span()
        for match in _QUOTED.finditer(text)
        if len(re.findall(r"\w+", match.group())) >= _WORDS_OF_A_QUOTATION
    ]
