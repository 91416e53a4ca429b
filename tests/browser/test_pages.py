"""Every page of the book, opened as a reader would: wide and narrow, light and dark."""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.book.building import built_site, pages
from tests.browser.watching import SCREENS, Watch, violations

pytestmark = [pytest.mark.browser, pytest.mark.book]

SCREENSHOTS = Path(__file__).with_name("screenshots")

# What a reader on a slow line may have to wait for, from a cold cache.
MOST_BYTES = 700 * 1024
# Compressed already, so a server sends them as they are.
COMPRESSED = {".png", ".jpg", ".gif", ".webp", ".woff", ".woff2", ".mp3", ".opus", ".ogg"}


@cache
def transferred(file: Path) -> int:
    """Give the number of bytes in which a server sends a file."""
    content = file.read_bytes()
    return len(content) if file.suffix in COMPRESSED else len(gzip.compress(content, 6))


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_page_is_whole(browser: Browser, address: str, width: int, scheme: str):
    troubles = {}
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for name in pages(built_site()):
        page, watch = context.new_page(), Watch()
        watch.attach(page, urlsplit(address).netloc)
        page.goto(address + name)
        page.wait_for_load_state("networkidle")
        found = list(watch.troubles)
        loaded = {built_site() / (name or "index.html") for name in watch.requested}
        weight = sum(map(transferred, loaded))
        if weight > MOST_BYTES:
            found.append(f"{weight / 1024:.0f} KB to load: {sorted(loaded, key=transferred)[-3:]}")
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wider > 0:
            found.append(f"{wider} pixels wider than the screen")
        # The front page is a redirect: by now the overview is open, which is looked at anyway.
        if name != "index.html":
            folder = SCREENSHOTS / f"{width}-{scheme}"
            folder.mkdir(parents=True, exist_ok=True)
            picture = folder / (name.removesuffix(".html").replace("/", "_") + ".png")
            page.screenshot(path=picture)
            found += violations(page)
        if found:
            troubles[name] = found
        page.close()
    context.close()
    assert troubles == {}


def test_the_front_page_opens_the_overview(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(address)
    page.wait_for_url("**/book/overview.html")
    assert page.locator("article h1").inner_text().startswith("Overview")
    page.close()


def test_the_search_finds_a_chapter(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(f"{address}search.html?q=roofline")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#search-results a[href*='book/roofline.html']").count() > 0
    page.close()


def test_the_theme_switch_goes_through_all_three_modes(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(f"{address}book/overview.html")
    switch = page.get_by_role("button", name="Color mode").first
    modes = set()
    for _ in range(3):
        switch.click()
        modes.add(page.evaluate("document.documentElement.dataset.mode"))
    assert modes == {"light", "dark", "auto"}
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_stand_on_the_pages_own_background(browser: Browser, address: str, scheme: str):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}book/roofline.html")
    backgrounds = page.evaluate(
        "[...document.querySelectorAll('.cell_output .text_html')]"
        ".map(output => getComputedStyle(output).backgroundColor)"
    )
    assert backgrounds
    assert set(backgrounds) == {"rgba(0, 0, 0, 0)"}
    context.close()


def test_formulas_are_drawn_by_the_browser_itself(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(f"{address}book/roofline.html")
    # A fraction that is drawn as one is taller than a line of its own text.
    fraction, letter = page.evaluate(
        "[...document.querySelectorAll('math[display=block] mfrac')].slice(0, 1).map("
        "f => [f.getBoundingClientRect().height,"
        " f.firstElementChild.getBoundingClientRect().height])[0]"
    )
    assert fraction > 1.5 * letter
    page.close()


def test_a_chart_on_a_phone_keeps_letters_to_read_and_scrolls_by_keyboard(
    browser: Browser, address: str
):
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(f"{address}book/production.html")
    frame = page.locator(".chart-frame").first
    # A line of 12-pixel letters is 14 pixels high.
    heights = frame.evaluate(
        "frame => [...frame.querySelectorAll('text')].map(t => t.getBoundingClientRect().height)"
    )
    assert min(heights) >= 13
    page.wait_for_function("document.querySelector('.chart-frame').tabIndex === 0")
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.chart-frame').scrollLeft > 0")
    page.close()


def test_a_chart_that_is_whole_is_no_stop_for_the_keyboard(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}book/production.html")
    page.wait_for_load_state("networkidle")
    stops = page.evaluate("[...document.querySelectorAll('.chart-frame')].map(f => f.tabIndex)")
    assert set(stops) == {-1}
    page.close()
