"""What the pages of the book say about themselves, and the pictures that stand for them."""

from collections import Counter

import pytest
from bs4 import BeautifulSoup, Tag
from matplotlib.image import imread

from book._theme.rasterize import PICTURES, STATIC, digest
from tests.book.building import ROOT, pages

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def heads(site) -> dict[str, Tag]:
    """Give the head of every page by the page's address."""
    return {
        page: BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser").head
        for page in pages(site)
    }


def content(head: Tag, selector: str) -> str:
    """Give what one element of a head says, which must be there once."""
    (element,) = head.select(selector)
    return element["content"]


def test_every_page_describes_itself_in_a_sentence_or_two(heads):
    for page, head in heads.items():
        text = content(head, 'meta[name="description"]')
        assert 50 <= len(text) <= 310, f"{page}: {text!r}"
        assert text[0].isupper(), f"{page}: {text!r}"
        assert text.endswith((".", "?", "…")), f"{page}: {text!r}"


def test_no_two_pages_describe_themselves_alike(heads):
    # The front page opens the overview and says the same.
    texts = Counter(
        content(head, 'meta[name="description"]')
        for page, head in heads.items()
        if page != "index.html"
    )
    assert [text for text, count in texts.items() if count > 1] == []


def test_every_page_can_be_shared_with_its_title_and_description(heads):
    for page, head in heads.items():
        assert content(head, 'meta[property="og:title"]'), page
        said = content(head, 'meta[property="og:description"]')
        assert said == content(head, 'meta[name="description"]'), page
        assert content(head, 'meta[property="og:site_name"]') == "Acceleration", page
    kinds = {page: content(head, 'meta[property="og:type"]') for page, head in heads.items()}
    websites = {page for page, kind in kinds.items() if kind == "website"}
    assert websites == {"index.html", "book/overview.html"}
    assert set(kinds.values()) == {"website", "article"}


def test_a_page_has_an_icon_as_svg_and_for_devices_that_show_none_as_png(site, heads):
    for page, head in heads.items():
        if page == "index.html":
            continue
        icons = [(site / page).parent / link["href"] for link in head.select('link[rel~="icon"]')]
        # A browser that knows both takes the last.
        assert [icon.suffix for icon in icons] == [".png", ".svg"]
        touch = (site / page).parent / head.select_one('link[rel="apple-touch-icon"]')["href"]
        assert all(icon.is_file() for icon in (*icons, touch))


@pytest.mark.parametrize("name", PICTURES)
def test_a_bitmap_is_drawn_from_its_svg_in_the_size_that_others_ask_for(name):
    svg, width, height = PICTURES[name]
    picture = imread(STATIC / name)
    assert picture.shape[:2] == (height, width)
    kept = digest(svg).encode() in (STATIC / name).read_bytes()
    assert kept, f"{svg.name} was changed: make pictures"


def test_the_exercise_offers_the_students_notebook_at_its_top(site):
    page = site / "exercises" / "acceleration" / "acceleration.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    (link,) = soup.select(".notebook-download a[download]")
    assert "Download the notebook" in link.get_text()
    given = (page.parent / link["href"]).read_bytes()
    assert given == (ROOT / "exercises" / "acceleration" / "acceleration.ipynb").read_bytes()
    assert link.find_previous(["h1", "h2"]).name == "h1"
