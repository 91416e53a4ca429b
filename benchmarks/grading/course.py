"""Courses to grade in, and the two ways to grade one: each a command, as an instructor runs it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from authoring.grading_labels import NBGRADER, OURS
from authoring.notebooks import ROOT

COMMANDS = {
    OURS: ("autograder", "grade", "submitted"),
    NBGRADER: ("nbgrader", "autograde", "acceleration"),
}
_LAST_LINES = 5


class GradingFailed(RuntimeError):
    """A command did not end as it should; the text holds the last lines that it wrote."""


def make_course(folder: Path) -> Path:
    """Make a course in a new folder, released by nbgrader, and return the folder."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "solutions" / "acceleration", folder / "solutions" / "acceleration")
    run(folder, ("nbgrader", "generate_assignment", "acceleration"))
    return folder


def with_submissions(course: Path, folder: Path, notebooks: Sequence[bytes]) -> Path:
    """Copy a course that nobody has handed in to, hand in these notebooks, return the copy."""
    shutil.copytree(course, folder)
    for number, notebook in enumerate(notebooks):
        target = folder / "submitted" / f"student-{number:04}" / "acceleration"
        target.mkdir(parents=True)
        (target / "acceleration.ipynb").write_bytes(notebook)
    return folder


def started(folder: Path, command: Sequence[str]) -> subprocess.Popen[str]:
    """Start a command of this Python's environment in a course."""
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "JUPYTER_CONFIG_DIR": str(folder),
            # nbgrader calls programs of its environment by name.
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(folder: Path, command: Sequence[str]) -> None:
    """Run a command in a course.

    Raises
    ------
    GradingFailed
        If its status is not 0.
    """
    process = started(folder, command)
    said, _ = process.communicate()
    check(process, command, said)


def check(process: subprocess.Popen[str], command: Sequence[str], said: str) -> None:
    """Raise `GradingFailed` unless a process that ended has the status 0."""
    if process.returncode:
        last = "\n".join(said.splitlines()[-_LAST_LINES:])
        raise GradingFailed(
            f"`{' '.join(command)}` ended with status {process.returncode}:\n{last}"
        )


def scores(folder: Path) -> dict[tuple[str, str], float | None]:
    """Return the automatic score of each student and cell from a course's gradebook."""
    with sqlite3.connect(folder / "gradebook.db") as gradebook:
        rows = gradebook.execute(
            "SELECT student_id, base_cell.name, auto_score FROM grade "
            "JOIN base_cell ON base_cell.id = cell_id "
            "JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id "
            "JOIN submitted_assignment "
            "ON submitted_assignment.id = submitted_notebook.assignment_id"
        ).fetchall()
    gradebook.close()
    return {(student, cell): score for student, cell, score in rows}
