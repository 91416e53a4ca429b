"""Kept outputs are used only while everything that they were made from is the same."""

import pytest
from execution_inputs import inputs_digest

INPUTS = (
    "tinytorch/perf/roofline.py",
    "book/measurements/one.json",
    "book/simulations/traffic.json",
    "book/walkthrough/grading.json",
    "requirements.txt",
)


@pytest.fixture
def tree(tmp_path):
    """Give a small working tree."""
    for name in INPUTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first", encoding="utf-8")
    return tmp_path


def test_the_digest_depends_on_nothing_but_the_inputs(tree):
    before = inputs_digest(tree)
    (tree / "README.md").write_text("changed", encoding="utf-8")
    compiled = tree / "tinytorch" / "perf" / "__pycache__" / "roofline.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"compiled")
    assert inputs_digest(tree) == before


@pytest.mark.parametrize("name", INPUTS)
def test_the_digest_changes_with_every_input(tree, name):
    before = inputs_digest(tree)
    (tree / name).write_text("second", encoding="utf-8")
    assert inputs_digest(tree) != before


def test_the_digest_changes_with_a_file_that_is_added(tree):
    before = inputs_digest(tree)
    (tree / "book" / "measurements" / "two.json").write_text("", encoding="utf-8")
    assert inputs_digest(tree) != before
