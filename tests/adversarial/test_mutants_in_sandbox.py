"""Every wrong implementation loses in the sandbox what it loses in the kernel; a right one nothing.

The parts of a notebook do not depend on each other: one notebook holds an implementation of each.
"""

import importlib
from itertools import zip_longest

import nbformat
import pytest

from authoring.demo_class.notebook import RELEASED
from autograder.grading import Settings, grade_batch
from autograder.hidden import CONFIRMATIONS
from autograder.parts import PARTS
from autograder.sandbox import Limits, find_sandbox
from autograder.submissions import Submission
from tests.adversarial.packing import packed

pytestmark = pytest.mark.slow


def implementations(part):
    """Each implementation of a part as a name, an expression for a cell, and what it loses."""
    mutants = importlib.import_module(f"tests.mutants.{part}").MUTANTS
    for mutant in mutants:
        yield mutant.name, f"mutant({part!r}, {mutant.name!r})", mutant.loses
    for number, solution in enumerate(importlib.import_module(f"tests.honest.{part}").HONEST):
        name = solution["__name__"] if isinstance(solution, dict) else solution.__name__
        yield f"honest-{name}", f"honest({part!r}, {number})", frozenset()


ROWS = list(zip_longest(*(implementations(part) for part in PARTS)))
CASES = [
    pytest.param(number, part, loses, id=f"{part}-{name}")
    for number, row in enumerate(ROWS)
    for part, implementation in zip(PARTS, row, strict=True)
    if implementation is not None
    for name, _, loses in (implementation,)
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Grade them all in one batch."""
    folder = tmp_path_factory.mktemp("packed")
    submissions = []
    for number, row in enumerate(ROWS):
        path = folder / f"{number:02}.ipynb"
        chosen = zip(PARTS, row, strict=True)
        path.write_bytes(packed({part: one[1] for part, one in chosen if one is not None}))
        submissions.append(Submission(f"{number:02}", path))
    settings = Settings(
        released=nbformat.read(RELEASED, as_version=4),
        sandbox=find_sandbox("bubblewrap"),
        limits=Limits(),
        secret=bytes(32),
        confirmations=CONFIRMATIONS,
    )
    graded = grade_batch(submissions, settings, folder / "out", 2, None, None)
    return {result.student_id: result for result in graded}


@pytest.mark.parametrize(("number", "part", "loses"), CASES)
def test_an_implementation_loses_exactly_its_items(results, number, part, loses):
    result = results[f"{number:02}"]
    assert (result.status, result.printed) == ("graded", ""), result.reason
    items = result.reports[part]["items"]
    lost = {item["id"] for item in items if item["status"] != "passed"}
    assert lost == loses, [item["details"] for item in items if item["status"] == "failed"]
