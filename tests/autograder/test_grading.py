"""One submission becomes one row, whatever it is, and the row says why."""

import nbformat
import numpy as np
import pytest

from autograder.grading import Settings, checks_digest, grade, grade_batch, grade_notebook
from autograder.grading import submission as grading
from autograder.grading.checks_digest import FOLDER, SOURCES
from autograder.grading.ending import EARNED, status_of
from autograder.grading.seeds import generator
from autograder.grading.settings import confirmations
from autograder.items import Unconfirmed
from autograder.parts import PARTS
from autograder.results.jsonl import to_line
from autograder.sandbox import Ending, Limits, find_sandbox
from autograder.submissions import Submission
from autograder.submissions.prepared import Prepared
from tests.autograder import fake_grading, notebooks

FULL = {part.name: part.points for part in PARTS.values()}


@pytest.fixture(scope="module")
def settings():
    return Settings(
        notebooks.released(), find_sandbox(), Limits(), b"secret of the test", confirmations()
    )


def in_folder(folder, texts):
    folder.mkdir()
    for student, data in texts.items():
        (folder / f"{student}.ipynb").write_bytes(data)
    return [Submission(student, folder / f"{student}.ipynb") for student in texts]


@pytest.mark.slow
def test_a_class_from_notebooks_to_scores(tmp_path, settings):
    mutilated = notebooks.released()
    mutilated.cells = [
        cell for cell in mutilated.cells if cell.metadata.nbgrader.grade_id != "test-fused-gelu"
    ]
    solved = notebooks.filled(notebooks.solution())
    submissions = in_folder(
        tmp_path / "submitted",
        {
            "solved": solved,
            "untouched": notebooks.RELEASED.read_bytes(),
            "page": notebooks.page(),
            "check-deleted": nbformat.writes(mutilated).encode(),
            "rubbish": b"not a notebook",
            "leaving": notebooks.filled(
                notebooks.solution()
                | {"fused-gelu": "def fused_gelu(x):\n    import os; os._exit(0)"}
            ),
        },
    )
    submissions.append(Submission("absent", None, remarks=("A folder without a notebook.",)))
    results = grade_batch(submissions, settings, tmp_path / "out", jobs=2)
    by_student = {result.student_id: result for result in results}
    solved_row = by_student["solved"]
    assert (solved_row.status, solved_row.score, solved_row.parts) == ("graded", 90, FULL)
    assert solved_row.isolation == "bubblewrap" and solved_row.remarks == ()
    assert solved_row.checks == checks_digest()
    assert by_student["untouched"].score == 0
    page = by_student["page"].parts
    assert page["vectorized_matmul"] == FULL["vectorized_matmul"] - 2
    assert (page["fused_gelu"], page["tiled_matmul"]) == (5, FULL["tiled_matmul"] - 10)
    assert by_student["check-deleted"].status == "repaired"
    assert by_student["rubbish"].status == "unreadable"
    assert by_student["absent"].status == "missing"
    assert by_student["absent"].remarks == ("A folder without a notebook.",)
    crashed = by_student["leaving"]
    assert crashed.status == "crashed" and crashed.reason.endswith(EARNED)
    assert crashed.parts == FULL | {"fused_gelu": 0}
    # The same bytes under the same name and secret are examined with the same inputs.
    again = grade_notebook("page", notebooks.page(), settings)
    assert to_line(again) == to_line(by_student["page"])


def test_what_is_no_notebook_is_unreadable(settings):
    result = grade_notebook("student", b"\x00\xff", settings)
    assert result.status == "unreadable" and result.score == 0 and result.max_score == 90
    assert result.reason and result.submission and result.parts == dict.fromkeys(PARTS, 0)


def test_an_error_of_the_autograder_costs_only_the_part_it_is_in(settings, monkeypatch):
    def examine(part, subject, **options):
        if part.name == "fused_gelu":
            raise ZeroDivisionError("a value that nobody may see")
        return examine_part(part, subject, **options)

    examine_part = grading.examine
    monkeypatch.setattr(grading, "examine", examine)
    result = grade_notebook("student", notebooks.filled(notebooks.solution()), settings)
    assert result.status == "crashed" and "The autograder itself failed" in result.reason
    assert result.parts == FULL | {"fused_gelu": 0}
    assert any("ZeroDivisionError" in remark for remark in result.remarks)
    assert "nobody may see" not in to_line(result)


