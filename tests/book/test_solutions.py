"""No solution of the exercise stands anywhere in the built site."""

import json

import pytest
from solution_guard import SOURCE, find_leaks, solution_runs

from tests.book.building import ROOT

SAMPLE = """
def double(x):
    ### BEGIN SOLUTION
    out = np.empty_like(x.data)
    # Twice, without a temporary.
    np.add(x.data, x.data, out=out)
    return Tensor(out)
    ### END SOLUTION
"""
LEAK = "out = np.empty_like(x.data)\nnp.add(x.data,  x.data, out=out)\nreturn Tensor(out)\n"


def course_runs() -> set[str]:
    """Give the runs of lines of the course's own solutions."""
    return solution_runs((ROOT / SOURCE).read_text(encoding="utf-8"))


def test_the_guard_knows_the_solution_of_every_longer_part():
    assert len(course_runs()) > 20


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", f"<pre>{LEAK}</pre>"),
        (
            "coloured.html",
            "<pre><span>out</span> <span>=</span> np.empty_like(x.data)\n"
            "<span>np.add</span>(x.data, x.data, out=out)\n  return Tensor(out)</pre>",
        ),
        ("page.md", LEAK),
        ("notebook.ipynb", json.dumps({"cells": [{"source": LEAK.splitlines(keepends=True)}]})),
        ("searchindex.js", LEAK),
    ],
)
def test_the_guard_finds_a_solution_in(name, text, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert [file.name for file, _ in find_leaks(tmp_path, solution_runs(SAMPLE))] == [name]


def test_the_guard_lets_a_single_line_pass(tmp_path):
    (tmp_path / "page.md").write_text("return Tensor(out)", encoding="utf-8")
    assert list(find_leaks(tmp_path, solution_runs(SAMPLE))) == []


@pytest.mark.book
def test_no_solution_is_in_the_site(site):
    assert list(find_leaks(site, course_runs())) == []


@pytest.mark.book
def test_no_file_of_the_site_is_a_solution(site):
    assert [file for file in site.rglob("*") if "solution" in file.name.lower()] == []


@pytest.mark.book
def test_the_notebook_to_download_is_the_one_that_students_get(site):
    name = "exercises/acceleration/acceleration.ipynb"
    assert (site / "_sources" / name).read_bytes() == (ROOT / name).read_bytes()
    page = (site / name).with_suffix(".html").read_text(encoding="utf-8")
    assert '_sources/exercises/acceleration/acceleration.ipynb"' in page
