"""nbgrader's formgrader, in a real Jupyter server, shows the course that was autograded."""

import json

import pytest

from tests.notebook.formgrading import formgrader_of, get

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def formgrader(course, tmp_path_factory):
    """Address of the formgrader of a server that runs in the course folder."""
    with formgrader_of(course.folder, tmp_path_factory.mktemp("home")) as address:
        yield address


def test_the_assignment_is_listed_with_its_points(formgrader):
    (assignment,) = json.loads(get(f"{formgrader}/api/assignments"))
    assert assignment["name"] == "acceleration"
    assert assignment["max_score"] == 100
    assert assignment["num_submissions"] == 3


def test_every_submission_is_shown_with_its_score(formgrader):
    submissions = json.loads(get(f"{formgrader}/api/submissions/acceleration"))
    scores = {submission["student"]: submission["score"] for submission in submissions}
    assert scores["solved"] == 90
    assert scores["untouched"] == 0
    assert 0 < scores["page"] < 90


def test_a_submission_opens_with_the_report_of_its_checks(formgrader):
    notebooks = json.loads(get(f"{formgrader}/api/submitted_notebooks/acceleration/acceleration"))
    for notebook in notebooks:
        page = get(f"{formgrader}/submissions/{notebook['id']}/")
        assert "test-tiled-matmul" in page and "performance-essay" in page
