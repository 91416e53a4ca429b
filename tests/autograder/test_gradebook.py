"""nbgrader's gradebook and its folder of graded notebooks hold what was graded, and stay whole."""

import hashlib
import json
import shutil
from dataclasses import replace

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from sqlalchemy import MetaData, create_engine, select, text

from authoring.notebooks import ROOT
from autograder.gradebook import (
    Course,
    GradebookError,
    autograded_notebook,
    opening,
    record,
    recording,
)
from autograder.parts import PARTS
from autograder.results import Result
from autograder.submissions import Submission

RELEASED = nbformat.read(ROOT / "exercises/acceleration/acceleration.ipynb", as_version=4)
ESSAY = "performance-essay"
PARTIAL = {name: float(number) for number, name in enumerate(PARTS, start=1)}


@pytest.fixture
def course(tmp_path):
    """A course folder with the repository's own configuration and an empty gradebook."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return Course.at(tmp_path)


def hand_in(course, student, answers=None):
    """Put a notebook where nbgrader looks for submissions."""
    notebook = nbformat.from_dict(RELEASED)
    for cell in notebook.cells:
        cell.source = (answers or {}).get(cell.metadata.nbgrader.grade_id, cell.source)
    path = course.released().parents[2] / "submitted" / student / "acceleration/acceleration.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return Submission(student, path)


def found(submission, parts=PARTIAL, **fields):
    """A result of this submission."""
    digest = ""
    if submission.path is not None:
        digest = hashlib.sha256(submission.path.read_bytes()).hexdigest()
    row = Result(
        submission.student_id,
        "graded",
        "Every part was examined.",
        score=sum(parts.values()),
        max_score=90.0,
        parts=dict(parts),
        submission=digest,
    )
    return replace(row, **fields)


def write(course, *pairs):
    """Record results with the submissions that they are of."""
    submissions = {submission.student_id: submission for submission, _ in pairs}
    return record([result for _, result in pairs], submissions, course, RELEASED)


def grades(course, student):
    """Automatic score, manual score, extra credit and whether a person is needed, by grade_id."""
    with Gradebook(course.database_url, course.course_id) as gradebook:
        (notebook,) = gradebook.find_submission("acceleration", student).notebooks
        return {
            grade.name: (
                grade.auto_score,
                grade.manual_score,
                grade.extra_credit,
                grade.needs_manual_grade,
            )
            for grade in notebook.grades
        }


def rows(url):
    """Everything in a database."""
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        content = {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in tables.tables.items()
        }
    engine.dispose()
    return content


def test_scores_land_under_their_cells_and_only_the_essay_waits_for_a_person(course):
    submission = hand_in(course, "ada", {ESSAY: "The ridge is at 5."})
    assert write(course, (submission, found(submission))) == []
    assert grades(course, "ada") == {
        part.test_cell: (PARTIAL[name], None, None, False) for name, part in PARTS.items()
    } | {ESSAY: (None, None, None, True)}


def test_an_essay_that_nobody_wrote_waits_for_nobody(course):
    submission = hand_in(course, "ada")
    write(course, (submission, found(submission)))
    assert grades(course, "ada")[ESSAY] == (0.0, None, None, False)


def test_a_second_run_changes_nothing(course):
    submission = hand_in(course, "ada", {ESSAY: "The ridge is at 5."})
    pairs = [(submission, found(submission)), (Submission("bob", None), missing("bob"))]
    write(course, *pairs)
    file = course.autograded("ada")
    before = rows(course.database_url), file.read_bytes(), file.stat().st_mtime_ns
    write(course, *pairs)
    assert (rows(course.database_url), file.read_bytes(), file.stat().st_mtime_ns) == before


def missing(student):
    return found(
        Submission(student, None),
        dict.fromkeys(PARTS, 0.0),
        status="missing",
        reason="No notebook was handed in.",
    )


def mark(course, student, cell, **fields):
    """Do what a person does in the formgrader."""
    with Gradebook(course.database_url, course.course_id) as gradebook:
        grade = gradebook.find_grade(cell, "acceleration", "acceleration", student)
        for name, value in fields.items():
            setattr(grade, name, value)
        gradebook.db.commit()


def test_what_a_person_marked_or_wrote_is_never_overwritten(course):
    submission = hand_in(course, "ada", {ESSAY: "The ridge is at 5."})
    write(course, (submission, found(submission)))
    mark(course, "ada", ESSAY, manual_score=7.0, needs_manual_grade=False)
    mark(course, "ada", "test-fused-gelu", manual_score=20.0, needs_manual_grade=False)
    mark(course, "ada", "test-tiled-matmul", extra_credit=1.5)
    with Gradebook(course.database_url, course.course_id) as gradebook:
        comment = gradebook.find_comment("fused-gelu", "acceleration", "acceleration", "ada")
        comment.manual_comment = "Well done."
        notebook = gradebook.find_submission_notebook("acceleration", "acceleration", "ada")
        notebook.late_submission_penalty = 3.0
        notebook.flagged = True
        gradebook.db.commit()
    better = PARTIAL | {"tiled_matmul": 25.0}
    write(course, (submission, found(submission, better)))
    after = grades(course, "ada")
    assert after[ESSAY] == (None, 7.0, None, False)
    assert after["test-fused-gelu"] == (2.0, 20.0, None, False)
    assert after["test-tiled-matmul"] == (25.0, None, 1.5, False)
    with Gradebook(course.database_url, course.course_id) as gradebook:
        comment = gradebook.find_comment("fused-gelu", "acceleration", "acceleration", "ada")
        notebook = gradebook.find_submission_notebook("acceleration", "acceleration", "ada")
        assert (comment.manual_comment, comment.auto_comment) == ("Well done.", "No response.")
        assert (notebook.late_submission_penalty, notebook.flagged) == (3.0, True)


def test_a_grade_that_was_overruled_waits_for_a_person_when_the_automatic_one_changes(course):
    submission = hand_in(course, "ada")
    write(course, (submission, found(submission)))
    mark(course, "ada", "test-fused-gelu", manual_score=4.0, needs_manual_grade=False)
    write(course, (submission, found(submission, PARTIAL | {"fused_gelu": 20.0})))
    assert grades(course, "ada")["test-fused-gelu"] == (20.0, 4.0, None, True)


def test_a_new_essay_waits_for_a_person_again_and_keeps_its_mark_until_then(course):
    first = hand_in(course, "ada", {ESSAY: "The ridge is at 5."})
    write(course, (first, found(first)))
    mark(course, "ada", ESSAY, manual_score=7.0, needs_manual_grade=False)
    second = hand_in(course, "ada", {ESSAY: "The ridge is at 6."})
    write(course, (second, found(second)))
    assert grades(course, "ada")[ESSAY] == (None, 7.0, None, True)


def test_nothing_handed_in_is_a_row_of_zeros_and_a_notebook_that_says_why(course):
    broken = course.released().parents[2] / "submitted/cy/acceleration/acceleration.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"PK")
    submission = Submission("cy", broken)
    unreadable = found(
        submission,
        dict.fromkeys(PARTS, 0.0),
        status="unreadable",
        reason="The file is a zip file, no notebook.",
    )
    write(course, (submission, unreadable), (Submission("bob", None), missing("bob")))
    for student, sentence in (("cy", "is a zip file, no notebook"), ("bob", "was handed in")):
        assert set(grades(course, student).values()) == {(0.0, None, None, False)}
        notebook = nbformat.read(course.autograded(student), as_version=4)
        assert sentence in notebook.cells[0].source
        assert sentence in str(output(notebook, "test-fused-gelu").data["text/html"])


def test_cells_that_claim_to_be_graded_do_not_reach_nbgrader(course):
    submission = hand_in(course, "ada")
    notebook = nbformat.read(submission.path, as_version=4)
    forged = nbformat.from_dict(notebook.cells[-1])
    forged.id, forged.metadata.nbgrader.grade_id = "forged", "no-such-cell"
    twice = nbformat.from_dict(
        next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade)
    )
    twice.id = "twice"
    notebook.cells += [forged, twice]
    nbformat.write(notebook, submission.path)
    write(course, (submission, found(submission)))
    graded = nbformat.read(course.autograded("ada"), as_version=4)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in graded.cells]
    wanted = [cell.metadata.nbgrader.grade_id for cell in RELEASED.cells]
    assert [name for name in names if name is not None] == wanted


def output(notebook, grade_id):
    (cell,) = (
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    (only,) = cell.outputs
    return only


def test_nbgrader_reads_the_same_points_from_the_notebook():
    result = found(Submission("ada", None))
    graded = autograded_notebook(RELEASED, result)
    nbformat.validate(graded)
    for name, part in PARTS.items():
        (cell,) = (
            c
            for c in graded.cells
            if c.metadata.get("nbgrader", {}).get("grade_id") == part.test_cell
        )
        assert determine_grade(cell) == (PARTIAL[name], part.points)


def test_the_note_names_status_repairs_and_remarks():
    result = found(
        Submission("ada", None),
        status="repaired",
        repairs=("A locked cell was restored.",),
        remarks=("A second notebook was not graded.",),
        isolation="none",
    )
    note = autograded_notebook(RELEASED, result).cells[0].source
    for said in (
        "Repaired",
        "A locked cell was restored.",
        "A second notebook",
        "without a sandbox",
    ):
        assert said in note


HOSTILE = (
    "<script>alert(1)</script>\n\n<img src=x onerror=alert(2)> $\\href{javascript:3}{x}$ "
    "\x1b[2J\ud800"
)


def test_nothing_that_a_student_wrote_runs_on_the_page_that_shows_it():
    notebook = nbformat.from_dict(RELEASED)
    for cell in notebook.cells:
        if cell.metadata.nbgrader.solution:
            cell.source = HOSTILE
            cell.metadata["raw_mimetype"] = "text/html"
            cell.metadata["tags"] = ["remove-cell"]
    notebook.cells.append(nbformat.v4.new_raw_cell(HOSTILE, metadata={"raw_mimetype": "text/html"}))
    notebook.cells.append(
        nbformat.v4.new_markdown_cell(
            HOSTILE, attachments={"x": {"text/html": "PGI+", "image/png": "aGk="}}
        )
    )
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    result = found(
        Submission("ada", None),
        reason=HOSTILE,
        printed=HOSTILE,
        repairs=(HOSTILE,),
        reports={"fused_gelu": report_with(HOSTILE)},
    )
    graded = autograded_notebook(notebook, result)
    shown = [cell.source for cell in graded.cells if cell.cell_type != "code"]
    shown += [output(graded, part.test_cell).data["text/html"] for part in PARTS.values()]
    for text_shown in shown:
        assert "<script" not in text_shown and "<img" not in text_shown
    everything = json.dumps(graded, ensure_ascii=False)
    assert "\\u001b" not in everything
    everything.encode("utf-8")
    # What Markdown leaves alone is one line.
    assert "\n" not in graded.cells[0].source and "mathjax_ignore" in graded.cells[0].source
    assert graded.cells[-1].attachments == {"x": {"image/png": "aGk="}}
    assert set(graded.metadata) <= {"kernelspec", "language_info"}
    assert all(
        set(cell.metadata) <= {"nbgrader", "deletable", "editable"} for cell in graded.cells[-2:]
    )


def report_with(said):
    return {
        "part": "fused_gelu",
        "title": "Part 2",
        "score": 2.0,
        "max_score": 20.0,
        "headline": "Read on.",
        "printed": said,
        "items": [
            {
                "id": "values",
                "function": "fused_gelu",
                "proves": "values are right",
                "status": "failed",
                "points": 0.0,
                "max_points": 5.0,
                "chapter": "book/fusion",
                "details": [{"label": "Came out", "text": said}],
            }
        ],
    }


def test_names_that_nbgrader_cannot_hold_are_told_and_the_others_are_recorded(course):
    refused = {
        "": "is empty",
        "a" * 129: "129 characters",
        "a\0b": "does not show",
        "a\udc80": "does not show",
        " ada": "space",
        "..": "no name of a folder",
        "a/b": "no name of a folder",
        "a*": "pattern",
        "<b>a": "into its pages",
        '";alert(1);': "into its pages",
    }
    submission = hand_in(course, "ada")
    pairs = [(Submission(student, None), missing(student)) for student in refused]
    sentences = write(course, *pairs, (submission, found(submission)))
    for sentence, why in zip(sentences, refused.values(), strict=True):
        assert why in sentence and sentence.endswith("grade it again.") and sentence.isprintable()
    assert grades(course, "ada")["test-fused-gelu"][0] == 2.0


def test_unusual_names_are_recorded(course):
    students = ("o'neil, jo", "müller", "a+b@c.edu", "=1+1", "a" * 128)
    submissions = [hand_in(course, student) for student in students]
    assert write(course, *((submission, found(submission)) for submission in submissions)) == []
    for student in students:
        assert grades(course, student)["test-fused-gelu"][0] == 2.0


def test_what_was_changed_after_it_was_graded_is_not_recorded(course):
    submission = hand_in(course, "ada")
    result = found(submission)
    hand_in(course, "ada", {ESSAY: "Something else."})
    (sentence,) = write(course, (submission, result))
    assert "no longer what was graded" in sentence
    assert not course.autograded("ada").exists()


def test_the_time_of_the_submission_is_kept(course):
    submission = hand_in(course, "ada")
    submission.path.with_name("timestamp.txt").write_text("2026-11-20 12:00:00.000000 UTC\n")
    write(course, (submission, found(submission)))
    with Gradebook(course.database_url, course.course_id) as gradebook:
        stamp = gradebook.find_submission("acceleration", "ada").timestamp
    assert stamp.isoformat() == "2026-11-20T12:00:00"
    copied = course.autograded("ada").with_name("timestamp.txt").read_text()
    assert copied == "2026-11-20 12:00:00.000000 UTC\n"


@pytest.mark.parametrize("said", ["", "soon", "2026-11-20 12:00:00 :/etc/passwd", "9" * 1000])
def test_a_time_that_is_none_is_left_out(course, said):
    submission = hand_in(course, "ada")
    submission.path.with_name("timestamp.txt").write_text(said)
    assert write(course, (submission, found(submission))) == []
    with Gradebook(course.database_url, course.course_id) as gradebook:
        assert gradebook.find_submission("acceleration", "ada").timestamp is None


@pytest.mark.parametrize("moment", ["save", "write_graded"])
def test_killed_at_any_moment_the_gradebook_is_whole_and_the_next_run_completes_it(
    course, monkeypatch, moment
):
    pairs = []
    for student in ("ada", "bob", "cy"):
        submission = hand_in(course, student, {ESSAY: f"{student} wrote this."})
        pairs.append((submission, found(submission)))
    real = getattr(recording, moment)
    seen = []

    def killed(*arguments):
        seen.append(arguments)
        if len(seen) == 2:
            if moment == "save":
                # The rows are there, and not committed yet.
                real(*arguments)
            raise KeyboardInterrupt
        real(*arguments)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(recording, moment, killed)
        write(course, *pairs)
    with Gradebook(course.database_url, course.course_id) as gradebook:
        submissions = gradebook.assignment_submissions("acceleration")
        assert len(submissions) == (1 if moment == "save" else 2)
        for submission in submissions:
            (notebook,) = submission.notebooks
            assert len(notebook.grades) == 6
            assert [g.auto_score for g in notebook.grades if g.name != ESSAY] == list(
                PARTIAL.values()
            )
    write(course, *pairs)
    for student in ("ada", "bob", "cy"):
        assert grades(course, student)[ESSAY] == (None, None, None, True)
        assert course.autograded(student).is_file()


def test_killed_while_it_is_made_a_gradebook_has_no_table_and_the_next_run_makes_it(
    course, monkeypatch
):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(opening, "text", interrupted)
        record([], {}, course, RELEASED)
    assert rows(course.database_url) == {}
    record([], {}, course, RELEASED)
    assert len(rows(course.database_url)["alembic_version"]) == 1


def interrupted(*_):
    raise KeyboardInterrupt


def test_submissions_of_another_version_are_not_mixed_with_these(course):
    submission = hand_in(course, "ada")
    write(course, (submission, found(submission)))
    other = nbformat.from_dict(RELEASED)
    other.cells = [
        cell for cell in other.cells if cell.metadata.nbgrader.grade_id != "test-fused-gelu"
    ]
    before = rows(course.database_url)
    with pytest.raises(GradebookError, match="another version .*test-fused-gelu"):
        record([], {}, course, other)
    assert rows(course.database_url) == before


def test_before_anything_is_submitted_the_assignment_follows_the_release(course):
    other = nbformat.from_dict(RELEASED)
    other.cells = other.cells[:-1]
    record([], {}, course, other)
    record([], {}, course, RELEASED)
    with Gradebook(course.database_url, course.course_id) as gradebook:
        assert gradebook.find_assignment("acceleration").max_score == 100


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/gradebook.db", "unable to open"),
        ("nonsense", "cannot be used"),
        ("mysql://me:secret@localhost/grades", "is not installed"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_one_sentence(tmp_path, url, said):
    with pytest.raises(GradebookError, match=said) as problem:
        record([], {}, Course.at(tmp_path, url), RELEASED)
    assert "secret" not in str(problem.value) and "\n" not in str(problem.value)


def test_a_gradebook_that_another_program_holds_is_one_sentence(course, monkeypatch):
    submission = hand_in(course, "ada")
    write(course, (submission, found(submission)))
    held = replace(course, database_url=f"{course.database_url}?timeout=0.1")
    engine = create_engine(course.database_url)
    with engine.connect() as connection:
        connection.execute(text("BEGIN EXCLUSIVE"))
        with pytest.raises(GradebookError, match="locked"):
            write(held, (submission, found(submission, PARTIAL | {"fused_gelu": 20.0})))
    engine.dispose()


def test_a_configuration_that_fails_is_one_sentence(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n1 / 0\n")
    with pytest.raises(GradebookError, match="ZeroDivisionError"):
        Course.at(tmp_path)
    with pytest.raises(GradebookError, match="no course folder"):
        Course.at(tmp_path / "none")


def test_a_folder_without_configuration_is_a_course_with_nbgraders_defaults(tmp_path):
    course = Course.at(tmp_path)
    assert course.database_url == f"sqlite:///{tmp_path}/gradebook.db"
    assert course.autograded("ada") == tmp_path / "autograded/ada/acceleration/acceleration.ipynb"
