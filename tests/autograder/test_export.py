"""Exports: as each platform reads them, nothing lost silently, no cell that a spreadsheet runs."""

import csv
import io
import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.__main__ import main
from autograder.export.canvas import canvas
from autograder.export.errors import ExportError
from autograder.export.grades import grades
from autograder.export.gradescope import gradescope, results_json
from autograder.export.hand_marks import HandMarks, read_hand_marks
from autograder.export.moodle import moodle
from autograder.export.plain import plain
from autograder.export.roster import Columns, match
from autograder.export.tables import Table, read_table, to_csv
from autograder.gradebook.course import Course
from autograder.gradebook.opening import opened
from autograder.parts import PARTS
from autograder.results.cells import safe_cell
from autograder.results.jsonl import to_line, write_results
from tests.autograder.a_class import HOSTILE, SCRIPT, a_class, nothing, result

ANYTHING = st.text(alphabet=st.characters(codec=None))
SIGNS = "=+-@\t\n\uff1d\uff0b\uff0d\uff20"


def rows(text):
    """Read a table as any program would."""
    return list(csv.reader(io.StringIO(text, newline="")))


def table(*lines):
    return Table(lines[0], tuple(lines[1:]))


# --- cells -------------------------------------------------------------------------------------


@given(st.lists(st.lists(ANYTHING, min_size=2, max_size=5), max_size=8))
def test_what_is_written_is_read_back(lines):
    text = to_csv(lines)
    assert rows(text) == [[safe_cell(cell) for cell in line] for line in lines]
    text.encode("utf-8")
    assert not text or text.endswith("\r\n")


@given(st.text(alphabet="=+-@\t\r\n \xa0\uff1d\uff0b0.e\"',;a|!") | ANYTHING)
def test_no_cell_is_a_formula(text):
    cell = safe_cell(text)
    assert safe_cell(cell) == cell
    begins = cell.lstrip(" \xa0")[:1]
    if begins and begins in SIGNS and cell != "-":
        float(cell)


@pytest.mark.parametrize(
    "attack",
    [
        HOSTILE,
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1+1",
        '=HYPERLINK("http://x","y")',
        "-2+3+cmd|' /C calc'!A0",
    ],
)
def test_a_formula_becomes_a_text(attack):
    assert safe_cell(attack)[0] in "'\\"


@pytest.mark.parametrize("number", ["-0.5", "+3", "1e-3", "87.5", "-", ""])
def test_a_number_stays_a_number(number):
    assert safe_cell(number) == number


@given(st.floats(0, 100), st.integers(-5, 100))
def test_points_are_written_so_that_they_add_up(score, points):
    assert float(safe_cell(score)) == pytest.approx(score, abs=1e-7)
    assert safe_cell(points) == str(points)


# --- rosters -----------------------------------------------------------------------------------


def test_a_roster_may_be_anything_that_a_spreadsheet_saves(tmp_path):
    expected = table(("Name", "Email"), ('Zo\u00eb, "Z"\nO\'Hara', "z@x.org"), ("B", ""))
    text = 'Name,Email\r\n"Zo\u00eb, ""Z""\nO\'Hara",z@x.org\r\n,\r\nB\r\n'
    for name, data in {
        "plain": text.encode(),
        "with a mark": text.encode("utf-8-sig"),
        "wide": text.encode("utf-16"),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert read_table(tmp_path / name) == expected
    (tmp_path / "semicolons").write_text("Name;Email\nA;a@x.org\n", encoding="utf-8")
    assert read_table(tmp_path / "semicolons").head == ("Name", "Email")


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "is empty"), (b"\xff\xfe\x00", "not text"), (b"Name\xe9\n", "not text in UTF-8")],
)
def test_what_is_no_roster_is_one_sentence(tmp_path, data, says):
    (tmp_path / "roster").write_bytes(data)
    with pytest.raises(ExportError, match=says):
        read_table(tmp_path / "roster")
    with pytest.raises(ExportError, match="cannot be read"):
        read_table(tmp_path / "none")


IDS = st.text(alphabet="ab@_1", min_size=1, max_size=4)


@given(st.sets(IDS), st.lists(st.tuples(IDS, st.text(alphabet="12", max_size=2)), max_size=8))
def test_every_student_and_every_row_is_matched_once_or_listed(students, people):
    roster = table(("Login", "ID"), *people)
    matching = match(sorted(students), roster, Columns(("Login",), number="ID"))
    matched = list(matching.student_of.values())
    assert sorted([*matched, *matching.without_row]) == sorted(students)
    assert sorted([*matching.student_of, *matching.without_result]) == list(range(len(people)))


