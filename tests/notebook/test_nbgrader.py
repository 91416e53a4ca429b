"""The assignment through nbgrader's own commands: generate, autograde, feedback, export."""

import csv

import pytest
from nbgrader.api import Gradebook

from authoring.notebooks import ROOT
from autograder.parts import PARTS

pytestmark = pytest.mark.slow

ESSAY_POINTS = 10


def scores(course, student):
    """Automatic score of each test cell by grade id."""
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}", "acceleration") as gradebook:
        submission = gradebook.find_submission("acceleration", student)
        return {
            grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades
        }


def points_of_tests():
    return {part.test_cell: part.points for part in PARTS.values()}


def test_the_points_are_those_of_the_design(course):
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}", "acceleration") as gradebook:
        assert gradebook.find_assignment("acceleration").max_score == 100
    assert sum(points_of_tests().values()) == 100 - ESSAY_POINTS


def test_the_solution_earns_every_automatic_point(course):
    assert scores(course, "solved") == points_of_tests() | {"performance-essay": None}


def test_the_untouched_notebook_earns_nothing(course):
    assert scores(course, "untouched") == dict.fromkeys(points_of_tests(), 0) | {
        "performance-essay": 0
    }


def test_the_pages_own_code_loses_the_points_for_fusion_and_tiling(course):
    got, full = scores(course, "page"), points_of_tests()
    # One GEMM is one GEMM: only the message for batches that do not fit is missing.
    assert got["test-vectorized-matmul"] == full["test-vectorized-matmul"] - 2
    # Right values without a Python loop; x**3, the temporaries and float64 cost the rest.
    assert got["test-fused-gelu"] == 5
    # Right values for every shape; neither loop is tiled, and a vector is not refused.
    assert got["test-tiled-matmul"] == full["test-tiled-matmul"] - 10
    assert got["test-unfused-gelu"] == got["test-performance-analysis"] == 0


def test_what_nbgrader_generates_is_what_is_committed(course):
    generated = (course.folder / "exercises/acceleration/acceleration.ipynb").read_text()
    committed = (ROOT / "exercises/acceleration/acceleration.ipynb").read_text()
    assert generated.rstrip() == committed.rstrip()


def test_feedback_tells_the_learner_what_to_mend(course):
    course.nbgrader("generate_feedback", "acceleration", "--student", "page")
    page = (course.folder / "feedback/page/acceleration/acceleration.html").read_text()
    assert "book/fusion.md" in page and "book/tiling.md" in page
    assert "Traceback (most recent call last)" not in page


def test_export_lists_every_learner_with_a_score(course):
    course.nbgrader("export")
    with (course.folder / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(rows["solved"]["score"]) == sum(points_of_tests().values())
    assert float(rows["untouched"]["score"]) == 0
