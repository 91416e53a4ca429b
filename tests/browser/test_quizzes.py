"""Every quiz of the book, answered as a reader would: by keyboard, rightly and wrongly."""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, SoupStrainer, Tag
from playwright.sync_api import Browser, Page

from tests.book.building import built_site, pages
from tests.browser.watching import Watch, violations

pytestmark = [pytest.mark.browser, pytest.mark.book]

# A tab stop or two between quizzes are cells that are folded away, and links of a worked answer.
TAB_STOPS = 12

# Which quiz has the focus, and what it says.
STATE = """() => {
    const all = [...document.querySelectorAll("fieldset.quiz")];
    const quiz = document.activeElement.closest("fieldset.quiz");
    const status = quiz?.querySelector("[role=status]");
    return {
        at: all.indexOf(quiz),
        kind: document.activeElement.type ?? document.activeElement.localName,
        verdict: status?.dataset.verdict,
        said: status?.textContent.replace(/\\s+/g, " ").trim(),
        open: quiz?.querySelector("details").open,
        outline: parseFloat(getComputedStyle(document.activeElement).outlineWidth),
    };
}"""

# Gives each answer of a list to each quiz of a page: an option by its place, or a text.
GIVE = """answers => [...document.querySelectorAll("fieldset.quiz")].map((quiz, at) => {
    const radios = [...quiz.querySelectorAll("input[type=radio]")];
    const status = quiz.querySelector("[role=status]");
    const details = quiz.querySelector("details");
    return answers[at].map(answer => {
        if (typeof answer === "number") {
            radios[answer].click();
        } else if (answer !== null) {
            const field = quiz.querySelector("input[type=text]");
            field.value = answer;
            field.dispatchEvent(new Event("input", {bubbles: true}));
        }
        const before = status.textContent;
        details.open = false;
        quiz.querySelector("button[type=submit]").click();
        const said = status.textContent.replace(/\\s+/g, " ").trim();
        return {before, said, verdict: status.dataset.verdict, open: details.open};
    });
})"""

# Answers every quiz of a page, at first wrongly and then rightly.
ANSWER = """right => {
    const send = quiz => quiz.querySelector("button[type=submit]").click();
    for (const quiz of document.querySelectorAll("fieldset.quiz")) {
        const options = [...quiz.querySelectorAll(".quiz-options > li")];
        const chosen = options.find(option => option.hasAttribute("data-right") === right);
        if (chosen) chosen.querySelector("input").click();
        const field = quiz.querySelector("input[type=text]");
        if (field) field.value = right ? quiz.dataset.value : 1.7 * quiz.dataset.value;
        send(quiz);
    }
    return [...document.querySelectorAll("fieldset.quiz [role=status]")].map(
        status => status.dataset.verdict);
}"""

# Controls that a finger can miss, and quizzes that are wider than the page.
MISFITS = """() => [...document.querySelectorAll("fieldset.quiz")].flatMap(quiz => {
    const small = [...quiz.querySelectorAll("input, button, summary")].filter(control => {
        const box = control.getBoundingClientRect();
        return box.width < 24 || box.height < 24;
    });
    const wide = [...quiz.querySelectorAll("*")].filter(
        part => !part.closest("details") && part.getBoundingClientRect().right > innerWidth);
    return [...small, ...wide].map(element => element.outerHTML.slice(0, 200));
})"""


