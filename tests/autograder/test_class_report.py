"""The page of a class and the students' feedback: right, readable by all, and safe to open."""

import math
import random
import re
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from autograder.__main__ import main
from autograder.class_report.class_page import class_page
from autograder.class_report.feedback import feedback_page
from autograder.class_report.file_names import file_name
from autograder.class_report.item_analysis import discrimination, item_standings
from autograder.class_report.mistakes import common_mistakes, outcome_kind, without_numbers
from autograder.class_report.page import escape
from autograder.class_report.standing import bin_of, part_standings, score_bins, status_counts
from autograder.class_report.writing import write_report
from autograder.parts import PARTS
from autograder.results.jsonl import to_line, write_results
from tests.autograder.a_class import HOSTILE, SCRIPT, a_class, nothing, result

ROOT = Path(__file__).resolve().parents[2]


def shown(page: str) -> str:
    """Give what a page says, on one line."""
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


@pytest.fixture(scope="module")
def students():
    return a_class()


@pytest.fixture(scope="module")
def page(students):
    return class_page(students)


# --- what is counted ---------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 90).map(float)), min_size=2, max_size=60).map(
        lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
    )
)
def test_discrimination_is_the_correlation_of_passing_with_the_rest(rows):
    passed, rest = rows
    found = discrimination(passed, rest)
    if passed.all() or not passed.any() or np.ptp(rest) == 0:
        assert found is None
    else:
        assert math.isclose(found, np.corrcoef(passed, rest)[0, 1], abs_tol=1e-9)


def test_the_rest_score_leaves_the_item_out():
    # One item alone differs: with itself in the score it would correlate perfectly.
    results = [result(f"s{i}") for i in range(10)]
    fails = [
        result(f"f{i}", reports={}, score=0.0, parts=dict.fromkeys(PARTS, 0.0)) for i in range(2)
    ]
    by_id = {(s.part.name, s.item.id): s for s in item_standings(results + fails)}
    assert by_id["tiled_matmul", "values"].discrimination == pytest.approx(1.0)
    assert all(s.discrimination is None for s in item_standings(results))


def test_an_item_that_was_not_examined_was_not_passed(students):
    standings = {(s.part.name, s.item.id): s for s in item_standings(students)}
    unwritten = [r for r in students if r.reports and r.parts["vectorized_matmul"] == 0]
    item = standings["vectorized_matmul", "errors"]
    assert item.students == sum(bool(r.reports) for r in students)
    assert item.passed == item.students - len(unwritten)


def test_a_small_class_has_no_discrimination_and_says_so():
    few = [result(f"s{i}", i) for i in range(5)]
    assert all(standing.discrimination is None for standing in item_standings(few))
    assert "too small for a discrimination: 5 examined" in shown(class_page(few))


def test_who_handed_in_nothing_to_examine_lowers_no_mean():
    students = [result("a"), nothing("b", "missing", "Nothing."), nothing("c", "unreadable", "No.")]
    assert all(standing.mean == standing.part.points for standing in part_standings(students))
    counts = status_counts(students)
    assert (counts["graded"], counts["missing"], counts["unreadable"]) == (1, 1, 1)


@given(st.lists(st.floats(0, 90), min_size=1, max_size=30))
def test_every_score_lies_in_one_bin(scores):
    results = [nothing(str(i), "missing", "") for i in range(len(scores))]
    results = [type(r)(**{**vars(r), "score": s}) for r, s in zip(results, scores, strict=True)]
    bins = score_bins(results)
    assert sum(count for _, count in bins) == len(scores)
    for one in results:
        low, high = (float(end) for end in bins[bin_of(one)][0].split("\u2013"))
        assert low <= one.score < high + 1


# --- mistakes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("element [3, 4] is 0.5 (3 of 9 elements are wrong)", "the value is nan (1 of 1 is wrong)"),
        ("a product of (m, k, n) = (12, 7, 9)", "a product of (m, k, n) = (3, 4, 5)"),
        ("ValueError: mine", "ValueError: hers 3"),
        ("a result of shape (3,)", "a result of shape ()"),
        ("15 times the result", "8.0 times the result"),
    ],
)
def test_failures_that_differ_in_their_numbers_are_one_kind(one, other):
    assert outcome_kind(one) == outcome_kind(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ValueError: mine", "TypeError: mine"),
        ("ValueError: mine", "ValueError: mine, which does not name (3, 4)"),
        ("the result's .data is float64", "the result's .data is int32"),
        ("element [3] is 0", "a result of shape (3,)"),
    ],
)
def test_failures_of_different_kinds_stay_apart(one, other):
    assert outcome_kind(one) != outcome_kind(other)


