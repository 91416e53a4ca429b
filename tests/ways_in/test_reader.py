"""A reader's first minutes: read on, move something, answer something, search, take it along."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Download, Page

from tests.book.building import built_site
from tests.browser.watching import Watch
from tests.ways_in import pictures

pytestmark = [pytest.mark.browser, pytest.mark.book]

# As they follow each other, from the front page to the first explorer.
CHAPTERS = (
    "overview",
    "why_acceleration_first",
    "measuring",
    "vectorization",
    "memory_layout",
)
EXERCISE = "exercises/acceleration/acceleration"


@pytest.fixture
def reader(browser: Browser, address: str):
    """Give a page on the front page of the book, and what went wrong since."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light", accept_downloads=True
    )
    page, watch = context.new_page(), Watch()
    watch.attach(page, urlsplit(address).netloc)
    page.goto(address)
    page.wait_for_url("**/book/overview.html")
    yield page, watch
    context.close()
    assert watch.troubles == []


def next_page(page: Page) -> None:
    """Follow the link at the end of a chapter."""
    page.locator("a.right-next").click()
    page.wait_for_load_state()


def test_a_reader_reads_on_and_moves_an_explorer_by_keyboard(reader):
    page, _ = reader
    for place, name in enumerate(CHAPTERS):
        assert urlsplit(page.url).path == f"/book/{name}.html"
        assert page.locator("article h1").count() == 1
        if place < len(CHAPTERS) - 1:
            next_page(page)
    root = page.locator("[id^=explorer-]").first
    root.locator(".tt-predict input").first.focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert "You predicted 3" in root.locator(".tt-explanation").inner_text()
    twin = (root.locator(".tt-status"), root.locator(".tt-facts"))
    before = [part.inner_text() for part in twin]
    slider = root.locator(".tt-controls input[type=range]").first
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    for part, was in zip(twin, before, strict=True):
        assert part.inner_text() != was
    root.scroll_into_view_if_needed()
    pictures.take(page, "reader")


def test_a_reader_answers_a_quiz_by_keyboard(reader):
    page, _ = reader
    quiz = page.locator("fieldset.quiz").first
    field, status = quiz.locator("input[type=text]"), quiz.locator("[role=status]")
    for answer, verdict in (("16,777,216", "wrong"), ("33,554,432", "right")):
        field.focus()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(answer)
        page.keyboard.press("Enter")
        assert status.get_attribute("data-verdict") == verdict
        assert status.inner_text().strip()


def test_a_reader_searches_and_opens_what_was_found(reader):
    page, _ = reader
    page.keyboard.press("Control+K")
    page.locator("#pst-search-dialog input[type=search], input[type=search]:visible").first.focus()
    page.keyboard.insert_text("ridge")
    page.keyboard.press("Enter")
    found = page.locator("#search-results a[href*='book/roofline.html']").first
    found.click()
    page.wait_for_url("**/book/roofline.html*")
    assert "ridge" in page.locator("article").inner_text()


def test_a_reader_reads_in_the_dark(reader):
    page, _ = reader
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    switch = page.get_by_role("button", name="Color mode").first
    for _ in range(3):
        switch.focus()
        page.keyboard.press("Enter")
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(background) != light
    next_page(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_reader_takes_the_notebook_along(reader, address: str):
    page, watch = reader
    page.goto(f"{address}{EXERCISE}.html")
    taken: list[Download] = []
    # The link opens a tab of its own, which becomes a download at once.
    page.on("download", lambda download: taken.append(download))
    page.context.on("page", lambda tab: tab.on("download", lambda download: taken.append(download)))
    page.get_by_role("button", name="Download this page").click()
    page.locator(f".dropdown-menu a[href$='{EXERCISE}.ipynb']").click()
    for _ in range(50):
        if taken:
            break
        page.wait_for_timeout(100)
    (download,) = taken
    given = json.loads(download.path().read_text(encoding="utf-8"))
    assert given["nbformat"] == 4
    assert (
        download.path().read_bytes()
        == (built_site() / "_sources" / f"{EXERCISE}.ipynb").read_bytes()
    )