@pytest.mark.parametrize(
    ("student", "row"),
    [
        ("ada", 0),
        ("ADA@x.org", 0),
        ("lovelaceada_77", 0),
        ("Bob Dole_78", 1),
        ("s12", 1),
        ("eve", None),
        ("ada_79", None),
        ("both", None),
    ],
)
def test_a_student_is_found_by_login_address_number_and_never_by_a_guess(student, row):
    roster = table(
        ("Login", "SIS", "ID"),
        ("ada@x.org", "", "77"),
        ("bob@x.org", "S12", "78"),
        ("both@x.org", "", "1"),
        ("both@y.org", "", "2"),
    )
    matching = match([student], roster, Columns(("Login", "SIS"), number="ID"))
    assert matching.student_of == ({} if row is None else {row: student})


# --- Canvas ------------------------------------------------------------------------------------

CANVAS_HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes", "Homework (7)")


def gradebook_of_canvas(column="Acceleration (1234)", possible="90"):
    return table(
        (*CANVAS_HEAD, column, "Current Score"),
        ("", "", "", "", "", "", "Manual Posting", "", ""),
        ("    Points Possible", "", "", "", "", "", "10", possible, "(read only)"),
        ('O\'Hara, Zo\u00eb "Z"', "77", "", "student-000@x.org", "Sec A, B", "", "9", "12", "80"),
        ("=1+1", "78", "student-001", "abc", "S\n2", "", "", "", ""),
        ("Student, Test", "79", "", "", "", "", "", "55", ""),
    )


def test_canvas_gets_its_own_columns_back_with_one_assignment_filled():
    exported = canvas(grades([result("student-000"), result("student-001", 1)], None), *CANVAS)
    head, points, zoe, formula, test = rows(exported.files[""])
    assert head == [*CANVAS_HEAD[:5], "Acceleration (1234)"]
    assert points == ["    Points Possible", "", "", "", "", "90"]
    assert zoe == ['O\'Hara, Zo\u00eb "Z"', "77", "", "student-000@x.org", "Sec A, B", "90"]
    assert formula[0] == "'=1+1" and formula[4] == "S\n2"
    # Who has no result keeps the grade that Canvas has.
    assert test == ["Student, Test", "79", "", "", "", "55"]
    assert any("without a result" in s and "Student, Test" in s for s in exported.sentences)


CANVAS = (gradebook_of_canvas(), None)


def test_who_is_in_the_results_alone_is_named():
    exported = canvas(grades([result("stranger"), result("student-000")], None), *CANVAS)
    assert any("in no row of the roster" in s and "stranger" in s for s in exported.sentences)
    assert "stranger" not in exported.files[""]


def test_points_possible_stay_canvass_own_and_a_difference_is_told():
    exported = canvas(
        grades([result("student-000")], None), gradebook_of_canvas(possible="100"), None
    )
    assert rows(exported.files[""])[1][-1] == "100"
    assert any("has 100 points, here 90" in s for s in exported.sentences)


def test_a_column_that_canvas_does_not_have_is_told():
    exported = canvas(grades([result("student-000")], None), gradebook_of_canvas("Other (1)"), None)
    assert rows(exported.files[""])[0][-1] == "Acceleration"
    assert any("no column Acceleration" in s for s in exported.sentences)
    exported = canvas(
        grades([result("student-000")], None), gradebook_of_canvas("Other (1)"), "Other (1)"
    )
    assert rows(exported.files[""])[0][-1] == "Other (1)"


@pytest.mark.parametrize(
    ("roster", "says"),
    [
        (None, "choose Export"),
        (table(("Name", "Email")), "not a gradebook of Canvas"),
        (table((*CANVAS_HEAD, "Acceleration (1)", "acceleration (2)")), "several columns"),
    ],
)
def test_what_canvas_would_not_take_is_refused(roster, says):
    with pytest.raises(ExportError, match=says):
        canvas(grades([result("a")], None), roster, None)


# --- Moodle ------------------------------------------------------------------------------------

WORKSHEET = table(
    (
        "Identifier",
        "Full name",
        "Email address",
        "Grade",
        "Maximum grade",
        "Last modified (grade)",
        "Feedback comments",
    ),
    ("Participant 12", "Zo\u00eb", "student-000@x.org", "", "100,00", "-", ""),
    ("Participant 13", "Bob, B.", "bob@x.org", "3", "100.00", "-", "before"),
    ("Participant 14", "Carl", "carl@x.org", "", "100.00", "-", ""),
)


