"""The files of results: read as they were written, whatever students put into them."""

import csv
import dataclasses
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.parts import PARTS
from autograder.results import Result
from autograder.results.cells import safe_cell
from autograder.results.grades import COLUMNS, write_grades
from autograder.results.jsonl import Results, ResultsError, from_line, to_line, write_results
from autograder.results.status import STATUSES

# Whatever a program can print: halves of surrogate pairs and NUL are text to Python.
ANYTHING = st.text(st.characters(), max_size=40)
POINTS = st.floats(0, 25).map(lambda points: round(points, 2))

results = st.builds(
    Result,
    student_id=ANYTHING,
    status=st.sampled_from(STATUSES),
    reason=ANYTHING,
    score=POINTS,
    max_score=st.just(90.0),
    parts=st.fixed_dictionaries(dict.fromkeys(PARTS, POINTS)),
    reports=st.dictionaries(st.sampled_from(list(PARTS)), st.fixed_dictionaries({"a": ANYTHING})),
    repairs=st.lists(ANYTHING, max_size=2).map(tuple),
    remarks=st.lists(ANYTHING, max_size=2).map(tuple),
    printed=ANYTHING,
)
in_one_folder = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def result(student: str, **fields) -> Result:
    points = dict.fromkeys(PARTS, 1.5)
    return dataclasses.replace(
        Result(student, "graded", "Examined as it was handed in.", 7.5, 90.0, points), **fields
    )


@given(results)
def test_a_result_is_one_line_of_ascii_and_reads_back(result):
    line = to_line(result)
    assert line.isascii() and line.count("\n") == 1 and line.endswith("\n")
    assert from_line(line) == result
    assert to_line(from_line(line)) == line


@in_one_folder
@given(st.lists(results, max_size=4, unique_by=lambda result: result.student_id))
def test_a_file_of_results_reads_back(tmp_path, every):
    read = write_results(tmp_path / "results.jsonl", map(to_line, every))
    assert list(read) == every and len(read) == len(every)
    assert read[:] == every
    for result in every:
        assert read.has(result.student_id) and read.of(result.student_id) == result
        assert read.line(result.student_id) == to_line(result)


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", "null", "torn", '{"student_id": "x"}', "[" * 100_000, "\ufffd"]
)
def test_a_line_that_is_no_result_is_named(tmp_path, line):
    path = tmp_path / "results.jsonl"
    path.write_text(f"{to_line(result('first'))}{line}\n", encoding="utf-8")
    with pytest.raises(ResultsError, match=r"^Line 2 of .* cannot be read"):
        Results(path)


def test_a_file_that_is_not_there_is_explained(tmp_path):
    with pytest.raises(ResultsError, match="`autograder grade SUBMITTED` writes them"):
        Results(tmp_path / "results.jsonl")


def table(path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


@in_one_folder
@given(st.lists(results, max_size=3))
@example([result('Müller, "Max"', reason="two\nlines, and a\rthird")])
def test_grades_read_back_as_rfc_4180(tmp_path, every):
    path = tmp_path / "grades.csv"
    write_grades(path, every)
    assert path.read_bytes().endswith(b"\r\n")
    head, *rows = table(path)
    assert head == [*COLUMNS, *PARTS]
    assert len(rows) == len(every)
    for row, result in zip(rows, every, strict=True):
        assert len(row) == len(head)
        assert row[:3] == [safe_cell(result.student_id), result.status, safe_cell(result.reason)]
        assert [float(cell) for cell in row[3:]] == [
            result.score,
            result.max_score,
            *(result.parts[part] for part in PARTS),
        ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits(tmp_path, delimiter):
    attack = "x;=1+1;y\t@SUM(A1)\n-2+3+cmd|' /C calc'!A0; =1;\"=1"
    write_grades(tmp_path / "grades.csv", [result(attack, reason=attack)])
    # As a spreadsheet does that knows nothing of the quotes that stand in the midst of a cell.
    for line in (tmp_path / "grades.csv").read_text().splitlines():
        for cell in line.split(delimiter):
            assert not cell.strip('" ').startswith(("=", "+", "-", "@"))


def test_grades_are_written_whole(tmp_path):
    path = tmp_path / "grades.csv"
    write_grades(path, [result("first")])
    before = path.read_bytes()

    def broken():
        yield result("second")
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_grades(path, broken())
    assert path.read_bytes() == before
    assert [child.name for child in tmp_path.iterdir()] == ["grades.csv"]
