"""The pages of a class: read at every width, in light and dark, by eye, keyboard and ear."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograder.class_report.writing import write_report
from autograder.similarity.comparison import compare
from autograder.similarity.given import Given
from autograder.similarity.page import similar_page
from autograder.similarity.work import Unit, Work
from tests.autograder.a_class import a_class, result
from tests.browser.watching import Watch, violations

pytestmark = pytest.mark.browser

CODE = (
    "def f(values):\n    # a comment that both of them wrote\n    return [v + 1 for v in values]\n"
)
LONG = "    total = np.zeros(values.shape) + np.cumsum(values)[::-1] * np.hypot(values, values)\n"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The class's page, a student's with the class in it, and that of pairs alike."""
    out = tmp_path_factory.mktemp("class")
    unit = Unit("Part 1: vectorized matmul", "code", CODE + "def g(values):\n" + LONG * 3)
    works = [Work(name, (unit,)) for name in ("one student", "another student")]
    (out / "similar.html").write_text(similar_page(compare(works, Given())), encoding="utf-8")
    write_report([*a_class(6), result("open", isolation="none")], out, with_class=True)
    return {
        "class": out / "report.html",
        "student": out / "feedback" / "student-005.html",
        "similar": out / "similar.html",
    }


# One style sheet serves all three, so between them they try each width in each light.
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("class", 1280, "light"),
        ("class", 390, "dark"),
        ("student", 1280, "dark"),
        ("student", 390, "light"),
        ("similar", 1280, "light"),
        ("similar", 390, "dark"),
    ],
)
def test_a_page_is_clean_at_every_width_and_in_every_light(
    browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, watch = context.new_page(), Watch()
    watch.attach(page, "")
    page.goto(pages[name].as_uri())
    for fold in page.locator("summary").all():
        fold.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not watch.troubles
    context.close()


def test_pictures_and_text_change_with_the_light(browser: Browser, pages: dict[str, Path]):
    colours = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(pages["class"].as_uri())
        ink = page.locator("figure svg text").first
        colours.append(
            (
                page.evaluate("getComputedStyle(document.body).backgroundColor"),
                ink.evaluate("(element) => getComputedStyle(element).fill"),
            )
        )
        context.close()
    (light, dark_ink), (dark, light_ink) = colours
    assert light == "rgb(255, 255, 255)" and dark == "rgb(18, 18, 18)"
    assert dark_ink != light_ink


def test_the_keyboard_opens_what_is_folded_and_follows_links(
    browser: Browser, pages: dict[str, Path]
):
    page = browser.new_page()
    page.goto(pages["class"].as_uri())
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => [document.activeElement.tagName, document.activeElement.textContent]"
        )
        seen.add(here[0])
        if here[0] == "SUMMARY":
            page.keyboard.press("Enter")
        if here == ["A", "student-003"]:
            break
    assert {"SUMMARY", "DIV", "A"} <= seen
    assert page.locator("details:not([open])").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/student-003.html")
    assert page.locator("h1").inner_text() == "Feedback: student-003"
    page.close()
