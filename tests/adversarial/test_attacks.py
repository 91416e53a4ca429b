"""No attack gains a point, reads a secret, outlives its limits or disturbs a neighbour."""

import csv
import importlib
import io
import re
import signal
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from authoring.demo_class.notebook import RELEASED, as_bytes, filled
from autograder.class_report.writing import write_report
from autograder.gradebook import Course, record
from autograder.grading import Settings, grade_batch
from autograder.hidden import CONFIRMATIONS
from autograder.results import Result
from autograder.results.status import STATUSES
from autograder.sandbox import Limits, find_sandbox
from autograder.submissions import Submission
from tests.adversarial.attacks.answers import FULL
from tests.adversarial.world import VARIABLE, World

pytestmark = pytest.mark.slow

FILES = sorted((Path(__file__).parent / "attacks").glob("*.py"))
ATTACKS = [
    attack
    for file in FILES
    for attack in getattr(
        importlib.import_module(f"tests.adversarial.attacks.{file.stem}"), "ATTACKS", ()
    )
]
CONTROLS = importlib.import_module("tests.adversarial.attacks.controls").ATTACKS

LIMITS = Limits(
    cpu_seconds=4.0, wall_seconds=15.0, total_seconds=60.0, memory_bytes=768 * 2**20, processes=48
)
FULL_POINTS = 90.0
# Ids that a spreadsheet would run, that a page would, and that a path would.
ODD_IDS = (
    '=HYPERLINK("http://192.0.2.1";"x")',
    "+1+1",
    "@SUM(1+1)",
    "-2+3+cmd|' /C calc'!A0",
    'o\'neil, "the" <script>alert(1)</script>',
    "\x1b[2Jescape\r\nrow,graded",
    "..",
)
# The batch ends by itself long before this.
MOST_SECONDS = 900


class Class:
    """The graded class, and what was around it."""

    def __init__(self, world: World, results: dict[str, Result], left_out: list[str]) -> None:
        self.world = world
        self.results = results
        self.left_out = left_out
        self.files = {
            path: path.read_bytes() for path in sorted(world.out.rglob("*")) if path.is_file()
        }


