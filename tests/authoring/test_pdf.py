"""A chapter is made ready to be bound, and what is missing is said, without printing anything."""

import re
from pathlib import Path
from types import SimpleNamespace

import printed_book
import pytest
from bs4 import BeautifulSoup

from authoring import __main__ as commands
from authoring.contents import Part, parts
from authoring.pdf import printing
from authoring.pdf.chapter import AT_THE_END, MOVES, Chapter, ChapterError

PAGE = """<html><body><article><section id="tiling"><h1>Tiling<a class="headerlink">#</a></h1>
<p><a href="#quiz">here</a> <a href="layout.html#strides">there</a> <a href="layout.html">all</a>
<a href="../_downloads/x.ipynb">file</a> <a href="https://example.org/a#b">outside</a></p>
<figure aria-labelledby="cap"><svg aria-label="Bars"><defs><clipPath id="c"></clipPath></defs>
<g clip-path="url(#c)"><use xlink:href="#c"></use></g></svg>
<figcaption id="cap">Rates</figcaption>
<details><summary>The same data as a table</summary><p>77</p></details></figure>
<details class="hide"><summary>Show code cell source</summary><pre>hidden = 1</pre></details>
<div class="tt-explorer" id="explorer-tiles"></div>
<div class="dropdown admonition"><p class="admonition-title">Result</p><p>It was 7.</p></div>
<section id="questions"><h2>Questions</h2><fieldset class="quiz" id="quiz">
<legend><strong>1a.</strong> How many?</legend><div class="quiz-hint">Count.</div>
<details class="quiz-answer"><summary>Worked answer</summary><p>Nine.</p></details></fieldset>
</section></section></article></body></html>"""
BOUND = ("book/tiling", "book/layout")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a site of one page."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "tiling.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def chapter(site: Path) -> BeautifulSoup:
    """Give the page as it is bound."""
    return BeautifulSoup(Chapter(site, "book/tiling", BOUND).html(), "html.parser")


def test_the_book_has_the_chapters_of_the_toc_in_their_order(tmp_path):
    toc = tmp_path / "_toc.yml"
    toc.write_text(
        "root: book/overview\n"
        "parts:\n"
        "  - caption: One\n"
        "    chapters: [{file: book/a}, {file: book/b}]\n"
        "  - caption: Two\n"
        "    chapters: [{file: c/c}]\n",
        encoding="utf-8",
    )
    assert parts(toc) == [
        Part("", ("book/overview",)),
        Part("One", ("book/a", "book/b")),
        Part("Two", ("c/c",)),
    ]


def test_links_stay_in_the_book_or_leave_it_or_are_no_links(chapter):
    links = [link.get("href") for link in chapter.select("p")[0].select("a")]
    assert links == [
        "#tiling--quiz",
        "#layout--strides",
        "#layout",
        None,
        "https://example.org/a#b",
    ]


def test_every_name_is_the_chapters_own_and_every_link_within_it_finds_one(chapter):
    names = [element["id"] for element in chapter.select("[id]")]
    assert len(names) == len(set(names))
    assert all(name == "tiling" or name.startswith("tiling--") for name in names)
    text = str(chapter)
    for name in re.findall(r'(?:href|aria-labelledby)="#?(tiling--[^"]+)"|url\(#([^)]+)\)', text):
        assert max(name) in names


def test_what_is_folded_away_stands_at_the_end_with_links_both_ways(chapter):
    quiz = chapter.select_one("fieldset")
    assert "Nine." not in quiz.get_text()
    assert AT_THE_END in quiz.get_text()
    answers = chapter.select_one("#tiling--worked-answers")
    assert answers.find_next("h2").get_text() == "Worked answers"
    assert [head.get_text() for head in answers.select(".given-head")] == ["Result", "Question 1a"]
    assert "It was 7." in answers.get_text()
    assert "Nine." in answers.get_text()
    assert answers.find_next_sibling() is None
    for pointer, given in zip(chapter.select(".pointer"), answers.select(".given"), strict=True):
        assert pointer.a["href"] == f"#{given['id']}"
        assert given.select_one(".given-head a")["href"] == f"#{pointer['id']}"


def test_what_repeats_a_figure_or_only_a_screen_can_show_is_left_out(chapter):
    text = chapter.get_text()
    assert "77" not in text
    assert "hidden = 1" not in text
    assert "Count." not in text
    assert "#" not in chapter.h1.get_text()
    assert chapter.select_one(".tt-explorer").find_next("p").get_text() == MOVES


def test_a_page_that_is_not_there_is_named(site):
    with pytest.raises(ChapterError, match=r"no page book/layout\.html"):
        Chapter(site, "book/layout", BOUND)


def test_a_site_that_is_not_built_is_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(printing.print_site, "__defaults__", (tmp_path, tmp_path / "a.pdf"))
    assert commands.main(["pdf"]) == 1
    error = capsys.readouterr().err
    assert error == f"No PDF was written: there is no built book at {tmp_path}: run `make book`\n"


def test_the_site_offers_the_printed_book_only_where_it_is(tmp_path):
    def offered() -> list[str]:
        app = SimpleNamespace(outdir=tmp_path, config=SimpleNamespace())
        printed_book.look_for_it(app, app.config)
        group = {"label": "download-buttons", "buttons": []}
        context = {"header_buttons": [group], "pathto": lambda path, _: f"../{path}"}
        printed_book.add_link(app, "book/tiling", "page.html", context, None)
        return [button["url"] for button in group["buttons"]]

    assert offered() == []
    file = tmp_path / printing.OFFERED
    file.parent.mkdir(parents=True)
    file.write_bytes(b"%PDF")
    assert offered() == [f"../{printing.OFFERED}"]
