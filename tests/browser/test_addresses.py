"""What a book says about where it and its repository are: all of it when set, none when not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from repository_buttons import checked
from site_address import absolute

from authoring.serving import served
from tests.book.small_book import SmallBook, build_small_book
from tests.browser.watching import SCREENS, violations

pytestmark = pytest.mark.slow

REPOSITORY = "https://github.com/someone/some-course"
SITE = "https://example.org/courses/acceleration"
PICTURE = "social.png"
SCREENSHOTS = Path(__file__).with_name("screenshots") / "buttons"


@pytest.fixture(scope="module")
def unset(tmp_path_factory) -> SmallBook:
    """A book of which nobody said where it is."""
    book = build_small_book(tmp_path_factory.mktemp("unset"))
    assert book.status == 0, book.said
    return book


@pytest.fixture(scope="module")
def at_home(tmp_path_factory) -> SmallBook:
    """A book whose repository, branch and site are known."""
    book = build_small_book(
        tmp_path_factory.mktemp("set"),
        COURSE_REPOSITORY=f"{REPOSITORY}.git",
        COURSE_REPOSITORY_BRANCH="autumn/2026",
        COURSE_SITE_URL=SITE,
    )
    assert book.status == 0, book.said
    return book


def buttons(page) -> dict[str, str]:
    """Give the links above a page: what each says, and where it leads."""
    links = page.select(".article-header-buttons a")
    return {link.get_text(strip=True): link["href"] for link in links}


def properties(page) -> dict[str, str]:
    """Give a page's OpenGraph properties."""
    return {tag["property"]: tag["content"] for tag in page.select('meta[property^="og:"]')}


def test_without_a_repository_only_downloads_stand_above_a_page(unset):
    assert buttons(unset.chapter).keys() == {".md"}
    assert buttons(unset.exercise).keys() == {".ipynb"}


def test_a_notebook_opens_on_binder_in_jupyterlab(at_home):
    binder = "https://mybinder.org/v2/gh/someone/some-course/autumn/2026?urlpath=lab/tree"
    assert buttons(at_home.chapter)["Binder"] == f"{binder}/book/chapter.md"
    assert (
        buttons(at_home.exercise)["Binder"] == f"{binder}/exercises/acceleration/acceleration.ipynb"
    )


def test_a_chapter_links_to_its_source(at_home):
    links = buttons(at_home.chapter)
    assert links["Show source"] == f"{REPOSITORY}/blob/autumn/2026/book/chapter.md?plain=1"
    assert links["Suggest edit"] == f"{REPOSITORY}/edit/autumn/2026/book/chapter.md"


def test_a_page_that_is_no_notebook_has_a_source_but_nothing_to_launch(at_home):
    links = buttons(at_home.page("book/overview"))
    assert "Binder" not in links
    assert links["Suggest edit"] == f"{REPOSITORY}/edit/autumn/2026/book/overview.md"


def test_an_edit_of_the_exercise_opens_what_it_is_made_from_and_says_what_that_shows(at_home):
    links = buttons(at_home.exercise)
    edit = links["Suggest edit (shows the solutions)"]
    assert edit == f"{REPOSITORY}/edit/autumn/2026/solutions/acceleration.py"
    assert "exercises/acceleration/acceleration.ipynb" in links["Show source"]


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/someone/some-course",
        "https://github.com/someone/some-course/",
        "https://github.com/someone/some-course.git",
        "https://gitlab.com/someone/some.course",
    ],
)
def test_a_repository_is_known_by_the_address_that_its_page_or_git_shows(address):
    bare = address.removesuffix("/").removesuffix(".git")
    assert checked(address, "COURSE_REPOSITORY") == bare


@pytest.mark.parametrize(
    "address",
    [
        "someone/some-course",
        "git@github.com:someone/some-course.git",
        "https://github.com/someone",
        "https://github.com/someone/some-course/tree/main",
        "https://example.org/someone/some-course",
    ],
)
def test_an_address_that_binder_and_the_theme_would_not_understand_is_refused(address):
    with pytest.raises(SystemExit, match="COURSE_REPOSITORY is .*, but must look like https"):
        checked(address, "COURSE_REPOSITORY")


