"""A book of three pages with the course's own configuration, theme and extensions.

For what depends on the environment of a build: the whole book takes minutes each time.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bs4 import BeautifulSoup

from tests.book.building import ROOT

NOTEBOOK = Path("exercises/acceleration/acceleration.ipynb")

TOC = """\
format: jb-book
root: book/overview
chapters:
  - file: book/chapter
  - file: exercises/acceleration/acceleration
"""

OVERVIEW = """\
(chapter-overview)=
# Overview

The front of a small book, which says in one sentence what the whole of it is about, and for whom.
"""

CHAPTER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
(chapter-small)=
# Tiles & <caches>

:::{note}
A note is not what the page is about.
:::

- Nor is a list.

Short. A "tile" of $n^2$ values & a cache: the second sentence says more than the first one did.
Then comes a third.
"""

# Enough to be a page; the real one takes Sphinx much longer.
EXERCISE = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Exercise\n\nYou write."}
    ],
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}

VARIABLES = ("COURSE_REPOSITORY", "COURSE_REPOSITORY_BRANCH", "COURSE_SITE_URL")


@dataclass(frozen=True)
class SmallBook:
    """What a build of the small book gave."""

    site: Path
    status: int
    said: str

    def page(self, name: str) -> BeautifulSoup:
        """Parse one page, named by its address without the suffix."""
        text = (self.site / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    @cached_property
    def chapter(self) -> BeautifulSoup:
        """The chapter."""
        return self.page("book/chapter")

    @cached_property
    def exercise(self) -> BeautifulSoup:
        """The page of the exercise."""
        return self.page("exercises/acceleration/acceleration")


def build_small_book(folder: Path, **environment: str) -> SmallBook:
    """Build it in a folder, with nothing but the given settings in its environment."""
    (folder / "book").mkdir(parents=True)
    for name in ("_ext", "_theme"):
        (folder / "book" / name).symlink_to(ROOT / "book" / name)
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    (folder / NOTEBOOK).parent.mkdir(parents=True)
    (folder / NOTEBOOK).write_text(json.dumps(EXERCISE), encoding="utf-8")
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    (folder / "book" / "overview.md").write_text(OVERVIEW, encoding="utf-8")
    (folder / "book" / "chapter.md").write_text(CHAPTER, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    run = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", "-q", "-W", "-n", folder],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return SmallBook(folder / "_build" / "html", run.returncode, run.stdout + run.stderr)
