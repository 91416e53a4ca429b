"""What the course consists of, counted in its files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from authoring.status.chapters import Chapter
from authoring.status.reading_time import words
from autograder.parts import PARTS

_TEST = re.compile(r"^\s*(?:async )?def test_", re.MULTILINE)
_AFTER_NAME = re.compile(r"[^\w.-]")
_QUIZ = re.compile(r"^:{3,}\{quiz\}", re.MULTILINE)


def facts(root: Path, book: Sequence[Chapter]) -> list[tuple[str, str]]:
    """Count pages, questions, checks and tests, and name the versions that are pinned."""
    tests = sum(
        len(_TEST.findall(file.read_text(encoding="utf-8")))
        for file in sorted((root / "tests").rglob("test_*.py"))
    )
    questions = sum(len(_QUIZ.findall(page)) for chapter in book for page in chapter.pages)
    items = sum(len(part.items) for part in PARTS.values())
    points = sum(part.points for part in PARTS.values())
    return [
        ("Pages of the book", f"{len(book)}"),
        ("Words", f"{sum(words(chapter) for chapter in book):,}"),
        ("Questions that answer at once", f"{questions}"),
        ("Items that the checks examine", f"{items}, worth {points:g} points"),
        ("Test functions", f"{tests:,}"),
        *versions(root),
    ]


def versions(root: Path) -> list[tuple[str, str]]:
    """Name Python and each declared dependency with its version, as they are pinned."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    names = sorted(_AFTER_NAME.split(text)[0].lower() for text in project["dependencies"])
    return [
        ("Python", f"{project['requires-python']}"),
        *((name, pinned[name]) for name in names if name in pinned),
    ]
