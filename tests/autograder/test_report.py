"""The report, for nbgrader, for the learner, and for other programs."""

import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from nbgrader.utils import determine_grade

import autograder
from autograder.parts import PARTS
from autograder.plain_text import plain_text
from autograder.report import report_html, report_text
from tests.honest.fused_gelu import in_blocks_by_the_exponential
from tests.mutants.fused_gelu import page_one_line
from tests.mutants.tiled_matmul import last_ragged_tile_dropped, page_own


def graded(report, points):
    """What nbgrader makes of a test cell whose result is this report."""
    formatted, _ = DisplayFormatter().format(report)
    output = nbformat.v4.new_output("execute_result", data=formatted)
    metadata = {"nbgrader": {"grade": True, "solution": False, "points": points, "grade_id": "t"}}
    cell = nbformat.v4.new_code_cell("check", metadata=metadata, outputs=[output])
    return determine_grade(cell)


@pytest.mark.parametrize(
    ("function", "score"),
    [(in_blocks_by_the_exponential, 20.0), (page_one_line, 5.0), (len, 0.0)],
)
def test_nbgrader_reads_the_score_from_the_cell(function, score):
    report = autograder.check("fused_gelu", function)
    assert graded(report, 20) == (score, 20.0)


def test_plain_text_is_the_score_alone():
    report = autograder.check("tiled_matmul", page_own)
    assert repr(report) == "15.0"
    assert float(repr(report)) == report.score == 15


def test_the_dictionary_is_json_and_adds_up():
    report = autograder.check("tiled_matmul", page_own)
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert sum(item["points"] for item in data["items"]) == data["score"] == 15
    assert sum(item["max_points"] for item in data["items"]) == data["max_score"] == 25
    assert [item["id"] for item in data["items"]] == [i.id for i in PARTS["tiled_matmul"].items]


def test_the_table_is_a_table_with_a_caption_and_headers():
    report = autograder.check("tiled_matmul", page_own)
    page = BeautifulSoup(report._repr_html_(), "html.parser")
    assert "15 of 25 points" in page.table.caption.text
    assert [th["scope"] for th in page.thead.find_all("th")] == ["col"] * 4
    rows = page.tbody.find_all("tr")
    assert len(rows) == len(report.items)
    for row, result in zip(rows, report.items, strict=True):
        assert row.th["scope"] == "row" and row.th.text == result.item.proves
        # The status is a word; its symbol is for the eye alone.
        assert result.status in row.td.text
        assert row.td.span["aria-hidden"] == "true"
    colours = [part for part in str(page).split(";") if "color:" in part]
    assert all("inherit" in part for part in colours)


def test_both_forms_say_the_same():
    report = autograder.check("fused_gelu", page_one_line)
    page = " ".join(BeautifulSoup(report._repr_html_(), "html.parser").get_text(" ").split())
    text = " ".join(str(report).split())
    for result in report.items:
        for _, detail in result.details():
            assert " ".join(detail.split()) in page
            assert " ".join(detail.split()) in text


def test_what_the_code_says_is_escaped():
    def hostile(x):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(2)>")

    shown = autograder.check("fused_gelu", hostile)._repr_html_()
    assert "<script" not in shown and "<img" not in shown
    assert "&lt;script&gt;" in shown and "&lt;img" in shown


def test_a_report_that_was_kept_as_json_reads_as_the_report_itself():
    report = autograder.check("tiled_matmul", page_own)
    kept = json.loads(json.dumps(report.to_dict()))
    assert report_html(kept) == report._repr_html_()
    assert report_text(kept) == str(report)


def test_what_acts_on_a_terminal_shows_instead():
    def hostile(x):
        print("\x1b[2J\x1b]0;title\x07 fine\u202e\r\nnext")
        raise ValueError("\x9b31m\ud800")

    report = autograder.check("fused_gelu", hostile)
    for form in (str(report), report._repr_html_()):
        assert "\\x1b[2J" in form
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(form)
        form.encode("utf-8")


@given(st.text(st.characters(exclude_categories=())))
def test_plain_text_can_be_stored_and_stays_as_it_is(text):
    shown = plain_text(text)
    shown.encode("utf-8")
    assert "\0" not in shown and "\x1b" not in shown
    assert plain_text(shown) == shown


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_plain_text_leaves_ordinary_text_alone(text):
    assert plain_text(text) == text


def failed(report, id):
    return next(result for result in report.items if result.item.id == id)


def test_a_failed_item_names_case_outcome_expectation_next_step_and_chapter():
    result = failed(autograder.check("tiled_matmul", last_ragged_tile_dropped), "ragged")
    details = dict(result.details())
    assert "a of shape (" in details["Tried"] and "tile_size=" in details["Tried"]
    assert "element [" in details["Came out"] and "elements are wrong" in details["Came out"]
    assert "element [" in details["Expected"]
    assert "range(0, size, tile_size)" in details["Try next"]
    assert details["Chapter"] == '"Tiling" (book/tiling.md)'


def test_the_float64_scalar_is_explained():
    result = failed(autograder.check("fused_gelu", page_one_line), "contract")
    assert "float64" in result.failure.got
    assert "np.sqrt(2 / np.pi) is a float64 scalar" in result.failure.try_next
    assert "math.sqrt(2 / math.pi)" in result.failure.try_next


@pytest.mark.parametrize(
    ("mutant", "name"),
    [
        ("exact_erf", "error function"),
        ("sigmoid_approximation", "1.702"),
        ("wrong_cubic", "0.0044715"),
        ("wrong_scale", "sqrt(2) / pi"),
        ("relu", "ReLU"),
        ("no_half", "factor 0.5"),
    ],
)
def test_a_wrong_formula_is_told_apart_by_name(mutant, name):
    from tests.mutants import fused_gelu

    report = autograder.check("fused_gelu", getattr(fused_gelu, mutant))
    assert name in failed(report, "values").failure.try_next


def test_an_item_that_needs_another_says_which():
    result = failed(autograder.check("tiled_matmul", page_own), "tiles-inner")
    assert result.status == "not examined"
    assert "really tiles the rows" in result.reason


def test_every_chapter_named_is_one_of_the_book():
    from pathlib import Path

    book = Path(__file__).parents[2] / "book"
    files = {item.chapter.file for part in PARTS.values() for item in part.items}
    files |= {part.chapter.file for part in PARTS.values()}
    for file in files:
        assert (book / f"{file}.md").exists(), file
