"""The student bundle runs on its own and holds no solution, and a leak stops the release."""

import re
import subprocess
import sys
import tomllib
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient

from authoring import release as releasing
from authoring.__main__ import main as command
from authoring.notebooks import ROOT
from authoring.release import ReleaseError, release
from autograder import handout
from autograder.handout import bundled_files, leaks


def test_no_bundled_file_holds_a_solution():
    assert leaks() == []


def test_the_solved_module_would_be_caught(monkeypatch):
    monkeypatch.setattr(handout, "WITHHELD", ())
    assert any("tinytorch/perf/acceleration.py" in leak for leak in leaks())
    with pytest.raises(ReleaseError, match="would hold what no student may see"):
        release()


def test_a_stale_generated_file_stops_the_release(monkeypatch, tmp_path):
    from pathlib import Path

    monkeypatch.setattr(releasing, "stale_files", lambda: [Path("exercises/x.ipynb")])
    with pytest.raises(ReleaseError, match="run `make sync`"):
        release(tmp_path / "bundle.zip")
    assert list(tmp_path.iterdir()) == []


def test_two_releases_give_the_same_bytes(tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    release(first)
    release(second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.zip", "second.zip"]


@pytest.mark.slow
def test_the_notebook_runs_from_the_bundle_alone(tmp_path):
    release(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path)
    root = tmp_path / "acceleration"
    # What is imported must come from the bundle: the repository's own packages are out of reach.
    probe = "import tinytorch, autograder; print(tinytorch.__file__, autograder.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.count(str(root)) == 2
    measuring = subprocess.run(
        [sys.executable, "-m", "tinytorch", "measure"],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert measuring.returncode == 2
    assert measuring.stderr.startswith("Nothing was measured: ")
    path = root / "exercises" / "acceleration" / "acceleration.ipynb"
    notebook = nbformat.read(path, as_version=4)
    setup = nbformat.v4.new_code_cell(f"import sys; sys.path.insert(0, {str(root)!r})")
    notebook.cells.insert(0, setup)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, resources=resources).execute()


def test_the_commands_say_what_they_did(capsys):
    assert command(["release"]) == 0
    assert f"{len(bundled_files())} files, no solution among them" in capsys.readouterr().out
    assert command(["sync", "--check"]) == 0


def test_the_bundle_holds_what_the_notebook_needs():
    names = {path.as_posix() for path in bundled_files()}
    assert "exercises/acceleration/acceleration.ipynb" in names
    assert "tinytorch/core/tensor.py" in names
    assert not any(name.startswith("solutions") for name in names)
    assert (ROOT / "requirements.txt").is_file()


def test_the_bundle_can_be_installed_as_its_readme_says(tmp_path):
    release(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        readme = archive.read("acceleration/README.md").decode()
        project = tomllib.loads(archive.read("acceleration/pyproject.toml").decode())["project"]
        names = set(archive.namelist())
    assert f"acceleration/{project['readme']}" in names
    for file in ("requirements.txt", "exercises/acceleration/acceleration.ipynb"):
        assert file in readme and f"acceleration/{file}" in names


def test_every_chapter_that_the_notebook_links_to_is_in_the_bundle():
    names = {path.as_posix() for path in bundled_files()}
    notebook = (ROOT / "exercises" / "acceleration" / "acceleration.ipynb").read_text()
    linked = set(re.findall(r"\(\.\./\.\./(book/\w+\.md)\)", notebook))
    assert len(linked) >= 6
    assert linked <= names
