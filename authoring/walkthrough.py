"""What the instructor's commands print: recorded for the chapters, never typed.

Each walk runs its commands one after the other in a course of its own, a copy of this one. Of what
they say on standard error the progress is left out, which is another in every run.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from authoring.demo_class import ordinary, write_class
from authoring.demo_class.folder import HANDED_IN
from authoring.demo_class.platforms import write_platforms
from authoring.notebooks import ROOT
from autograder.results import Result
from autograder.results.jsonl import Results, to_line, write_results
from tinytorch.core.whole_file import write_whole

FOLDER = ROOT / "book" / "walkthrough"
# What the chapter about the class of 30 draws: what grading found, less what it does not show.
CLASS = FOLDER / "class.jsonl"
# Whom a platform hands out: a section of that class.
SECTION = (
    "bergstrom_l",
    "ekstrom_j",
    "iglesias_d",
    "kovalenko_o",
    "lindqvist_e",
    "o'connell_d",
    "ueda_m",
    "xenakis_p",
)
# Whose page of feedback that chapter shows.
SHOWN = "lindqvist_e"
COURSE_FILES = (
    "Makefile",
    "README.md",
    "authoring",
    "autograder",
    "book",
    "exercises",
    "nbgrader_config.py",
    "pyproject.toml",
    "requirements.txt",
    "solutions",
    "tinytorch",
)
NOTEBOOK = "submitted/{}/acceleration/acceleration.ipynb"
# They show a bar while they work.
_WITH_PROGRESS = re.compile(r"python -m autograder (re)?grade\b")


@dataclass(frozen=True)
class Printed:
    """One command and what it printed.

    Attributes
    ----------
    name : str
        What the chapter calls it.
    command : str
        As it is typed.
    output : str
        What it wrote to standard output, then what it said beside that.
    """

    name: str
    command: str
    output: str


@dataclass(frozen=True)
class Walk:
    """Commands that follow each other.

    Attributes
    ----------
    name : str
        The recording's.
    hand_in : callable
        Hands a class in; it gets the course.
    commands : dict of str to str
        What to type, by what the chapter calls it.
    """

    name: str
    hand_in: Callable[[Path], object]
    commands: dict[str, str]

    @property
    def recording(self) -> Path:
        """Where it is recorded."""
        return FOLDER / f"{self.name}.json"

    def recorded(self) -> list[Printed]:
        """Read the recording."""
        return [Printed(**one) for one in json.loads(self.recording.read_text(encoding="utf-8"))]


def _nothing(course: Path) -> None:
    """Leave the first command of a walk to hand the class in."""


def _class_of_40(course: Path) -> None:
    write_class(course / "class")
    (course / "class" / "submitted").rename(course / "submitted")


def _a_section(course: Path) -> None:
    notebooks = [one for one in sorted(ordinary.notebooks()) if one[0] in SECTION]
    write_platforms(course / HANDED_IN, notebooks)


WALKS = (
    Walk(
        "first",
        _nothing,
        {
            "class": "python -m authoring try-class",
            "release": "python -m autograder release",
            "grade": "python -m autograder grade submitted",
            "report": "python -m autograder report",
            "export": "python -m autograder export --to csv --gradebook sqlite:///gradebook.db",
        },
    ),
    Walk(
        "grading",
        _class_of_40,
        {
            "grade": "python -m autograder grade submitted",
            "rows": "grep -v ,graded, grades/grades.csv",
            "similar": "python -m autograder similar submitted --top 3",
            "again": f"cp {NOTEBOOK.format('bergstrom_l')} {NOTEBOOK.format('xenakis_p')}",
            "regrade": "python -m autograder regrade submitted",
        },
    ),
    Walk(
        "platforms",
        _a_section,
        {
            "canvas-grade": "python -m autograder grade handed-in/canvas/submissions.zip",
            "canvas-export": "python -m autograder export --to canvas "
            "--roster handed-in/canvas/gradebook.csv --gradebook sqlite:///gradebook.db",
            "canvas-file": "head -4 grades/canvas.csv",
            "moodle-grade": "python -m autograder grade handed-in/moodle/submissions.zip "
            "--out grades/moodle --no-gradebook",
            "moodle-export": "python -m autograder export grades/moodle --to moodle "
            "--roster handed-in/moodle/worksheet.csv",
            "gradescope-export": "python -m autograder export --to gradescope",
        },
    ),
)


class WalkthroughError(RuntimeError):
    """A command failed; the text says which and how."""


def walk_of(name: str) -> Walk:
    """Give a walk by its name."""
    (found,) = (walk for walk in WALKS if walk.name == name)
    return found


def walk(way: Walk, course: Path) -> list[Printed]:
    """Copy the course into a folder that is not there yet, and run every command in it.

    Raises
    ------
    WalkthroughError
        If one of them fails.
    """
    course.mkdir()
    for name in COURSE_FILES:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(ROOT / name, course / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, course / name)
    way.hand_in(course)
    return [_run(name, command, course) for name, command in way.commands.items()]


def record() -> list[Path]:
    """Take every walk and write what was printed; return the files."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for way in WALKS:
            course = Path(folder) / way.name
            data = [asdict(one) for one in walk(way, course)]
            write_whole(way.recording, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
            if way.name == "first":
                results = Results(course / "grades" / "results.jsonl")
                write_results(CLASS, map(to_line, shown_of(results)))
    return [*(way.recording for way in WALKS), CLASS]


def shown_of(results: Iterable[Result]) -> list[Result]:
    """Leave of a class's results what the chapter shows: every score, and one student's reports."""
    return [
        result
        if result.student_id == SHOWN
        else replace(result, reports={}, repairs=(), remarks=(), printed="")
        for result in results
    ]


def _run(name: str, command: str, course: Path) -> Printed:
    words = shlex.split(command)
    environment = os.environ | {
        "PYTHONPATH": str(course),
        # nbgrader calls alembic by name, which lies beside this Python.
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    run = subprocess.run(
        [sys.executable if words[0] == "python" else words[0], *words[1:]],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise WalkthroughError(f"`{command}` ended with {run.returncode}: {run.stderr.strip()}")
    said = "" if _WITH_PROGRESS.match(command) else run.stderr
    return Printed(name, command, (run.stdout + said).rstrip())
