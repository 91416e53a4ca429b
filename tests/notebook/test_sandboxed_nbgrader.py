"""What the sandbox graded, seen with nbgrader's own commands and its formgrader."""

import csv
import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy import create_engine, text

from authoring.notebooks import ROOT
from autograder.gradebook import Course, record
from tests.notebook.conftest import NOTEBOOK
from tests.notebook.formgrading import formgrader_of, get
from tests.notebook.test_nbgrader import scores

pytestmark = pytest.mark.slow

LINE = 'c.Autograde.autograde_preprocessors = ["autograder.gradebook.nbgrader.GradeInSandbox"]'
HOSTILE = "<script>alert('essay')</script>"


class SandboxedCourse:
    """The same submissions as the plain course, in a folder of their own."""

    def __init__(self, folder, plain):
        self.folder = folder
        self.plain = plain
        shutil.copytree(plain.folder / "submitted", folder / "submitted")
        shutil.copytree(plain.folder / "exercises", folder / "exercises")
        shutil.copytree(plain.folder / "solutions", folder / "solutions")
        configuration = (ROOT / "nbgrader_config.py").read_text()
        (folder / "nbgrader_config.py").write_text(f"{configuration}\n{LINE}\n")

    def run(self, module, *arguments):
        """Run a command in the course folder and return what it printed."""
        run = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env=os.environ
            | {
                "PYTHONPATH": str(ROOT),
                "JUPYTER_CONFIG_DIR": str(self.folder),
                "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout + run.stderr


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """A course that `autograder grade` graded, with two students who handed in something else."""
    sandboxed = SandboxedCourse(tmp_path_factory.mktemp("sandboxed"), course)
    notebook = course.released()
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id == "performance-essay":
            cell.source = HOSTILE
    hostile = sandboxed.folder / "submitted" / "hostile" / NOTEBOOK
    hostile.parent.mkdir(parents=True)
    nbformat.write(notebook, hostile)
    broken = sandboxed.folder / "submitted" / "broken" / NOTEBOOK
    broken.parent.mkdir(parents=True)
    broken.write_text("no notebook")
    sandboxed.run("autograder", "grade", "submitted")
    return sandboxed


def test_the_rows_of_the_assignment_are_those_that_nbgrader_writes(course, tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    ours = Course.at(tmp_path)
    record([], {}, ours, course.released())
    assert assignment_rows(ours.database_url) == assignment_rows(
        f"sqlite:///{course.folder / 'gradebook.db'}"
    )


def assignment_rows(url):
    """Every row of the assignment, its keys left out, which are random."""
    cell = "JOIN base_cell ON base_cell.id = {0}.id JOIN notebook ON notebook.id = notebook_id"
    queries = {
        "alembic_version": "SELECT * FROM alembic_version",
        "assignment": "SELECT name, duedate, course_id FROM assignment",
        "notebook": "SELECT notebook.name, kernelspec, assignment.name FROM notebook "
        "JOIN assignment ON assignment.id = assignment_id",
        "base_cell": "SELECT base_cell.name, type, notebook.name FROM base_cell "
        "JOIN notebook ON notebook.id = notebook_id",
        "grade_cells": "SELECT base_cell.name, max_score, cell_type FROM grade_cells "
        + cell.format("grade_cells"),
        "solution_cells": "SELECT base_cell.name FROM solution_cells "
        + cell.format("solution_cells"),
        "task_cells": "SELECT base_cell.name, max_score FROM task_cells "
        + cell.format("task_cells"),
        "source_cell": "SELECT source_cell.name, cell_type, locked, source, checksum "
        "FROM source_cell JOIN notebook ON notebook.id = notebook_id",
    }
    engine = create_engine(url)
    with engine.connect() as connection:
        # Cells stand in the order of the notebook, which nbgrader relies on.
        found = {
            name: [tuple(row) for row in connection.execute(text(query))]
            for name, query in queries.items()
        }
    engine.dispose()
    return found | {"base_cell": sorted(found["base_cell"])}


@pytest.mark.parametrize("student", ["solved", "untouched", "page"])
def test_the_sandbox_gives_the_scores_that_nbgraders_kernel_gives(course, graded, student):
    assert scores(graded, student) == scores(course, student)


def test_feedback_of_nbgrader_shows_the_reports_and_how_grading_ended(graded):
    graded.run("nbgrader", "generate_feedback", "acceleration")
    pages = {
        student: (graded.folder / f"feedback/{student}/acceleration/acceleration.html").read_text()
        for student in ("page", "broken", "hostile")
    }
    assert "book/fusion.md" in pages["page"] and "book/tiling.md" in pages["page"]
    assert "autograder-note" in pages["page"] and "autograder-note" in pages["broken"]
    assert "Unreadable" in pages["broken"]
    assert "alert('essay')" in pages["hostile"] and HOSTILE not in pages["hostile"]


def test_export_of_nbgrader_lists_the_scores(graded, tmp_path):
    target = tmp_path / "grades.csv"
    with Gradebook(f"sqlite:///{graded.folder / 'gradebook.db'}", "acceleration") as gradebook:
        CsvExportPlugin(to=str(target)).export(gradebook)
    with target.open(newline="") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert exported["solved"] == 90
    assert exported["untouched"] == exported["broken"] == 0


def test_the_formgrader_shows_every_submission_with_its_score_and_its_report(graded, tmp_path):
    with formgrader_of(graded.folder, tmp_path) as formgrader:
        submissions = json.loads(get(f"{formgrader}/api/submissions/acceleration"))
        listed = {submission["student"]: submission for submission in submissions}
        assert listed["solved"]["score"] == 90 and listed["solved"]["needs_manual_grade"]
        assert listed["broken"]["score"] == 0 and not listed["broken"]["needs_manual_grade"]
        notebooks = json.loads(
            get(f"{formgrader}/api/submitted_notebooks/acceleration/acceleration")
        )
        assert {notebook["student"] for notebook in notebooks} == set(listed)
        for notebook in notebooks:
            page = get(f"{formgrader}/submissions/{notebook['id']}/")
            assert "test-tiled-matmul" in page and "autograder-note" in page
            assert HOSTILE not in page


def test_nbgraders_own_autograde_uses_the_sandbox_with_one_line(course, graded):
    """Runs last: it grades the same course again."""
    for student in ("hostile", "broken"):
        shutil.rmtree(graded.folder / "submitted" / student)
    graded.run("nbgrader", "autograde", "acceleration", "--force")
    for student in ("solved", "untouched", "page"):
        assert scores(graded, student) == scores(course, student)
        notebook = nbformat.read(graded.folder / "autograded" / student / NOTEBOOK, as_version=4)
        assert "autograder-note" in notebook.cells[0].source
        # Nothing ran in a kernel: only the checks have a result.
        outputs = [cell for cell in notebook.cells if cell.get("outputs")]
        assert len(outputs) == 5
