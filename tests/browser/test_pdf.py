"""Some chapters, printed as the whole book is, and read back from the file."""

import io
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from pypdf import PdfReader
from pypdf.generic import Destination

from authoring.contents import Part
from authoring.pdf.binding import Binding
from authoring.pdf.chapter import MOVES, Chapter
from authoring.pdf.printing import ADDRESS, WIDTH, answer_from, print_book
from tests.book.building import ROOT, built_site

pytestmark = [pytest.mark.browser, pytest.mark.book, pytest.mark.slow]

# An explorer, figures, formulas, quizzes of both kinds, tabs: and one link from each to the other.
BOOK = [Part("", ("book/tiling",)), Part("A part", ("book/production",))]
TITLES = ["Contents", "Tiling", "Production context"]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """Give the printed file."""
    return print_book(built_site(), BOOK)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    """Read it."""
    return PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def texts(reader: PdfReader) -> list[str]:
    """Give the text of each page."""
    return [page.extract_text() for page in reader.pages]


def squeezed(text: str) -> str:
    """Give a text without its white space, which a PDF does not keep."""
    return "".join(text.split())


def bookmarks(outline: list, depth: int = 0) -> Iterator[tuple[int, Destination]]:
    """Give every bookmark with its depth."""
    for entry in outline:
        if isinstance(entry, list):
            yield from bookmarks(entry, depth + 1)
        else:
            yield depth, entry


def test_the_outline_has_every_chapter_and_its_sections(reader, texts):
    entries = list(bookmarks(reader.outline))
    assert [str(entry.title) for depth, entry in entries if depth == 0] == TITLES
    sections = [str(entry.title) for depth, entry in entries if depth == 1]
    # These wrap on paper, where Chromium loses a space.
    assert "The capacity effect, in a cache you can see through" in sections
    assert sections.count("Worked answers") == 2
    for _, entry in entries:
        page = texts[reader.get_destination_page_number(entry)]
        assert squeezed(str(entry.title)) in squeezed(page)


def test_every_page_but_the_cover_says_its_number_and_its_chapter(texts):
    for number, text in enumerate(texts[1:], start=2):
        assert re.search(rf"(?m)^\s*{number}\s*$", text), f"page {number}: {text[-80:]!r}"
    body = texts[2:]
    assert all("Tiling" in text or "Production context" in text for text in body)


def test_the_contents_tell_the_pages_on_which_chapters_begin(reader, texts):
    begins = {
        str(entry.title): reader.get_destination_page_number(entry) + 1
        for depth, entry in bookmarks(reader.outline)
        if depth == 0
    }
    for title in TITLES[1:]:
        assert re.search(rf"{title}\s+{begins[title]}\b", texts[1])


def shown_code() -> list[str]:
    """Give the lines of code of both chapters that are not folded away, long ones first."""
    lines = []
    for part in BOOK:
        for page in part.chapters:
            text = (built_site() / f"{page}.html").read_text(encoding="utf-8")
            for block in BeautifulSoup(text, "html.parser").select("article pre"):
                if block.find_parent("details") is None:
                    lines += block.get_text().splitlines()
    return sorted(lines, key=len, reverse=True)


def test_every_line_of_code_is_there_to_its_end(texts):
    whole = squeezed("".join(texts))
    code = shown_code()
    assert len(code[0]) > 76, "no line is long enough to tell"
    for line in code:
        assert squeezed(line) in whole, line


def test_nothing_is_wider_than_the_paper(browser: Browser):
    pages = [page for part in BOOK for page in part.chapters]
    chapters = [Chapter(built_site(), page, pages) for page in pages]
    document = Binding("Acceleration", "Some", BOOK, chapters).html({})
    # Wider than any line of these chapters: by words, and as one word.
    wide = "".join(f"<pre>{text}</pre>" for text in ("array of " * 30, "x" * 300))
    code = f'<div class="cell_input"><div class="highlight">{wide}</div></div>'
    document = document.replace("</main>", f"{code}</main>")
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    page.route("**/*", answer_from(built_site(), document))
    page.emulate_media(media="print")
    page.goto(ADDRESS)
    beyond = page.evaluate("""() => [...document.querySelectorAll("main *")]
        .filter(one => !one.closest("svg, math, .tt-explorer"))
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1
            || (one.localName === "pre" && one.scrollWidth > one.clientWidth + 1))
        .map(one => one.outerHTML.slice(0, 200))""")
    added = page.locator("main > .cell_input pre").count()
    page.close()
    assert added == 2
    assert beyond == []


def test_links_lead_to_places_within_the_file(reader):
    inside = 0
    names = set(reader.named_destinations)
    for page in reader.pages:
        for annotation in page.get("/Annots") or []:
            link = annotation.get_object()
            action = link.get("/A", {})
            if action.get("/S") == "/URI":
                assert not re.match(r"http://(book\.invalid|127|localhost)", str(action["/URI"]))
            else:
                target = link.get("/Dest") or action.get("/D")
                assert not isinstance(target, str) or str(target) in names
                inside += 1
    sites = ((built_site() / f"book/{name}.html") for name in ("tiling", "production"))
    quizzes = sum(site.read_text(encoding="utf-8").count("<fieldset") for site in sites)
    # From the contents to each chapter, and from each question to its answer and back.
    assert inside >= len(TITLES) - 1 + 2 * quizzes


def test_the_explorer_stands_still_and_says_so(texts):
    whole = squeezed("".join(texts))
    assert squeezed(MOVES) in whole
    # What it shows after its question, with the pictures that its script draws.
    assert "Threetilestake" in whole
    assert "Lockinmyprediction" not in whole
    assert "onecallofnp.matmul" in whole


def test_answers_come_after_all_questions_of_their_chapter(texts):
    whole = squeezed("".join(texts[2:]))
    chapter = whole[: whole.index("Thesamecode,twice")]
    assert chapter.index("Workedanswers") > chapter.rindex(squeezed("Worked answer: at the end"))
    assert "wrong." not in chapter[: chapter.index("Workedanswers")]


def test_all_tabs_are_printed(texts):
    whole = squeezed("".join(texts))
    tabs = (ROOT / "book" / "production.md").read_text(encoding="utf-8")
    found = re.findall(r"\{tab-item\} (.+?)\n```python\n(.*?)```", tabs, re.DOTALL)
    assert len(found) == 2
    for label, code in found:
        assert squeezed(label) in whole
        for line in code.strip().splitlines():
            assert squeezed(line) in whole


def test_the_fonts_are_in_the_file_and_pictures_have_words(reader):
    fonts = {}
    for page in reader.pages:
        for name, font in page["/Resources"].get("/Font", {}).items():
            fonts[name] = font.get_object()
    assert fonts
    for font in fonts.values():
        if font["/Subtype"] == "/Type3":
            assert font["/CharProcs"]
            continue
        inner = font.get("/DescendantFonts", [font])[0].get_object()
        described = inner["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    spoken = [one for one in structure(reader.trailer["/Root"]["/StructTreeRoot"]) if "/Alt" in one]
    assert any("Three square matrices C, A and B" in str(one["/Alt"]) for one in spoken)


def structure(root) -> Iterator:
    """Give every element of the tree that a screen reader goes by."""
    waiting = [root.get_object()]
    seen = set()
    while waiting:
        element = waiting.pop()
        if id(element) in seen or not hasattr(element, "get"):
            continue
        seen.add(id(element))
        yield element
        below = element.get("/K", [])
        below = below.get_object() if hasattr(below, "get_object") else below
        for one in below if isinstance(below, list) else [below]:
            waiting.append(one.get_object() if hasattr(one, "get_object") else one)
