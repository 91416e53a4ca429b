"""What the instructor's commands print for the class of 40: recorded for the chapter, never typed.

The commands run in a course folder of their own, one after the other. Of what they say on standard
error the progress is left out, which is another in every run.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from authoring.demo_class import write_class
from authoring.notebooks import ROOT
from tinytorch.core.whole_file import write_whole

RECORDING = ROOT / "book" / "walkthrough" / "grading.json"
# What a course folder holds before anything is handed in.
COURSE_FILES = ("nbgrader_config.py", "exercises/acceleration", "solutions/acceleration")
NOTEBOOK = "submitted/{}/acceleration/acceleration.ipynb"


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


COMMANDS = {
    "grade": "python -m autograder grade submitted",
    "rows": "grep -v ,graded, grades/grades.csv",
    "report": "python -m autograder report",
    "similar": "python -m autograder similar submitted --top 3",
    "again": f"cp {NOTEBOOK.format('bergstrom_l')} {NOTEBOOK.format('xenakis_p')}",
    "regrade": "python -m autograder regrade submitted",
    "export": "python -m autograder export --to csv --gradebook sqlite:///gradebook.db",
    "check": f"python -m autograder check {NOTEBOOK.format('bergstrom_l')}",
}
WITH_PROGRESS = ("grade", "regrade")


class WalkthroughError(RuntimeError):
    """A command failed; the text says which and how."""


def walk(folder: Path) -> list[Printed]:
    """Run every command in an empty folder.

    Raises
    ------
    WalkthroughError
        If one of them fails.
    """
    for name in COURSE_FILES:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    written = folder / "class"
    write_class(written)
    (written / "submitted").rename(folder / "submitted")
    return [_run(name, command, folder) for name, command in COMMANDS.items()]


def record() -> list[Printed]:
    """Walk through and write the recording."""
    with tempfile.TemporaryDirectory() as folder:
        printed = walk(Path(folder))
    data = [asdict(one) for one in printed]
    RECORDING.parent.mkdir(exist_ok=True)
    write_whole(RECORDING, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    return printed


def recorded() -> list[Printed]:
    """Read the recording."""
    return [Printed(**one) for one in json.loads(RECORDING.read_text(encoding="utf-8"))]


def _run(name: str, command: str, folder: Path) -> Printed:
    words = shlex.split(command)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        # nbgrader calls alembic by name, which lies beside this Python.
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    run = subprocess.run(
        [sys.executable if words[0] == "python" else words[0], *words[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise WalkthroughError(f"`{command}` ended with {run.returncode}: {run.stderr.strip()}")
    said = "" if name in WITH_PROGRESS else run.stderr
    return Printed(name, command, (run.stdout + said).rstrip())
