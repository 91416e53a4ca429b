"""The notebook and what it runs need nothing that Windows lacks; a command that does says so."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.parts import PARTS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "exercises" / "acceleration" / "acceleration.ipynb"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Give what `without_posix.py` saw."""
    folder = tmp_path_factory.mktemp("class")
    shutil.copy(NOTEBOOK, folder)
    lines = [
        ["grade", str(folder), "--no-gradebook"],
        ["grade", str(folder), "--no-gradebook", "--no-sandbox"],
        ["check", str(NOTEBOOK)],
        ["similar", str(folder), "-o", str(folder / "similar.html")],
    ]
    run = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("without_posix.py")), json.dumps(lines)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_the_notebooks_imports_and_checks_work(outcome):
    assert outcome["notebook"]["calls"]
    assert outcome["notebook"]["score"] == PARTS["vectorized_matmul"].points
    assert "NumPy" in outcome["notebook"]["badge"]


def test_a_command_that_cannot_run_student_code_says_so_in_one_sentence(outcome):
    for status, said in outcome["commands"][:3]:
        assert status == 2
        (sentence,) = said.splitlines()
        assert sentence.startswith("Nothing was ")
        assert "WSL" in sentence


def test_a_command_that_runs_no_student_code_works(outcome):
    status, said = outcome["commands"][3]
    assert status == 0, said


def test_only_the_workers_own_process_needs_posix(outcome):
    # The first shows that the stand-in for Windows takes something away.
    assert outcome["lacking"] == ["autograder.worker.confinement"]