def too_long(signal_number, frame):
    raise AssertionError(f"the batch did not end within {MOST_SECONDS} seconds")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade all attacks in one batch, honest neighbours among them."""
    world = World(tmp_path_factory.mktemp("world"))
    submissions = []

    def hand_in(student_id: str, data: bytes) -> None:
        path = world.submitted / f"{len(submissions):03}.ipynb"
        path.write_bytes(data)
        submissions.append(Submission(student_id, path))

    neighbour = as_bytes(filled(FULL))
    for number, attack in enumerate(ATTACKS):
        if number % 15 == 0:
            hand_in(f"neighbour-{number:03}", neighbour)
        hand_in(attack.name, attack.notebook(world.names))
    for student_id in ODD_IDS:
        hand_in(student_id, as_bytes(filled({})))
    hand_in("neighbour-last", neighbour)
    settings = Settings(
        released=nbformat.read(RELEASED, as_version=4),
        sandbox=find_sandbox("bubblewrap"),
        limits=LIMITS,
        secret=bytes.fromhex(world.secrets[1]) * 2,
        confirmations=CONFIRMATIONS,
    )
    previous = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(MOST_SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, world.variable)
        results = grade_batch(submissions, settings, world.out, 2, None, None)
    # What a person opens, and what nbgrader does.
    write_report(list(results), world.out, with_class=True)
    course = Course.at(world.out, f"sqlite:///{world.out / 'gradebook.db'}")
    handed_in = {submission.student_id: submission for submission in submissions}
    left_out = record(results, handed_in, course, settings.released)
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)
    yield Class(world, {result.student_id: result for result in results}, left_out)
    world.close()


def test_there_are_at_least_sixty_attacks_and_four_controls_of_each_kind():
    attacks = [attack for attack in ATTACKS if attack not in CONTROLS]
    assert len(attacks) >= 60
    points = [sum(control.earns.values()) for control in CONTROLS]
    assert points.count(FULL_POINTS) >= 4
    assert len(points) - points.count(FULL_POINTS) >= 4
    assert max(Counter(attack.name for attack in ATTACKS).values()) == 1


@pytest.mark.parametrize("attack", [pytest.param(a, id=a.name) for a in ATTACKS])
def test_an_attack_earns_what_its_code_earns_and_no_more(graded, attack):
    result = graded.results[attack.name]
    for part, points in result.parts.items():
        most = attack.earns.get(part, 0)
        assert points <= most, f"{attack.tries} {part}: {result.reports[part]['items']}"
        if attack.exactly:
            assert points == most, f"{part}: {result.reports[part]['items']} {result.printed}"
    assert result.status in attack.ends, result.reason


@pytest.mark.parametrize("attack", [pytest.param(a, id=a.name) for a in ATTACKS if a.speaks])
def test_an_attack_was_really_made(graded, attack):
    result = graded.results[attack.name]
    if result.status in ("timeout", "memory", "crashed"):
        # What a call prints is lost with its process; that it ended proves as much.
        return
    said = result.printed + "".join(report["printed"] for report in result.reports.values())
    assert f"mounted: {attack.name}" in said, said


def test_neighbours_are_not_disturbed(graded):
    for student_id, result in graded.results.items():
        if student_id.startswith("neighbour"):
            assert (result.status, result.score) == ("graded", FULL_POINTS), result


def test_every_submission_has_a_row_with_a_status_and_a_sentence(graded):
    assert len(graded.results) == len(ATTACKS) + len(ODD_IDS) + len(range(0, len(ATTACKS), 15)) + 1
    for result in graded.results.values():
        assert result.status in STATUSES
        assert 0 < len(result.reason) < 600
        assert result.reason.isprintable()
        for text in (result.reason, *result.remarks, *result.repairs):
            assert "Traceback" not in text
            assert 'File "' not in text
            assert "The autograder itself failed" not in text


def test_no_row_grows_with_what_was_printed_or_raised(graded):
    lines = graded.files[graded.world.out / "results.jsonl"].splitlines()
    assert max(map(len, lines)) < 512 * 1024


def test_memory_that_no_process_holds_is_bounded_too(graded):
    (held,) = re.findall(r"held (\d+) MiB", graded.results["memory_of_no_process"].printed)
    assert int(held) * 2**20 < LIMITS.memory_bytes


def test_two_submissions_share_no_place(graded):
    for name in ("message_to_a_neighbour", "message_from_a_neighbour"):
        assert "alone" in graded.results[name].printed, graded.results[name].printed


def test_no_secret_is_in_anything_that_was_written(graded):
    assert {path.name for path in graded.files} >= {"results.jsonl", "grades.csv"}
    for path, content in graded.files.items():
        for secret in graded.world.secrets:
            assert secret.encode() not in content, path


def test_nothing_that_was_written_acts_on_a_terminal(graded):
    for path, content in graded.files.items():
        if path.suffix in (".jsonl", ".csv", ".html", ".ipynb"):
            assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", content.decode()), path


def test_no_page_runs_what_a_student_wrote(graded):
    pages = [content.decode() for path, content in graded.files.items() if path.suffix == ".html"]
    assert len(pages) == len(graded.results) + 1
    for page in pages:
        assert f"<script>alert('{graded.world.mark}')" not in page
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page


def test_no_cell_of_a_table_is_a_formula(graded):
    text = graded.files[graded.world.out / "grades.csv"].decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(graded.results) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), row


def test_the_gradebook_holds_whom_nbgrader_can_hold(graded):
    written = [path for path in graded.files if path.suffix == ".ipynb"]
    assert len(written) + len(graded.left_out) == len(graded.results)
    assert len(graded.left_out) <= len(ODD_IDS)
    # Nothing was written outside of the folder, whatever a student is called.
    assert {path.name for path in graded.world.submitted.parent.iterdir()} == {
        "answers.txt",
        "out",
        "submitted",
    }


def test_no_process_is_left(graded):
    assert graded.world.left_behind() == []


def test_nothing_outside_was_reached(graded):
    assert graded.world.reached == []
    assert not Path("/tmp", graded.world.mark).exists()