@pytest.mark.parametrize("where", ["prepare", "SandboxedSubject", "read"])
def test_nothing_is_raised_whatever_fails(settings, monkeypatch, tmp_path, where):
    def fail(*arguments):
        raise RecursionError

    monkeypatch.setattr(grading, where, fail)
    (tmp_path / "x.ipynb").write_bytes(notebooks.page())
    result = grade(Submission("student", tmp_path / "x.ipynb", remarks=("First.",)), settings)
    assert result.status == "crashed" and result.score == 0
    assert result.remarks[0] == "First." and "RecursionError" in result.remarks[1]


def test_an_item_that_is_not_confirmed_earns_nothing_and_is_remarked(settings):
    def refuse(examination):
        raise Unconfirmed(got="nothing that could be repeated", try_next="Write it plainly.")

    refusing = Settings(
        settings.released,
        settings.sandbox,
        settings.limits,
        settings.secret,
        {("tiled_matmul", "tiles-inner"): refuse},
    )
    result = grade_notebook("student", notebooks.filled(notebooks.solution()), refusing)
    assert result.status == "graded"
    assert result.parts == FULL | {"tiled_matmul": FULL["tiled_matmul"] - 5}
    (remark,) = result.remarks
    assert "could not be confirmed" in remark


def prepared(repairs=(), losses=()) -> Prepared:
    return Prepared((), nbformat.v4.new_notebook(), repairs, losses)


def ending(kind):
    return Ending(kind, "fused_gelu", f"fused_gelu did it ({kind}).")


@pytest.mark.parametrize(
    ("found", "endings", "status", "sentence"),
    [
        (prepared(), (), "graded", "Examined as it was handed in."),
        (prepared(("Put right.",)), (), "repaired", "Repaired first: Put right."),
        (prepared(("Put right.",), ("Lost.",)), (), "partial", f"Lost. {EARNED}"),
        (
            prepared(("Put right.",), ("Lost.",)),
            (ending("crashed"), ending("memory")),
            "memory",
            f"fused_gelu did it (memory). {EARNED}",
        ),
        (
            prepared(),
            (ending("crashed"), ending("memory"), ending("timeout")),
            "timeout",
            f"fused_gelu did it (timeout). {EARNED}",
        ),
        (
            prepared(("One.", "Two.", "Three.", "Two.")),
            (),
            "repaired",
            "Repaired first: One. Two. (1 more of the kind.)",
        ),
    ],
)
def test_the_status_is_the_most_severe_and_the_reason_says_it(found, endings, status, sentence):
    assert status_of(found, endings) == (status, sentence)


def test_inputs_differ_between_runs_students_versions_and_parts_and_never_within():
    drawn = {
        triple: generator(*triple).integers(2**62)
        for triple in [
            (b"secret", "student", "digest", "fused_gelu"),
            (b"another", "student", "digest", "fused_gelu"),
            (b"secret", "student2", "digest", "fused_gelu"),
            (b"secret", "student", "2digest", "fused_gelu"),
            (b"secret", "student", "digest", "tiled_matmul"),
            (b"secret", "studentdigest", "", "fused_gelu"),
        ]
    }
    assert len(set(drawn.values())) == len(drawn)
    assert all(generator(*triple).integers(2**62) == value for triple, value in drawn.items())
    assert isinstance(next(iter(drawn.values())), np.integer)


def test_the_digest_of_the_checks_changes_with_any_of_them(tmp_path):
    for entry in SOURCES:
        path = tmp_path / entry / "x.py" if (FOLDER / entry).is_dir() else tmp_path / entry
        path.parent.mkdir(exist_ok=True)
        path.write_text("before\n")
    digests = {checks_digest.__wrapped__(tmp_path)}
    for count, path in enumerate(sorted(tmp_path.rglob("*.py")), start=2):
        path.write_text("after\n")
        digests.add(checks_digest.__wrapped__(tmp_path))
        assert len(digests) == count
    # What checks nothing, and how a line ends, change nothing.
    (tmp_path / "report.py").write_text("any\n")
    (tmp_path / "items.py").write_bytes(b"after\r\n")
    assert checks_digest.__wrapped__(tmp_path) in digests


def test_settings_that_grade_alike_have_one_digest():
    same = fake_grading.settings(b"one").digest()
    assert fake_grading.settings(b"two").digest() == same
    one = fake_grading.settings()
    for other in (
        Settings(notebooks.released(), one.sandbox, one.limits, one.secret),
        Settings(one.released, one.sandbox, Limits(wall_seconds=1), one.secret),
        Settings(one.released, fake_grading.NoSandbox("podman"), one.limits, one.secret),
        Settings(one.released, one.sandbox, one.limits, one.secret, {}),
    ):
        assert other.digest() != same


def test_the_secret_is_in_no_text_of_the_settings():
    assert "hush" not in repr(fake_grading.settings(b"hush"))
