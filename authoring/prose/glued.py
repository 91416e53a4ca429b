"""Figures that were typed into a cell to be glued: they look measured and are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from authoring.prose.passage import Passage

KIND = "glued"
_CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
_TYPED = r"""(?P<quote>["'])(?P<text>[^"'{}\n]*\d[^"'{}\n]*)(?P=quote)"""
# The ways in which the chapters glue: one call for each figure, or a table of them.
_CALL = re.compile(rf"""\b(?:glue|say)\(\s*["'][^"'\n]*["'],\s*{_TYPED}""")
_ENTRY = re.compile(rf"""^ +"[\w-]+":\s*{_TYPED},$""", re.MULTILINE)


def glued_constants(text: str, file: str) -> Iterator[Passage]:
    """Give each text with a number in it that a page glues as it is typed."""
    for cell in _CELL.finditer(text):
        for pattern in (_CALL, _ENTRY):
            for match in pattern.finditer(text, *cell.span()):
                line = text.count("\n", 0, match.start("text")) + 1
                yield Passage(file, line, match["text"], KIND, line)