def test_moodles_worksheet_keeps_its_columns_and_gets_grades_and_feedback():
    exported = moodle(grades([result("student-000"), result("Carl C_14", 1)], None), WORKSHEET)
    head, zoe, bob, carl = rows(exported.files[""])
    assert head == list(WORKSHEET.head)
    assert zoe[3] == "90" and "part 4: 25 of 25" in zoe[6] and zoe[5] == "-"
    assert bob[3] == "3" and bob[6] == "before"
    assert carl[3] == f"{result('x', 1).score:g}"
    assert any("maximum grade is 100, here it is 90" in s for s in exported.sentences)


def test_a_list_of_participants_gets_two_columns():
    roster = table(("First name", "Email address"), ("Zo\u00eb", "student-000@x.org"))
    exported = moodle(grades([result("student-000")], None), roster)
    head, zoe = rows(exported.files[""])
    assert head == ["First name", "Email address", "Grade", "Feedback comments"]
    assert zoe[2] == "90"
    assert any("no grading worksheet" in s for s in exported.sentences)


def test_without_a_roster_moodle_is_told_which_column_is_which():
    exported = moodle(grades(a_class(2), None), None)
    assert len(rows(exported.files[""])) == 1 + len(a_class(2))
    assert "map Student" in exported.sentences[0]


# --- Gradescope --------------------------------------------------------------------------------


@pytest.mark.parametrize("student", a_class(4), ids=lambda student: student.status)
def test_gradescopes_tests_add_up_to_the_score(student):
    marks = {
        student.student_id: HandMarks(
            score=7, max_score=10, penalty=3, extra={"test-fused-gelu": 2.0}
        )
    }
    for grade in grades([student], None) + grades([student], marks):
        data = json.loads(json.dumps(results_json(grade), allow_nan=False))
        assert sum(test["score"] for test in data["tests"]) == data["score"]
        assert data["score"] == grade.score
        assert sum(test.get("max_score", 0) for test in data["tests"]) == 90
        assert {data[f"{what}_format"] for what in ("output", "test_output", "test_name")} == {
            "text"
        }
        assert all(test["visibility"] == "visible" for test in data["tests"])


def test_gradescope_gets_a_folder_for_each_student_and_a_table():
    students = a_class(3)
    exported = gradescope(grades(students, None), None)
    assert len(exported.files) == len(students) + 1
    folders = {name.split("/")[0] for name in exported.files if name != "scores.csv"}
    assert len(folders) == len(students) and not {"", ".", ".."} & folders
    assert len(rows(exported.files["scores.csv"])) == len(students) + 1
    roster = table(("Name", "SID", "Email"), ("Ada, A", "student-000", "a@x"), ("B", "9", "b@x"))
    _, ada, bob = rows(gradescope(grades(students, None), roster).files["scores.csv"])
    assert ada == ["Ada, A", "student-000", "a@x", "90", "90", "graded"]
    assert bob == ["B", "9", "b@x", "", "", ""]


# --- plain CSV ---------------------------------------------------------------------------------


def test_a_plain_table_has_a_row_for_everybody_in_either_list():
    students = a_class(3)
    head, *body = rows(plain(grades(students, None), None).files[""])
    assert [row[0] for row in body] == [safe_cell(student.student_id) for student in students]
    assert len({len(row) for row in (head, *body)}) == 1
    for row, student in zip(body, students, strict=True):
        assert [float(cell) for cell in row[5:10]] == [student.parts[part] for part in PARTS]
    roster = table(("Who",), ("student-000",), ("nobody",))
    exported = plain(grades(students, None), roster)
    assert len(rows(exported.files[""])) == 1 + 2 + len(students) - 1
    assert any("nobody" in sentence for sentence in exported.sentences)


# --- points given by hand ----------------------------------------------------------------------