def test_names_of_types_are_no_numbers():
    assert without_numbers("float64 of np.log1p, x**3, 2.5e-3") == "float64 of np.log1p, x**#, #"


def test_what_is_not_written_counts_once_for_each_student_and_part(students):
    mistakes = common_mistakes(students)
    (part1,) = (m for m in mistakes if m.example.not_written and m.example.part.startswith("vect"))
    ids = [failed.student_id for failed in part1.failures]
    assert ids == sorted(set(ids))
    assert len(ids) == sum(r.parts["vectorized_matmul"] == 0 for r in students if r.reports)


def test_errors_that_are_not_raised_are_one_mistake_of_each_student_in_each_part():
    row = {"status": "failed", "proves": "a clear ValueError", "points": 0.0, "max_points": 1.0}
    said = [{"label": "Came out", "text": "no error: the function returned tuple (-9, -36)"}]
    items = [{**row, "id": f"i{n}", "function": f"f{n}", "details": said} for n in range(3)]
    report = {"items": items}
    students = [result(name, reports={"performance_analysis": report}) for name in ("b", "a")]
    (mistake,) = common_mistakes(students)
    assert mistake.example.title == "no error where one is due"
    assert [failed.student_id for failed in mistake.failures] == ["a", "b"]


def test_the_commonest_come_first_whatever_the_order_of_the_results(students):
    mistakes = common_mistakes(students)
    counts = [len(mistake.failures) for mistake in mistakes]
    assert counts == sorted(counts, reverse=True) and len(counts) == 10
    shuffled = random.Random(7).sample(students, len(students))
    assert common_mistakes(shuffled) == mistakes


def test_each_mistake_is_told_with_all_that_its_report_says(students, page):
    text = shown(page)
    for mistake in common_mistakes(students):
        for label, said in mistake.example.details.items():
            assert f"{label} {' '.join(said.split())}" in text


# --- the page ----------------------------------------------------------------------------------


def test_the_page_names_every_student_status_and_score(students, page):
    text = shown(page)
    for one in students:
        assert " ".join(one.student_id.split()) in text
        assert f"{one.status} {one.score:g} {one.reason}" in text
    assert "A second notebook" in text


def test_a_class_without_a_result_is_a_page_that_says_so():
    assert "no results yet" in shown(class_page([]))
    assert "Submissions: 1, of which 0" in shown(class_page([nothing("a", "missing", "Nothing.")]))


def test_the_sandbox_is_named_and_its_absence_is_the_first_thing_that_is_read(students, page):
    assert "graded in a sandbox (bubblewrap)" in shown(page)
    mixed = [*students, result("open", isolation="none")]
    parsed = BeautifulSoup(class_page(mixed), "html.parser")
    first = parsed.h1.find_next_sibling()
    assert first["class"] == ["alarm"] and "1 notebook was graded with --no-sandbox" in first.text
    assert "without a sandbox" in shown(feedback_page(mixed[-1]))
    assert "sandbox" not in shown(feedback_page(mixed[0]))


@pytest.fixture(scope="module")
def pages(students):
    """The class's page and everybody's."""
    links = {HOSTILE: "feedback/x.html"}
    page = class_page(students, feedback=links, similar="similar.html")
    return [page, *map(feedback_page, students)]


def test_nothing_that_a_student_wrote_acts_on_a_page(students, pages):
    for text in pages:
        parsed = BeautifulSoup(text, "html.parser")
        assert not parsed.find_all(["script", "img", "iframe", "object", "form", "base"])
        for tag in parsed.find_all(True):
            assert not any(name.startswith("on") for name in tag.attrs)
            for name in ("href", "src", "xlink:href"):
                assert not re.match(r"\s*(javascript|data|https?|//)", tag.get(name, "")), tag
        assert "\x1b" not in text and "\x00" not in text
    assert SCRIPT in BeautifulSoup(feedback_page(students[-4]), "html.parser").text


@given(st.text(alphabet=st.characters(codec=None)))
def test_escaped_text_is_text(text):
    written = escape(text)
    assert not set("<>\"'") & set(written)
    written.encode("utf-8")


