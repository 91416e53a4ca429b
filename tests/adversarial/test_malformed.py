"""No submission stops the batch: each ends as it should, says why, and keeps what was written."""

from __future__ import annotations

import nbformat
import pytest

from autograder.grading import Settings, grade_batch
from autograder.grading.settings import confirmations
from autograder.parts import PARTS
from autograder.sandbox import Limits, find_sandbox
from autograder.submissions.collect import collect
from autograder.submissions.errors import Missing, Unreadable
from autograder.submissions.reading import read
from autograder.submissions.repair import prepare
from tests.adversarial.malformed.case import RELEASED
from tests.adversarial.malformed.corpus import CORPUS
from tests.adversarial.malformed.running import parts_that_work


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    """The whole corpus as one class, collected."""
    folder = tmp_path_factory.mktemp("malformed") / "submitted"
    for case in CORPUS:
        case.deliver(folder / case.name)
    return {submission.student_id: submission for submission in collect(folder)}


@pytest.fixture(scope="module")
def endings(submissions):
    """What becomes of each submission up to its grading."""
    return {name: ended(submission) for name, submission in submissions.items()}


def ended(submission):
    """Status, sentences, prepared notebook."""
    try:
        prepared = prepare(read(submission), RELEASED)
    except Missing as error:
        return "missing", (str(error),), None
    except Unreadable as error:
        return "unreadable", (str(error),), None
    status = "partial" if prepared.losses else "repaired" if prepared.repairs else "graded"
    return status, (*prepared.losses, *prepared.repairs), prepared


def test_there_are_enough_and_each_has_a_name_of_its_own():
    names = [case.name for case in CORPUS]
    assert len(set(names)) == len(names) >= 45


def test_every_student_has_a_submission(submissions):
    assert sorted(submissions) == sorted(case.name for case in CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_it_ends_as_it_should_and_says_why(case, submissions, endings):
    remarks = submissions[case.name].remarks
    status, sentences, prepared = endings[case.name]
    said = " ".join((*sentences, *remarks))
    assert status == case.status, said
    for word in case.says:
        assert word in said
    for sentence in (*sentences, *remarks):
        assert sentence[-1] == "." and "\n" not in sentence and len(sentence) < 1000
    assert (parts_that_work(prepared) if prepared else frozenset()) == case.keeps


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_the_repaired_notebook_is_whole(case, endings):
    _, _, prepared = endings[case.name]
    if prepared is None:
        return
    nbformat.validate(prepared.notebook)
    assert nbformat.writes(prepared.notebook).encode()
    assert prepared.notebook.metadata == RELEASED.metadata
    ours = [cell for cell in prepared.notebook.cells if "nbgrader" in cell.metadata]
    assert [cell.metadata for cell in ours] == [cell.metadata for cell in RELEASED.cells]
    for cell, released in zip(ours, RELEASED.cells, strict=True):
        if not released.metadata.nbgrader.solution:
            assert cell == released
    for cell in prepared.notebook.cells:
        assert cell.cell_type != "code" or not cell.outputs


@pytest.fixture(scope="module")
def graded(submissions, endings, tmp_path_factory):
    """The corpus in one batch; of those that run the very same cells, the first stands for all."""
    chosen = {}
    for case in CORPUS:
        prepared = endings[case.name][2]
        key: object = case.name
        if prepared:
            sources = tuple(cell.source for cell in prepared.cells)
            key = (sources, tuple(prepared.checked_after.items()))
        chosen.setdefault(key, submissions[case.name])
    settings = Settings(
        released=RELEASED,
        sandbox=find_sandbox("bubblewrap"),
        limits=Limits(),
        secret=bytes(32),
        confirmations=confirmations(),
    )
    out = tmp_path_factory.mktemp("graded")
    results = grade_batch(list(chosen.values()), settings, out, 2, None, None)
    return {result.student_id: result for result in results}


@pytest.mark.slow
def test_the_batch_ends_with_a_row_for_each(graded):
    expected = {case.name: case for case in CORPUS if case.name in graded}
    assert len(expected) == len(graded) >= 45
    assert {name: result.status for name, result in graded.items()} == {
        name: case.status for name, case in expected.items()
    }
    assert all(result.reason for result in graded.values())


@pytest.mark.slow
def test_what_is_still_there_earns_every_point_and_the_rest_none(graded):
    points = {name: part.points for name, part in PARTS.items()}
    for case in CORPUS:
        if case.name in graded:
            earned = {name: points[name] if name in case.keeps else 0 for name in PARTS}
            assert graded[case.name].parts == earned, case.name
