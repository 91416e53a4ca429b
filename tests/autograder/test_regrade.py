"""Grading again touches only what changed, and says what became of each score."""

import csv
import shutil

import pytest

from autograder.grading import grade_batch, regrade
from autograder.grading.journal import NAME as JOURNAL
from autograder.grading.journal import JournalError
from autograder.grading.regrade import NAME, regrade_batch
from autograder.results.jsonl import Results, ResultsError
from autograder.submissions import Submission
from tests.autograder.fake_grading import class_of, grade_as_told, settings, submit


class Class:
    """A class that was graded once, in folders of its own."""

    def __init__(self, folder, graded):
        self.submitted, self.out = folder / "submitted", folder / "out"
        self.submissions = submit(self.submitted, class_of(4))
        shutil.copytree(graded, self.out)
        self.before = self.lines()

    def regrade(self, **options):
        return regrade_batch(
            self.submissions, settings(b"second"), self.out, grading=grade_as_told, **options
        )

    def lines(self):
        results = Results(self.out / "results.jsonl")
        return {student: results.line(student) for student in results.students}

    def table(self):
        with (self.out / NAME).open(newline="") as file:
            return {row["student_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    submissions = submit(folder / "submitted", class_of(4))
    grade_batch(submissions, settings(b"first"), folder / "out", grading=grade_as_told)
    return folder / "out"


@pytest.fixture
def graded(tmp_path, first_run):
    return Class(tmp_path, first_run)


def test_without_a_change_every_row_keeps_its_bytes(graded):
    csv_before = (graded.out / "grades.csv").read_bytes()
    regraded = graded.regrade()
    assert regraded.changes == () and graded.table() == {}
    assert graded.lines() == graded.before
    assert (graded.out / "grades.csv").read_bytes() == csv_before


def test_what_is_new_or_handed_in_anew_is_graded_and_nothing_else(graded):
    graded.submissions = submit(
        graded.submitted, class_of(4) | {"student01": "better work", "late": "work"}
    )
    regraded = graded.regrade()
    assert {change.student_id: change.why for change in regraded.changes} == {
        "late": "new",
        "student01": "submission changed",
    }
    after = graded.lines()
    assert list(after) == ["late", "student00", "student01", "student02", "student03"]
    for student in ("student00", "student02", "student03"):
        assert after[student] == graded.before[student]
    table = graded.table()
    assert table["late"]["old_score"] == "" and table["late"]["new_status"] == "graded"
    old = float(table["student01"]["old_score"])
    assert f'"score": {old}' in graded.before["student01"]


def test_other_checks_grade_everybody_again(graded, monkeypatch):
    monkeypatch.setattr(regrade, "checks_digest", lambda: "new checks")
    changes = graded.regrade().changes
    assert [change.why for change in changes] == ["checks changed"] * 4


def test_a_student_is_graded_again_on_demand(graded):
    (change,) = graded.regrade(students=["student02"]).changes
    assert (change.student_id, change.why) == ("student02", "asked for")
    assert graded.lines()["student02"] != graded.before["student02"]


def test_who_has_a_row_and_no_submission_keeps_the_row(graded):
    gone = graded.submissions.pop(0)
    regraded = graded.regrade()
    assert regraded.absent == (gone.student_id,)
    assert graded.lines() == graded.before


def test_an_interrupted_run_goes_on_with_its_table(graded):
    graded.submissions = submit(graded.submitted, class_of(4) | {"student01": "better work"})

    def stop(results):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        graded.regrade(finish=stop)
    # The file of results is new by now; what was there before stands in the journal.
    after, table = graded.lines(), graded.table()
    assert list(table) == ["student01"]
    graded.regrade()
    assert graded.lines() == after and graded.table() == table
    assert not (graded.out / JOURNAL).exists()


def test_without_results_there_is_nothing_to_grade_again(tmp_path):
    with pytest.raises(ResultsError, match="There are no results at"):
        regrade_batch([], settings(), tmp_path / "out", grading=grade_as_told)


def test_an_unfinished_run_of_grade_comes_first(graded):
    def stop(results):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        grade_batch(graded.submissions, settings(), graded.out, grading=grade_as_told, finish=stop)
    with pytest.raises(JournalError, match="unfinished run of `autograder grade`"):
        graded.regrade()


def test_a_formula_is_none_in_the_table(graded):
    graded.submissions.append(Submission("=1+1", graded.submissions[0].path))
    graded.regrade()
    assert list(graded.table()) == ["'=1+1"]
