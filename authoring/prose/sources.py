"""Where prose stands in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from authoring.prose.glued import glued_constants
from authoring.prose.markdown import read_page
from authoring.prose.marks import Mark
from authoring.prose.passage import Passage
from authoring.prose.strings import javascript_passages, python_passages

PAGES = ("*.md", "book/**/*.md", "authoring/*.md")
NOTEBOOKS = ("solutions/*.py",)
# What a learner reads while it runs, and every docstring.
PROGRAMS = (
    "solutions/*.py",
    "tinytorch/**/*.py",
    "autograder/**/*.py",
    "book/_ext/*.py",
    "tinytorch/explore/**/*.js",
)
_MARKDOWN_CELL = re.compile(
    r"^# %% \[markdown\].*\n((?:#.*\n|\n)*?)(?=^# %%|^[^#\n]|\Z)", re.MULTILINE
)


@dataclass
class Prose:
    """The passages of some files, and the marks beside their figures."""

    passages: list[Passage] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def prose_of(root: Path) -> Prose:
    """Read all prose below a folder that is laid out as the repository is."""
    prose = Prose()
    for file in _files(root, PAGES):
        text, name = _text(file), file.relative_to(root).as_posix()
        _add_page(prose, text, name)
        prose.passages += glued_constants(text, name)
    for file in _files(root, NOTEBOOKS):
        text, name = _text(file), file.relative_to(root).as_posix()
        for cell in _MARKDOWN_CELL.finditer(text):
            page = re.sub(r"^# ?", "", cell.group(1), flags=re.MULTILINE)
            _add_page(prose, page, name, text.count("\n", 0, cell.start(1)) + 1)
    for file in _files(root, PROGRAMS):
        text, name = _text(file), file.relative_to(root).as_posix()
        read = python_passages if file.suffix == ".py" else javascript_passages
        prose.passages += read(text, name)
    return prose


def _add_page(prose: Prose, text: str, name: str, first_line: int = 1) -> None:
    passages, marks = read_page(text, name, first_line)
    prose.passages += passages
    prose.marks += marks


def _files(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    found = {file for pattern in patterns for file in root.glob(pattern) if file.is_file()}
    yield from sorted(found)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
