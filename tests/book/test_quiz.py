"""The `{quiz}` directive: what it writes into a page, and what it says to an author's mistake."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from quiz import QuizError, close, to_number, to_percent
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tests.book.building import ROOT, pages

CHOICE = """
How long does `f` take for $x^2$?

- [ ] No time, as {ref}`here` says

  Nothing takes *no* time.

- [x] Some time

  That is `certain`.

  And this is why.

It is worked out below.
"""

NUMBER = """
:answer: 1,000
:tolerance: 1 %
:unit: MB

How much is it, in $10^6$ bytes?

- 954

  That is in `MiB`.

- else

  Count the *quagmire* again.

It is $10^9$ bytes.
"""

MISTAKES = {
    "nothing-right": (CHOICE.replace("[x]", "[ ]"), "0 of its 2 options are marked [x]"),
    "all-right": (CHOICE.replace("[ ]", "[x]"), "2 of its 2 options are marked [x]"),
    "one-option": ("Q?\n\n- [x] A\n\n  Yes.\n", "one more at least be wrong"),
    "no-box": (CHOICE.replace("[ ] ", ""), "option A does not begin with [x]"),
    "no-reason": (CHOICE.replace("  Nothing takes *no* time.", ""), "option A (No time"),
    "no-list": ("What is it?\n\nIt is this.\n", "it has no list"),
    "no-question": (CHOICE[CHOICE.index("- [ ]") :], "it has no question"),
    "no-answer": (NUMBER.replace(":answer: 1,000\n", ""), "needs :answer:"),
    "no-tolerance": (NUMBER.replace(":tolerance: 1 %\n", ""), "needs :tolerance:"),
    "no-unit": (NUMBER.replace(":unit: MB\n", ""), "needs :unit:"),
    "no-percent": (NUMBER.replace("1 %", "0.01"), "the tolerance is '0.01'"),
    "no-number": (NUMBER.replace("1,000", "much"), "'much' is not a number"),
    "no-hint": (NUMBER.replace("- else", "- 5"), "it has no hint"),
    "not-worked": (NUMBER.replace("It is $10^9$ bytes.", ""), "it has no worked answer"),
    "wrong-is-right": (NUMBER.replace("954", "1,005"), "1,005 is the same as 1000"),
    "wrong-without-reason": (NUMBER.replace("  That is in `MiB`.", ""), "a wrong number (954) has"),
}


@dataclass(frozen=True)
class SmallBook:
    """A book of a few pages, built."""

    folder: Path
    warnings: str

    def page(self, name: str) -> BeautifulSoup:
        """Parse one of its pages."""
        text = (self.folder / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    def quiz(self, name: str) -> Tag:
        """Give the one quiz of a page."""
        (found,) = self.page(name).select("fieldset.quiz")
        return found


@pytest.fixture(scope="module")
def small_book(tmp_path_factory) -> SmallBook:
    """Build a page for each of the sources above, and one without a quiz."""
    folder = tmp_path_factory.mktemp("small-book")
    quizzes = {"choice": CHOICE, "number": NUMBER} | {k: v for k, (v, _) in MISTAKES.items()}
    for name, text in quizzes.items():
        page = f"---\norphan: true\n---\n# A page\n\n:::{{quiz}}\n{text.strip()}\n:::\n"
        (folder / f"{name}.md").write_text(page, encoding="utf-8")
    (folder / "index.md").write_text("(here)=\n# No quiz\n", encoding="utf-8")
    settings = {
        "extensions": ["myst_parser", "quiz"],
        # Said here: Sphinx writes what an extension adds into the default of every later book.
        "source_suffix": {".md": "markdown"},
        "myst_enable_extensions": ["colon_fence", "dollarmath", "tasklist"],
        "html_theme": "basic",
        "html_math_renderer": "mathjax",
        "html_static_path": [str(ROOT / "book" / "_theme" / "static")],
    }
    warnings = io.StringIO()
    out = folder / "out"
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=folder,
            confdir=None,
            outdir=out,
            doctreedir=folder / "doctrees",
            buildername="html",
            confoverrides=settings,
            status=None,
            warning=warnings,
        )
        app.build()
    return SmallBook(out, warnings.getvalue())


def test_a_choice_without_scripts_is_a_question_a_list_and_a_folded_answer(small_book):
    quiz = small_book.quiz("choice")
    assert quiz.find(True).name == "legend"
    assert quiz.legend.find("p") is None
    options = quiz.select(":scope > ol.quiz-options > li")
    assert [option.get_text() for option in options] == [
        "No time, as No quiz says",
        "Some time",
    ]
    assert [option.has_attr("data-right") for option in options] == [False, True]
    assert quiz.select("input, button, form") == []
    details = quiz.select_one(":scope > details")
    assert details.summary.get_text() == "Worked answer"
    assert "It is worked out below." in details.get_text()


def test_each_option_has_its_reason_in_the_same_order(small_book):
    reasons = small_book.quiz("choice").select("details ol.quiz-reasons > li")
    assert [" ".join(reason.get_text().split()) for reason in reasons] == [
        "Wrong. Nothing takes no time.",
        "Right. That is certain. And this is why.",
    ]


def test_a_number_tells_the_script_what_it_must_know(small_book):
    quiz = small_book.quiz("number")
    assert {key: quiz[key] for key in quiz.attrs if key.startswith("data-")} == {
        "data-value": "1000.0",
        "data-tolerance": "1.0",
        "data-unit": "MB",
    }
    (known,) = quiz.select("details ul.quiz-reasons > li")
    assert known["data-value"] == "954.0"
    assert known.get_text().strip() == "954 MB: wrong. That is in MiB."
    assert quiz.select_one(".quiz-hint").has_attr("hidden")


def test_text_is_markdown_wherever_it_stands(small_book):
    choice, number = small_book.quiz("choice"), small_book.quiz("number")
    assert choice.select("legend code, legend .math")
    assert choice.select(".quiz-options a[href='index.html#here'], .quiz-options a[href]")
    assert choice.select(".quiz-reasons em") and choice.select(".quiz-reasons code")
    assert number.select(".quiz-hint em") and number.select("details > p .math")


def test_the_script_and_the_style_are_on_pages_with_a_quiz_alone(small_book):
    for name, expected in (("choice", 1), ("number", 1), ("index", 0)):
        page = small_book.page(name)
        assert len(page.select("script[src*='quiz.js'][defer]")) == expected
        assert len(page.select("link[href*='quiz.css']")) == expected


def test_the_search_knows_the_words_of_a_quiz(small_book):
    assert "quagmir" in (small_book.folder / "searchindex.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_warning_that_names_the_page_and_the_line(small_book, name):
    said = [line for line in small_book.warnings.splitlines() if f"{name}.md" in line]
    assert len(said) == 1, said
    assert f"{name}.md:6: WARNING: this quiz cannot be asked: " in said[0]
    assert MISTAKES[name][1] in said[0]
    assert small_book.page(name).select("fieldset") == []


def test_a_quiz_that_is_right_is_no_warning(small_book):
    assert "/choice.md" not in small_book.warnings
    assert "/number.md" not in small_book.warnings


@given(st.integers(min_value=1, max_value=10**15))
def test_a_count_reads_the_same_with_and_without_commas(n):
    assert to_number(f"{n:,}") == to_number(f"{n}") == n


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_a_number_reads_as_it_was_written(x):
    assert to_number(f"{x!r}") == x


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_fraction_reads_as_its_quotient(a, b):
    assert to_number(f"{a}/{b}") == a / b


@pytest.mark.parametrize("text", ["", "0", "-1", "1/0", "1,00", "12 %", "1/2/3", "0,125", "much"])
def test_what_is_no_number_above_zero_is_refused(text):
    with pytest.raises(QuizError):
        to_number(text)


@pytest.mark.parametrize(("text", "percent"), [("1 %", 1), ("0.5%", 0.5), ("0 %", 0)])
def test_a_tolerance_is_read_in_percent(text, percent):
    assert to_percent(text) == percent


@pytest.mark.parametrize("text", ["1", "-1 %", "50 %", "one %", ""])
def test_what_is_no_tolerance_is_refused(text):
    with pytest.raises(QuizError):
        to_percent(text)


@given(st.floats(min_value=1e-6, max_value=1e12), st.floats(min_value=0, max_value=49))
def test_a_number_is_close_to_itself_and_not_to_what_lies_outside(value, percent):
    assert close(value, value, percent)
    assert close(value * (1 + 0.99 * percent / 100), value, percent)
    assert not close(value * (1.001 + percent / 100), value, percent)


@pytest.mark.book
def test_the_pages_with_questions_have_quizzes(site):
    with_quiz = [
        page for page in pages(site) if 'class="quiz ' in (site / page).read_text(encoding="utf-8")
    ]
    assert len(with_quiz) >= 14
