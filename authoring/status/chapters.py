"""The chapters of the book, in the order of its table of contents."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from authoring.contents import parts

_CELL = re.compile(
    r"^(?P<fence>`{3,})\{code-cell\}[^\n]*\n(?P<text>.*?)^(?P=fence)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_TAGS = re.compile(r"^:tags: \[(.*)\]$", re.MULTILINE)
_INVISIBLE = "remove-cell"


@dataclass(frozen=True)
class Cell:
    """A code cell: its text, and whether a reader sees it or what it shows."""

    text: str
    visible: bool


@dataclass(frozen=True)
class Chapter:
    """One page of the book.

    Attributes
    ----------
    name : str
        Its file seen from the root of the book, without its ending.
    part : str
        The caption that it stands under; empty for the front page.
    pages : tuple of str
        Its prose as Markdown: the whole page, or one for each cell of a notebook.
    cells : tuple of Cell
        Its code cells.
    """

    name: str
    part: str
    pages: tuple[str, ...]
    cells: tuple[Cell, ...]


def chapters(root: Path) -> list[Chapter]:
    """Read the chapters that ``_toc.yml`` names, in its order."""
    return [
        read_chapter(root, name, part.caption)
        for part in parts(root / "_toc.yml")
        for name in part.chapters
    ]


def read_chapter(root: Path, name: str, part: str = "") -> Chapter:
    """Read one page of the book by its name."""
    page = (root / name).with_suffix(".md")
    if page.is_file():
        text = page.read_text(encoding="utf-8")
        cells = tuple(
            Cell(
                match["text"], not any(_INVISIBLE in tags for tags in _TAGS.findall(match["text"]))
            )
            for match in _CELL.finditer(text)
        )
        return Chapter(name, part, (text,), cells)
    notebook = json.loads((root / name).with_suffix(".ipynb").read_text(encoding="utf-8"))
    sources = {"markdown": [], "code": []}  # type: dict[str, list[str]]
    for cell in notebook["cells"]:
        sources[cell["cell_type"]].append("".join(cell["source"]))
    cells = tuple(Cell(text, True) for text in sources["code"])
    return Chapter(name, part, tuple(sources["markdown"]), cells)