def plain(text: str) -> str:
    """Give a text with its white space as one sees it."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Quiz:
    """One quiz as it stands in the built page."""

    tag: Tag

    @property
    def is_choice(self) -> bool:
        """Whether it has options."""
        return bool(self.tag.select(".quiz-options"))

    @property
    def right(self) -> list[bool]:
        """Which of the options is right."""
        return [option.has_attr("data-right") for option in self.tag.select(".quiz-options > li")]

    @property
    def reasons(self) -> list[str]:
        """What is said of each option, or of each number that a mistake leads to."""
        return [plain(reason.get_text()) for reason in self.tag.select(".quiz-reasons > li")]

    @property
    def known(self) -> list[float]:
        """The numbers that a mistake leads to."""
        return [float(str(x["data-value"])) for x in self.tag.select(".quiz-reasons > li")]

    @property
    def value(self) -> float:
        """The right number."""
        return float(str(self.tag["data-value"]))

    @property
    def unit(self) -> str:
        """The unit in which the number is asked."""
        return str(self.tag["data-unit"])

    @property
    def hint(self) -> str:
        """What is said of every other number."""
        return plain(self.tag.select_one(".quiz-hint").get_text())


@cache
def quizzes() -> dict[str, list[Quiz]]:
    """Give the quizzes of each page that has any."""
    found = {}
    for name in pages(built_site()):
        text = (built_site() / name).read_text(encoding="utf-8")
        only = SoupStrainer("fieldset")
        if tags := BeautifulSoup(text, "html.parser", parse_only=only).select("fieldset.quiz"):
            found[name] = [Quiz(tag) for tag in tags]
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def tab_to(page: Page, at: int) -> dict:
    """Go on by Tab until the quiz is reached, as a reader without a mouse does."""
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        state = page.evaluate(STATE)
        if state["at"] == at:
            assert state["outline"] >= 2, "one must see where the focus is"
            return state
    raise AssertionError(f"Tab does not reach quiz {at}")


def type_number(page: Page, text: str) -> dict:
    """Type a number in the place of the one before, and check it by Enter."""
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    return page.evaluate(STATE)


def answers(quiz: Quiz) -> list[int | str | None]:
    """Give all the answers to try, at first none."""
    if quiz.is_choice:
        return [None, *range(len(quiz.right))]
    known = [f"{value!r}" for value in quiz.known]
    far = [f"{31.7 * quiz.value!r}", f"{quiz.value / 31.7!r}"]
    right = [f"{quiz.value!r}", f"{quiz.value} {quiz.unit}", f"{quiz.value:,}"]
    return [None, "much", *known, *far, *right]


def expected(quiz: Quiz) -> list[tuple[str, str]]:
    """Give the verdict of each of these answers, and a pattern of what must be said."""
    reasons = [re.escape(reason) for reason in quiz.reasons]
    if quiz.is_choice:
        verdicts = ["right" if right else "wrong" for right in quiz.right]
        reasons = [
            f"(?={verdict.capitalize()}\\. ){reason}"
            for verdict, reason in zip(verdicts, reasons, strict=True)
        ]
        return [
            ("none", r"No option yet\. Choose one first\."),
            *zip(verdicts, reasons, strict=True),
        ]
    far = rf"{{}} by a factor of 10 or more\. {re.escape(quiz.hint)}"
    return [
        ("none", r"No number yet\. Write one first\."),
        ("none", rf"“much” is not a number here\. Write it in {re.escape(quiz.unit)}, as in .+\."),
        *(("wrong", rf"(?=.+: wrong\. ){reason}") for reason in reasons),
        ("wrong", rf".+: wrong\. That is too {far.format('large')}"),
        ("wrong", rf".+: wrong\. That is too {far.format('small')}"),
        *[("right", r"Right: .+\. The worked answer is open below\.")] * 3,
    ]


def test_there_are_choices_and_numbers_in_the_book():
    every = [quiz for group in quizzes().values() for quiz in group]
    assert sum(quiz.is_choice for quiz in every) > 15
    assert sum(not quiz.is_choice for quiz in every) > 40


@pytest.mark.slow
def test_every_answer_of_every_quiz_gets_its_reason(page: Page, address: str):
    watch = Watch()
    watch.attach(page, urlsplit(address).netloc)
    for name, group in quizzes().items():
        page.goto(address + name)
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        given = page.evaluate(GIVE, [answers(quiz) for quiz in group])
        for quiz, results in zip(group, given, strict=True):
            for result, (verdict, said) in zip(results, expected(quiz), strict=True):
                assert result["verdict"] == verdict, f"{name}: {result}"
                assert re.fullmatch(said, result["said"]), f"{name}: {result}"
                assert result["before"] == "", f"{name}: what was said belongs to another answer"
                assert result["open"] == (verdict == "right"), f"{name}: {result}"
        assert page.url == address + name
        assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])") == kept
    assert watch.troubles == []


@pytest.mark.parametrize("name", ["book/fusion.html", "book/measuring.html"])
def test_a_keyboard_is_enough(page: Page, address: str, name: str):
    page.goto(address + name)
    # Where a reader is who has read up to the first question.
    page.evaluate("""() => {
        const questions = document.getElementById("questions");
        questions.tabIndex = -1;
        questions.focus();
    }""")
    for at, quiz in enumerate(quizzes()[name]):
        state = tab_to(page, at)
        if quiz.is_choice:
            assert state["kind"] == "radio"
            page.keyboard.press("Space")
            for reason in quiz.reasons:
                assert page.evaluate(STATE)["said"] == "", "an arrow key must not answer"
                page.keyboard.press("Enter")
                assert page.evaluate(STATE)["said"] == reason
                page.keyboard.press("ArrowDown")
            page.keyboard.press("Tab")
        else:
            assert state["kind"] == "text"
            page.keyboard.insert_text("much")
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            assert page.evaluate(STATE)["said"].startswith("“much” is not a number here.")
            page.keyboard.press("Shift+Tab")
            assert type_number(page, f"{quiz.value!r}")["verdict"] == "right"
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        before = page.evaluate(STATE)
        assert before["kind"] == "summary"
        page.keyboard.press("Enter")
        assert page.evaluate(STATE)["open"] != before["open"]


def all_on_one_page() -> str:
    """Put every quiz of the book into one page: axe then looks at them all in one go."""
    page = built_site() / "book" / "overview.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    questions = soup.select_one("#questions")
    questions.clear()
    for group in quizzes().values():
        questions.extend(copy(quiz.tag) for quiz in group)
    return str(soup)


@pytest.mark.slow
def test_answered_quizzes_are_accessible_on_every_screen(page: Page, address: str):
    watch = Watch()
    watch.attach(page, urlsplit(address).netloc)
    everything = all_on_one_page()
    page.route("**/overview.html", lambda route: route.fulfill(body=everything))
    page.goto(f"{address}book/overview.html")
    troubles = {}
    for verdict, width, scheme in (
        ("wrong", 1280, "light"),
        ("wrong", 390, "dark"),
        ("right", 390, "light"),
        ("right", 1280, "dark"),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme == '{scheme}'")
        assert page.evaluate(ANSWER, verdict == "right") == [verdict] * sum(
            map(len, quizzes().values())
        )
        found = violations(page, "#questions") + page.evaluate(MISFITS)
        if found:
            troubles[verdict, width, scheme] = found
    assert troubles == {}
    assert watch.troubles == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,000", "1,000"),
        ("1 000.5", "1,000.5"),
        ("12,345,678", "12,345,678"),
        ("0,125", "0.125"),
        (".5", "0.5"),
        ("~ 3", "3"),
        ("1e9", "1,000,000,000"),
        ("1.5 x 10^9", "1,500,000,000"),
        ("2**20", "1,048,576"),
        ("2*2048^3/128", "134,217,728"),
        ("1/6", "0.166666666667"),
        ("12 flop", "12"),
        ("1e30", "1e+30"),
        ("−4", "-4"),
    ],
)
def test_a_number_is_read_as_people_write_it(asked: Page, typed: str, read: str):
    asked.focus("fieldset.quiz input[type=text]")
    assert type_number(asked, typed)["said"].startswith(f"{read} FLOP: wrong. ")


@pytest.fixture(scope="module")
def asked(browser: Browser, address: str) -> Iterator[Page]:
    """Give a page whose first quiz asks for a number of FLOP."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}book/overview.html")
    yield page
    context.close()