@pytest.fixture
def gradebook(tmp_path):
    """A gradebook: ada is marked, bob waits, carl answered nothing, dora was late."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    # nbgrader's own way of adding a submission makes SQLAlchemy warn.
    with warnings.catch_warnings(action="ignore"), opened(Course.at(tmp_path, url)) as book:
        book.add_assignment("acceleration")
        book.add_notebook("acceleration", "acceleration")
        for part in PARTS.values():
            book.add_grade_cell(
                part.test_cell,
                "acceleration",
                "acceleration",
                max_score=part.points,
                cell_type="code",
            )
        essay = ("performance-essay", "acceleration", "acceleration")
        book.add_grade_cell(*essay, max_score=10, cell_type="markdown")
        for student in ("ada", "bob", "carl", "dora"):
            book.add_student(student)
            book.add_submission("acceleration", student)
            grade = book.find_grade(*essay, student)
            grade.manual_score = {"ada": 8, "dora": 6}.get(student)
            grade.auto_score = 0 if student == "carl" else None
        fused = book.find_grade("test-fused-gelu", "acceleration", "acceleration", "ada")
        fused.auto_score, fused.manual_score = 5, 12
        fused.extra_credit = 1.5
        late = book.find_submission_notebook("acceleration", "acceleration", "dora")
        late.late_submission_penalty = 4
        book.db.commit()
    return url


def test_points_given_by_hand_are_in_the_total(gradebook):
    names = ("ada", "bob", "carl", "dora", "eve")
    found = grades([result(name) for name in names], read_hand_marks(gradebook))
    ada, bob, carl, dora, eve = found
    assert ada.score == 90 - 20 + 12 + 1.5 + 8
    assert (bob.score, bob.waiting) == (90, True)
    assert (carl.score, carl.waiting, carl.by_hand) == (90, False, 0)
    assert dora.score == 90 + 6 - 4
    assert eve.by_hand is None and eve.score == 90
    assert {grade.max_score for grade in found} == {100}
    assert "Marked by hand: 8." in ada.feedback and "Late: 4 points" in dora.feedback


def test_a_penalty_takes_nobody_below_zero():
    (grade,) = grades([nothing("a", "missing", "")], {"a": HandMarks(penalty=5)})
    assert grade.score == 0


def test_where_there_is_no_gradebook_none_is_made(tmp_path):
    with pytest.raises(ExportError, match="There is no gradebook"):
        read_hand_marks(f"sqlite:///{tmp_path / 'none.db'}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "postgresql://u:secret@127.0.0.1:9/x"])
def test_a_url_that_leads_nowhere_is_one_sentence_without_its_password(url):
    with pytest.raises(ExportError) as caught:
        read_hand_marks(url)
    assert "\n" not in str(caught.value) and "secret" not in str(caught.value)


def test_another_database_is_left_as_it_is(tmp_path):
    import sqlite3

    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (a INTEGER)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ExportError, match="no gradebook of nbgrader"):
        read_hand_marks(f"sqlite:///{path}")
    assert path.read_bytes() == before


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def graded(tmp_path):
    folder = tmp_path / "grades"
    folder.mkdir()
    write_results(folder / "results.jsonl", map(to_line, a_class(4)))
    return folder


def test_the_command_says_that_the_essay_is_not_in_it(graded, capsys):
    assert main(["export", str(graded), "--to", "csv"]) == 0
    said = capsys.readouterr()
    assert "the essay is not in them" in said.err
    text = (graded / "export.csv").read_bytes()
    assert text.count(b"\r\n") == len(a_class(4)) + 1
    assert HOSTILE.encode() not in text.replace(b"'=", b"")


def test_the_command_names_who_waits_for_a_mark(graded, gradebook, capsys):
    roster = graded / "roster.csv"
    roster.write_text(
        "Identifier,Full name,Grade\r\nParticipant 1,student-000,\r\n", encoding="utf-8"
    )
    arguments = ["export", str(graded), "--to", "moodle", "--roster", str(roster)]
    output = graded / "deep" / "out.csv"
    assert main([*arguments, "--gradebook", gradebook, "-o", str(output)]) == 0
    said = capsys.readouterr().err
    assert "Not in the gradebook" in said and "student-001" in said
    assert "\x1b" not in said and SCRIPT not in output.read_text(encoding="utf-8")


def test_the_command_writes_gradescopes_folder(graded):
    assert main(["export", str(graded), "--to", "gradescope"]) == 0
    data = json.loads((graded / "gradescope/student-000/results.json").read_text(encoding="utf-8"))
    assert data["score"] == 90


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", "canvas"], "choose Export"),
        (["--to", "csv", "--column", "x"], "--to canvas"),
        (["--to", "csv", "--roster", "none.csv"], "cannot be read"),
        (["--to", "csv", "-o", "/dev/null/x.csv"], "cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(graded, capsys, arguments, says):
    assert main(["export", str(graded), *arguments]) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1