@pytest.mark.parametrize("address", ["example.org/course", "/course", "https:///course", "x://y"])
def test_an_address_that_is_no_place_on_the_web_is_refused(address):
    with pytest.raises(SystemExit, match="COURSE_SITE_URL is .*, but must be the address"):
        absolute(address, "COURSE_SITE_URL")


def test_a_wrong_address_ends_the_build_with_one_sentence(tmp_path):
    book = build_small_book(tmp_path, COURSE_REPOSITORY="someone/some-course")
    assert book.status != 0
    assert "COURSE_REPOSITORY is 'someone/some-course', but must look like" in book.said
    assert "Traceback" not in book.said


def test_without_a_site_no_page_names_an_absolute_address_of_its_own(unset):
    for name in ("book/chapter", "index", "search"):
        page = unset.page(name)
        assert page.select('link[rel="canonical"]') == []
        assert properties(page).keys() <= {"og:title", "og:description", "og:type", "og:site_name"}
    assert not (unset.site / "sitemap.xml").exists()
    assert not (unset.site / "robots.txt").exists()


def test_with_a_site_every_page_names_itself_and_the_picture_absolutely(at_home):
    page = at_home.chapter
    address = f"{SITE}/book/chapter.html"
    assert page.select_one('link[rel="canonical"]')["href"] == address
    assert properties(page)["og:url"] == address
    assert properties(page)["og:image"] == f"{SITE}/_static/{PICTURE}"
    assert (at_home.site / "_static" / PICTURE).is_file()


def test_the_front_page_is_shared_as_the_page_that_it_opens(at_home):
    assert properties(at_home.page("index")) == properties(at_home.page("book/overview"))
    assert properties(at_home.page("index"))["og:type"] == "website"


def test_the_sitemap_lists_every_page_with_a_source_and_crawlers_are_told(at_home):
    sitemap = (at_home.site / "sitemap.xml").read_text(encoding="utf-8")
    names = ("book/chapter", "book/overview", "exercises/acceleration/acceleration")
    assert [line for line in sitemap.splitlines() if "<loc>" in line] == [
        f"  <url><loc>{SITE}/{name}.html</loc></url>" for name in names
    ]
    robots = (at_home.site / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {SITE}/sitemap.xml" in robots.splitlines()


def test_a_description_is_the_first_sentences_of_the_running_text(unset):
    said = unset.chapter.select_one('meta[name="description"]')["content"]
    assert said == (
        "Short. A “tile” of n^2 values & a cache: the second sentence says more than the first one "
        "did."
    )
    assert properties(unset.chapter)["og:description"] == said
    assert properties(unset.chapter)["og:title"] == "Tiles & <caches>"


@pytest.fixture(scope="module")
def address_at_home(at_home) -> Iterator[str]:
    """Serve the book that has all buttons; give its address."""
    with served(at_home.site) as root:
        yield root


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_buttons_are_drawn_and_open_without_a_violation(
    browser: Browser, address_at_home: str, width: int, scheme: str
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address_at_home}exercises/acceleration/acceleration.html")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENSHOTS / f"buttons-{width}-{scheme}.png")
    assert violations(page) == []
    for name, first in (("Launch interactive content", "Binder"), ("Source repo", "Show source")):
        page.get_by_role("button", name=name).click()
        page.get_by_role("link", name=first).wait_for()
        # The theme's tooltips come and go; they say what the buttons say.
        page.mouse.move(0, 500)
        page.screenshot(path=SCREENSHOTS / f"{first.split()[0].lower()}-{width}-{scheme}.png")
        assert violations(page) == []
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0
        page.keyboard.press("Escape")
    # An icon without its font is as wide as the placeholder of a missing letter, or not at all.
    icons = page.evaluate(
        "[...document.querySelectorAll('.article-header-buttons i')]"
        ".filter(icon => icon.checkVisibility())"
        ".map(icon => { const style = getComputedStyle(icon, '::before');"
        " return [icon.className,"
        " document.fonts.check(`${style.fontWeight} 16px ${style.fontFamily}`, 'x'),"
        " icon.getBoundingClientRect().width > 5]; })"
    )
    assert len(icons) >= 4
    assert [icon for icon in icons if not all(icon[1:])] == []
    context.close()