@pytest.mark.parametrize("typed", ["12 MB", "1,00,0", "1.2.3", "1/0", "2^2^2", "four", "-", "1 2"])
def test_what_is_no_number_gets_one_sentence(asked: Page, typed: str):
    asked.focus("fieldset.quiz input[type=text]")
    state = type_number(asked, typed)
    assert state["verdict"] == "none"
    assert f"“{typed}” is not a number here." in state["said"]


def test_without_scripts_a_quiz_is_read_and_its_answer_unfolds(browser: Browser, address: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name in ("book/fusion.html", "book/check_your_understanding.html"):
        page.goto(address + name)
        quiz = page.locator("fieldset.quiz", has=page.locator(".quiz-options")).first
        assert quiz.locator("legend").is_visible()
        assert quiz.locator(".quiz-options > li").first.is_visible()
        assert page.locator("fieldset.quiz").locator("input, button, select").count() == 0
        assert not page.locator(".quiz-hint").first.is_visible()
        assert not quiz.locator(".quiz-reasons").is_visible()
        quiz.locator("summary").click()
        assert quiz.locator(".quiz-reasons > li").last.is_visible()
    context.close()


def test_a_quiz_answers_in_a_page_that_was_opened_as_a_file(page: Page):
    page.goto((built_site() / "book" / "fusion.html").as_uri())
    quiz = page.locator("fieldset.quiz.quiz-number").first
    quiz.get_by_label("Your answer").fill("72")
    quiz.get_by_role("button", name="Check").click()
    assert quiz.get_by_role("status").inner_text().startswith("Right: 72 MB.")
