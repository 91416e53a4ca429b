"""What a student may have: everything that the notebook needs, and nothing that gives it away."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from authoring.release import release
from autograder.handout import (
    NOTEBOOK,
    PRISTINE,
    ROOT,
    bundled_files,
    places,
    released_notebook,
    solution_lines,
)


def test_the_secret_lines_are_those_between_the_markers():
    secret = solution_lines()
    assert "np.exp(result, out=result)" not in secret  # short enough to stand in honest code
    assert "np.matmul(a_tile, b_tile, out=partial)" in secret
    assert not any(line.startswith("### ") for line in secret)


def test_what_confirms_a_measure_is_withheld():
    assert (ROOT / "autograder" / "hidden").is_dir() and (ROOT / "autograder" / "replay").is_dir()
    names = [path.as_posix() for path in bundled_files()]
    assert not [
        name
        for name in names
        if name.startswith(("autograder/hidden", "autograder/rep"))
        and not name.startswith("autograder/report")
    ]
    assert "autograder/checks/tiled_matmul.py" in names


def test_the_notebook_lies_in_the_bundle_twice_and_the_untouched_one_counts(tmp_path):
    assert places(NOTEBOOK) == [NOTEBOOK, PRISTINE]
    assert released_notebook() == ROOT / NOTEBOOK
    for place in places(NOTEBOOK):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).touch()
    assert released_notebook(tmp_path) == tmp_path / PRISTINE


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    release(folder / "bundle.zip")
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        archive.extractall(folder)
    return folder / "acceleration"


def in_bundle(bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with nothing to import but the bundle and the installed packages."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=bundle,
        env={"PYTHONPATH": str(bundle), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_student_checks_a_notebook_with_the_bundle_alone(bundle):
    assert not (bundle / "autograder" / "hidden").exists()
    run = in_bundle(bundle, "check", NOTEBOOK.as_posix())
    assert run.returncode == 0, run.stderr
    assert "Total: 0 of 90 points" in run.stdout
    assert run.stdout.count("not written yet") >= 5
    assert "Traceback" not in run.stdout + run.stderr


def test_the_bundle_makes_no_bundle(bundle):
    run = in_bundle(bundle, "release")
    assert run.returncode == 2
    assert "run this in the course's repository" in run.stderr and run.stderr.count("\n") == 1
