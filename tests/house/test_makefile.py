"""The make targets say what they are, and what to do where they cannot work."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder, apart from the make that may run this test."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def stand_in_for_python(path: Path, script: str) -> Path:
    """Write a program that answers as some other Python would."""
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path):
    """Give a folder with what the environment is made from, and no environment."""
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_make_alone_lists_the_targets():
    listing = make(ROOT).stdout
    for target in ("book", "serve", "lab", "test", "test-fast", "release", "sync", "measure"):
        assert f"make {target} " in listing


@pytest.mark.parametrize(("target", "environment"), [("book", ".venv"), ("bench", ".venv-bench")])
def test_a_python_that_is_too_old_is_named_with_what_to_do(folder, target, environment):
    old = stand_in_for_python(folder / "old-python", "exit 1")
    run = make(folder, f"PYTHON={old}", target)
    assert run.returncode != 0
    assert "No Python 3.11 or newer was found" in run.stderr
    assert "make PYTHON=" in run.stderr
    assert not (folder / environment).exists()


def test_a_python_without_venv_is_named_with_what_to_do(folder):
    bare = stand_in_for_python(folder / "bare-python", 'case "$2" in *venv*) exit 1;; esac')
    run = make(folder, f"PYTHON={bare}", "book")
    assert run.returncode != 0
    assert "sudo apt-get install python3-venv" in run.stderr
    assert not (folder / ".venv").exists()


def test_the_comparison_leaves_the_pinned_environment_alone(folder):
    plan = make(folder, "--dry-run", "bench").stdout
    installing = [line for line in plan.splitlines() if "-m pip" in line]
    assert installing
    assert all(line.strip().startswith(".venv-bench/bin/python") for line in installing)
    # Everything but the course itself, which brings nothing along, stays within the pins.
    assert all("--constraint requirements.txt" in x or "--no-deps" in x for x in installing)
    assert ".venv/" not in plan


def test_clean_removes_both_environments(folder):
    (removal, *_) = make(folder, "--dry-run", "clean").stdout.splitlines()
    assert {".venv", ".venv-bench"} <= set(removal.split())


def test_a_gpu_is_measured_with_the_python_that_is_named_and_nothing_is_installed(folder):
    theirs = stand_in_for_python(folder / "their-python", 'echo "$@"')
    run = make(folder, f"GPU_PYTHON={theirs}", "measure-gpu")
    assert run.returncode == 0
    assert run.stdout == "-m tinytorch measure --accelerator\n"
    assert not any((folder / name).exists() for name in (".venv", ".venv-bench"))
