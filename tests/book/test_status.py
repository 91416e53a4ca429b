"""The page on the state of the book, and the line below each title."""

import io
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tests.book.building import ROOT

TOC = """\
format: jb-book
root: book/index
parts:
  - caption: A part
    chapters:
      - file: book/long
      - file: book/status
"""
LONG = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# A *long* page

WORDS

```{code-cell} ipython3
load_recording("measurements")
```
"""
PAGES = {
    "index": "# Front\n\nThree words here.\n\n```{toctree}\n:hidden:\nlong\nstatus\n```\n",
    "status": "# Status\n\n```{chapter-status}\n```\n",
}


class Course:
    """A small course whose book is built by Sphinx alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "book" / "measurements").mkdir(parents=True)
        (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
        for file in (ROOT / "book" / "measurements").glob("*.json"):
            shutil.copy(file, folder / "book" / "measurements")
        for name, text in PAGES.items():
            (folder / "book" / f"{name}.md").write_text(text, encoding="utf-8")
        self.write_long(600)

    def write_long(self, words: int) -> None:
        """Give the long page so many words."""
        text = LONG.replace("WORDS", "word " * words)
        (self.folder / "book" / "long.md").write_text(text, encoding="utf-8")

    def build(self) -> str:
        """Build what has changed; return what Sphinx warned of."""
        settings = {
            "extensions": ["myst_nb", "reading_time", "status_tables"],
            # Said here: Sphinx writes what an extension adds into the default of every later book.
            "source_suffix": {".md": "myst-nb"},
            "nb_execution_mode": "off",
            "root_doc": "book/index",
            "html_theme": "basic",
            "html_static_path": [str(ROOT / "book" / "_theme" / "static")],
            "suppress_warnings": ["mystnb.lexer"],
            "exclude_patterns": ["out", "jupyter_execute"],
        }
        warnings = io.StringIO()
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                srcdir=self.folder,
                confdir=None,
                outdir=self.folder / "out",
                doctreedir=self.folder / "out" / "doctrees",
                buildername="html",
                confoverrides=settings,
                status=None,
                warning=warnings,
            )
            app.build()
        return warnings.getvalue()

    def page(self, name: str) -> BeautifulSoup:
        """Parse one page."""
        text = (self.folder / "out" / "book" / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    def row(self, title: str) -> list[str]:
        """Give the cells of a chapter's row."""
        for row in self.page("status").select("table.status tbody tr"):
            if row.th.get_text() == title:
                return [cell.get_text().replace("\u00a0", " ") for cell in row.select("td")]
        raise AssertionError(title)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("course"))
    assert course.build() == ""
    return course


def test_below_its_title_a_chapter_says_how_long_it_takes(course):
    line = course.page("long").h1.find_next_sibling("p")
    assert line["class"] == ["reading-time"]
    assert line.get_text() == "4 minutes to read"
    assert course.page("index").select_one("p.reading-time").get_text() == "1 minute to read"


def test_a_row_links_to_its_chapter_by_its_title(course):
    link = course.page("status").select_one('table.status th[scope="row"] a[href="long.html"]')
    assert link.get_text() == "A long page"


def test_the_table_has_a_caption_and_its_headers_say_what_they_head(course):
    table = course.page("status").select_one("table.status")
    assert "200 words a minute" in table.caption.get_text()
    assert [cell["scope"] for cell in table.select("thead th")] == ["col"] * 4
    assert [cell["scope"] for cell in table.select("tbody th")] == [
        "row",
        "rowgroup",
        "row",
        "row",
    ]
    assert all(len(row.select("td")) == 3 for row in table.select("tbody tr:has(td)"))


def test_what_was_not_recorded_says_so(course):
    assert course.row("A long page")[1] == "not recorded"
    assert course.row("Front")[1:] == ["no cells", "no recording"]


def test_a_change_of_a_chapter_is_in_the_table_after_the_next_build(course):
    time, _, measured = course.row("A long page")
    assert time == "4 min"
    assert "cores" in measured
    course.write_long(1600)
    assert course.build() == ""
    assert course.row("A long page")[0] == "9 min"


@pytest.mark.book
def test_the_table_and_the_line_of_a_chapter_agree(site):
    page = BeautifulSoup((site / "book" / "status.html").read_text(encoding="utf-8"), "html.parser")
    rows = page.select("table.status")[0].select("tbody tr:has(td)")
    fusion = next(row for row in rows if row.th.a["href"] == "fusion.html")
    chapter = (site / "book" / "fusion.html").read_text(encoding="utf-8")
    line = BeautifulSoup(chapter, "html.parser").select_one("p.reading-time").get_text()
    assert fusion.td.get_text().split()[0] == line.split()[0]