def test_a_page_may_load_nothing(page):
    policy = BeautifulSoup(page, "html.parser").find("meta", {"http-equiv": True})["content"]
    assert "default-src 'none'" in policy
    assert "http:" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)


def test_tables_pictures_and_headings_are_there_for_those_who_do_not_see_them(pages):
    for text in pages:
        parsed = BeautifulSoup(text, "html.parser")
        levels = [int(tag.name[1]) for tag in parsed.find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
        for table in parsed.find_all("table"):
            assert table.caption or table.find_parent("figure")
            assert all(head.get("scope") for head in table.find_all("th"))
        for picture in parsed.find_all("svg"):
            assert picture["role"] == "img" and len(picture["aria-label"]) > 40
            assert picture.find_parent("figure").find("table")


def test_pictures_take_the_colours_of_the_page(page):
    picture = str(BeautifulSoup(page, "html.parser").svg)
    assert "currentColor" in picture and "#000000" not in picture and "#ffffff" not in picture


def test_two_runs_write_the_same_bytes(students, page):
    assert class_page(students) == page


# --- feedback ----------------------------------------------------------------------------------


def test_feedback_says_what_the_report_says_and_nothing_of_others(students):
    text = shown(feedback_page(students[5]))
    for report in students[5].reports.values():
        for item in report["items"]:
            assert all(" ".join(d["text"].split()) in text for d in item["details"])
    others = [one.student_id for one in students if one.student_id != students[5].student_id]
    assert not any(other in text for other in others)
    assert "among the others" not in text


def test_the_class_is_in_feedback_only_when_asked_for(students, tmp_path):
    write_report([*students[3:6], *students[-2:]], tmp_path, with_class=True)
    text = (tmp_path / "feedback" / "student-005.html").read_text(encoding="utf-8")
    assert "Your score among the others" in text
    assert "student-004" not in text
    missing = tmp_path / "feedback" / "broken.html"
    assert "among the others" not in missing.read_text(encoding="utf-8")


def test_every_link_leads_to_a_file_and_no_file_is_elsewhere(students, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "similar.html").write_text("", encoding="utf-8")
    written = write_report(students, out)
    parsed = BeautifulSoup(written.page.read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in parsed.find_all("a")]
    assert len(links) == len(students) + 1
    assert all((out / link).resolve().is_relative_to(out) for link in links)
    assert all((out / link).is_file() for link in links)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_pages_of_feedback_may_lie_elsewhere(students, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    written = write_report(students[:1], out, feedback=tmp_path / "to students")
    (link,) = BeautifulSoup(written.page.read_text(encoding="utf-8"), "html.parser").find_all("a")
    assert link["href"] == "../to%20students/student-000.html"
    assert (tmp_path / "to students" / "student-000.html").is_file()


@given(st.text(alphabet=st.characters(codec=None)), st.text(alphabet=st.characters(codec=None)))
def test_a_student_has_a_file_of_their_own_whatever_they_are_called(one, other):
    names = [file_name(text, ".html") for text in (one, other)]
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_@+][A-Za-z0-9_@+.-]{0,120}", name)
        assert not name.endswith(".") and ".." not in name.removesuffix(".html")[:2]
    # To a file system that takes capitals for small letters as well.
    assert (names[0].lower() == names[1].lower()) == (one == other)


@pytest.mark.parametrize("name", ["con", "NUL", "../x", "a/b", ".hidden", "-rf", "Ada", "", "x."])
def test_a_name_that_is_no_file_name_gets_a_digest(name):
    assert re.search(r"[0-9a-f]{12}\.html$", file_name(name, ".html"))


def test_an_ordinary_name_stays_as_it_is():
    assert file_name("ada.lovelace@uni-x.edu", ".html") == "ada.lovelace@uni-x.edu.html"


# --- the command -------------------------------------------------------------------------------


def test_the_command_writes_the_pages(students, tmp_path, capsys):
    write_results(tmp_path / "results.jsonl", map(to_line, students))
    assert main(["report", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert str(tmp_path / "report.html") in said and f"{len(students)} pages" in said
    assert (tmp_path / "feedback" / "student-000.html").is_file()


def test_a_folder_without_results_is_one_sentence(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "There are no results" in said and "grade" in said


def test_no_hidden_check_is_in_any_page(pages):
    canaries = {
        canary
        for path in (ROOT / "autograder" / "hidden").glob("*.py")
        for canary in re.findall(r'CANARY\w* = "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert canaries
    for text in pages:
        assert not any(canary in text for canary in canaries)
