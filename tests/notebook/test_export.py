"""The learner's parts become a module; what cannot become one is explained, nothing is written."""

import importlib.util
import json
import subprocess
import sys

import pytest

from authoring.notebooks import ROOT
from tinytorch.__main__ import main
from tinytorch.export import ExportError, export_notebook

SOLUTION = ROOT / "solutions" / "acceleration" / "acceleration.ipynb"
EXERCISE = ROOT / "exercises" / "acceleration" / "acceleration.ipynb"


def test_the_solved_notebook_becomes_a_module_that_imports(tmp_path):
    exported = export_notebook(SOLUTION, tmp_path / "mine.py")
    assert exported.unwritten == ()
    assert {"vectorized_matmul", "fused_gelu", "tiled_matmul", "bound"} <= set(exported.written)
    spec = importlib.util.spec_from_file_location("mine", exported.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.matmul_cost(1, 1, 1) == (2, 12)


def test_the_untouched_notebook_is_exported_with_its_gaps_named(tmp_path, capsys):
    target = tmp_path / "mine.py"
    assert main(["export", str(EXERCISE), "-o", str(target)]) == 0
    assert "Still unwritten: vectorized_matmul, fused_gelu" in capsys.readouterr().out
    assert target.is_file()


def test_the_module_lies_beside_the_notebook_unless_told_otherwise(tmp_path):
    copy = tmp_path / "acceleration.ipynb"
    copy.write_bytes(EXERCISE.read_bytes())
    assert export_notebook(copy).path == tmp_path / "acceleration.py"


def notebook(*cells, tags=("export",)):
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "source": c, "metadata": {"tags": list(tags)}} for c in cells
            ]
        }
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not json", "is not a notebook"),
        ("[]", "holds no cells"),
        (notebook("x = 1", tags=()), "no cell of the notebook carries the tag"),
        (notebook("def f(:\n  pass"), "is not Python"),
        (b"\xff\xfe\x00", "is not a notebook"),
    ],
)
def test_what_cannot_be_exported_is_explained_and_leaves_no_file(
    tmp_path, content, sentence, capsys
):
    broken = tmp_path / "broken.ipynb"
    broken.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["export", str(broken)]) == 2
    error = capsys.readouterr().err
    assert sentence in error and "Traceback" not in error and error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["broken.ipynb"]


@pytest.mark.parametrize("target", ["mine.txt", "missing/mine.py"])
def test_a_target_that_cannot_be_written_is_explained(tmp_path, target):
    with pytest.raises(ExportError):
        export_notebook(SOLUTION, tmp_path / target)
    assert list(tmp_path.iterdir()) == []


def test_a_byte_order_mark_is_no_obstacle(tmp_path):
    marked = tmp_path / "acceleration.ipynb"
    marked.write_bytes(b"\xef\xbb\xbf" + EXERCISE.read_bytes())
    assert export_notebook(marked).path.is_file()


def test_the_command_without_arguments_shows_how_to_use_it():
    run = subprocess.run(
        [sys.executable, "-m", "tinytorch"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 2
    assert "usage: python -m tinytorch" in run.stderr and "Traceback" not in run.stderr
