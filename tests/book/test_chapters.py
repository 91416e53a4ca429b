"""Each chapter has the parts that every chapter has, and a reader can reach all of it."""

import re

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.book.building import ROOT, pages

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
NAMES = [TOC["root"], *(x["file"] for part in TOC["parts"] for x in part["chapters"])]
CHAPTERS = [name for name in NAMES if name.startswith("book/")]
EXERCISE = "exercises/acceleration/acceleration"

# These are questions, sources and instructions throughout, and end with none of their own.
WITHOUT_QUESTIONS = {"check_your_understanding", "further_reading", "status"} | {
    path.stem for path in (ROOT / "book").glob("instructors*.md")
}
# The chapter that teaches each part of the exercise.
TEACHES = {
    "vectorization": ["exercise-vectorized-matmul"],
    "fusion": ["exercise-fused-gelu", "exercise-unfused-gelu"],
    "tiling": ["exercise-tiled-matmul"],
    "roofline": ["exercise-performance-analysis", "exercise-roofline-essay"],
}


def source(chapter: str) -> str:
    """Give the text of one chapter."""
    return (ROOT / chapter).with_suffix(".md").read_text(encoding="utf-8")


def test_every_chapter_file_is_in_the_table_of_contents():
    files = {f"book/{path.stem}" for path in (ROOT / "book").glob("*.md")}
    assert files == set(CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_its_label_above_its_title(chapter):
    label = chapter.removeprefix("book/").replace("_", "-")
    assert re.search(rf"^\(chapter-{label}\)=\n# \S", source(chapter), re.MULTILINE)


@pytest.mark.parametrize(
    "chapter", [x for x in CHAPTERS if x.removeprefix("book/") not in WITHOUT_QUESTIONS]
)
def test_a_chapter_ends_with_its_questions(chapter):
    headings = re.findall(r"^## (.+)$", source(chapter), re.MULTILINE)
    assert headings[-1] == "Questions"


@pytest.mark.book
@pytest.mark.parametrize("chapter", TEACHES)
def test_a_chapter_and_its_part_of_the_exercise_link_to_each_other(site, chapter):
    page = (site / "book" / chapter).with_suffix(".html").read_text(encoding="utf-8")
    for anchor in TEACHES[chapter]:
        assert f'href="../{EXERCISE}.html#{anchor}"' in page
    exercise = (site / EXERCISE).with_suffix(".html").read_text(encoding="utf-8")
    assert re.search(rf'href="\.\./\.\./book/{chapter}\.html[#"]', exercise)


@pytest.mark.book
def test_every_picture_has_a_text_alternative(site):
    for page in pages(site):
        soup = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
        for picture in soup.select("article img"):
            assert picture.get("alt", "").strip(), f"{page}: {picture.get('src')}"
        for picture in soup.select("article svg[role=img]"):
            assert picture.get("aria-label", "").strip(), page


@pytest.mark.book
@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_a_figure_or_a_table_or_code(site, name):
    page = (site / name).with_suffix(".html").read_text(encoding="utf-8")
    article = BeautifulSoup(page, "html.parser").select_one("article")
    assert article.select_one("figure, table, pre, .bibliography, dl, ol") is not None
