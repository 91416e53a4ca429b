"""What the page on the state of the book says is derived from the files, or recorded."""

import json
import shutil

import pytest
from jupyter_cache import get_cache

from authoring.status.chapters import chapters, read_chapter
from authoring.status.execution import RECORDING, StatusError, cells_digest, record, recorded
from authoring.status.facts import facts
from authoring.status.measured import measured
from authoring.status.reading_time import WORDS_A_MINUTE, minutes, words
from tests.book.building import ROOT

TOC = """\
format: jb-book
root: book/front
parts:
  - caption: First
    chapters:
      - file: book/one
        sections:
          - file: book/two
  - caption: Second
    chapters:
      - file: exercises/work
"""
ONE = """\
# One

Some words.

```{code-cell} ipython3
:tags: [remove-cell]

rec = load_recording("measurements")
```

```{code-cell} ipython3
print(1)
```
"""
WORK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Work\n", "Three more words."]},
        {"cell_type": "code", "source": ["print(2)"]},
    ]
}


@pytest.fixture
def root(tmp_path):
    """Give a course of four pages."""
    for folder in ("book/measurements", "exercises"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    for name, text in {
        "front": "# Front\n",
        "one": ONE,
        "two": "# Two\n\n" + "word " * 450,
    }.items():
        (tmp_path / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    (tmp_path / "exercises" / "work.ipynb").write_text(json.dumps(WORK), encoding="utf-8")
    for file in (ROOT / "book" / "measurements").glob("*.json"):
        shutil.copy(file, tmp_path / "book" / "measurements")
    return tmp_path


def add(root, name, text):
    """Add some text to a chapter."""
    with (root / "book" / f"{name}.md").open("a", encoding="utf-8") as file:
        file.write(text)


def test_chapters_come_in_the_order_of_the_contents_with_their_part(root):
    assert [(chapter.name, chapter.part) for chapter in chapters(root)] == [
        ("book/front", ""),
        ("book/one", "First"),
        ("book/two", "First"),
        ("exercises/work", "Second"),
    ]


def test_more_words_take_longer_and_code_is_not_counted_as_words(root):
    before = read_chapter(root, "book/two")
    assert minutes(before) == 3
    add(root, "two", "\n```python\n" + "code " * 1000 + "\n```\n")
    assert words(read_chapter(root, "book/two")) == words(before)
    add(root, "two", "\nmore " * WORDS_A_MINUTE)
    assert minutes(read_chapter(root, "book/two")) == 4


def test_a_cell_that_is_seen_takes_time_and_a_hidden_one_none(root):
    before = read_chapter(root, "book/two")
    add(root, "two", "\n```{code-cell} ipython3\n:tags: [remove-cell]\n\nx = 1\n```\n" * 4)
    assert minutes(read_chapter(root, "book/two")) == minutes(before)
    add(root, "two", "\n```{code-cell} ipython3\n:tags: [remove-input]\n\nx\n```\n" * 4)
    assert minutes(read_chapter(root, "book/two")) == minutes(before) + 2


def test_a_notebook_is_read_as_a_chapter_is(root):
    work = read_chapter(root, "exercises/work")
    assert (words(work), [cell.text for cell in work.cells]) == (4, ["print(2)"])


def test_a_chapter_is_as_old_as_the_recording_that_its_cells_name(root):
    (context,) = measured(read_chapter(root, "book/one"), root / "book")
    (file,) = (root / "book" / "measurements").glob("*.json")
    content = json.loads(file.read_text(encoding="utf-8"))
    assert (context.date, context.cpu) == (content["context"]["date"], content["context"]["cpu"])
    content["context"]["date"] = "2031-05-07"
    file.write_text(json.dumps(content), encoding="utf-8")
    (context,) = measured(read_chapter(root, "book/one"), root / "book")
    assert context.date == "2031-05-07"


def test_a_chapter_that_names_no_recording_has_no_date(root):
    assert measured(read_chapter(root, "book/two"), root / "book") == []


@pytest.fixture
def build(root, tmp_path):
    """Give the folder of a build that ran the cells of one chapter."""
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")])
    folder = tmp_path / "_build"
    cache = get_cache(folder / "executed" / "0123")
    saved = tmp_path / "one.ipynb"
    nbformat.write(notebook, saved)
    cache.cache_notebook_file(
        saved,
        uri=str(root / "book" / "one.md"),
        data={"execution_seconds": 1.26},
        check_validity=False,
    )
    return folder


def test_the_seconds_of_a_build_are_recorded_for_the_chapters_that_it_ran(root, build):
    record(root, build)
    execution = recorded(root)
    assert execution.machine and execution.date
    assert execution.of(read_chapter(root, "book/one")) == 1.3
    assert execution.of(read_chapter(root, "book/two")) is None


def test_a_chapter_whose_cells_changed_has_no_seconds_until_they_are_recorded_again(root, build):
    record(root, build)
    add(root, "one", "\nOnly words.\n")
    assert recorded(root).of(read_chapter(root, "book/one")) == 1.3
    add(root, "one", "\n```{code-cell} ipython3\nprint(3)\n```\n")
    assert recorded(root).of(read_chapter(root, "book/one")) is None


@pytest.mark.parametrize("kept", [0, 2])
def test_what_is_no_cold_build_is_refused_with_what_to_do(root, kept):
    for number in range(kept):
        (root / "_build" / "executed" / str(number)).mkdir(parents=True)
    with pytest.raises(StatusError, match="make status"):
        record(root, root / "_build")
    assert not (root / RECORDING).exists()


def test_without_a_recording_no_chapter_has_seconds(root):
    assert recorded(root).of(read_chapter(root, "book/one")) is None


def test_a_digest_depends_on_the_cells_alone(root):
    before = cells_digest(read_chapter(root, "book/one"))
    add(root, "one", "\nMore words.\n")
    assert cells_digest(read_chapter(root, "book/one")) == before


def test_the_facts_are_counted_in_the_files(root):
    (root / "tests").mkdir()
    (root / "tests" / "test_a.py").write_text("def test_a():\n    pass\n", encoding="utf-8")
    (root / "pyproject.toml").write_text(
        '[project]\nrequires-python = ">=3.11"\ndependencies = ["Example>=1"]\n', encoding="utf-8"
    )
    (root / "requirements.txt").write_text("example==1.2\nother==3\n", encoding="utf-8")
    add(root, "two", "\n:::{quiz}\nWhy?\n:::\n")
    said = dict(facts(root, chapters(root)))
    assert said["Pages of the book"] == "4"
    assert said["Questions that answer at once"] == "1"
    assert said["Test functions"] == "1"
    assert (said["Python"], said["example"]) == (">=3.11", "1.2")
    assert "other" not in said


def test_the_recorded_times_belong_to_chapters_of_the_book():
    names = {chapter.name for chapter in chapters(ROOT)}
    assert set(recorded(ROOT).seconds) <= names
