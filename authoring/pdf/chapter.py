"""One chapter of the site as a chapter of the bound book.

Paper does not unfold: what a page folds away goes to the end of its chapter, where it is found but
not seen too early. Code that is folded away, and the tables that repeat a figure, stay on the site.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

MOVES = "This explorer moves in the web version of the page; here is how it starts."
AT_THE_END = "at the end of this chapter"
ANSWERS = "Worked answers"

_LEFT_OUT = ", ".join(
    (
        ".headerlink",
        ".toctree-wrapper",
        ".quiz-hint",
        ".notebook-download",
        "details.hide",
        "figure details",
        ".sd-tab-set > input",
    )
)
_FOLDED = ".admonition.dropdown, .quiz-answer, details"
# Attributes that name other elements of the page.
_NAMING = ("for", "headers", "aria-controls", "aria-describedby", "aria-labelledby", "aria-owns")
_REFERENCES = ("href", "xlink:href")
_PAINT = re.compile(r"url\(#([^)]+)\)")


class ChapterError(ValueError):
    """A page of the site cannot be bound; the text says which and why."""


def slug(page: str) -> str:
    """Give the name of a chapter within the bound book."""
    return page.rsplit("/", 1)[-1]


class Chapter:
    """The content of one page, ready to stand beside the others.

    Parameters
    ----------
    site : pathlib.Path
        The built site.
    page : str
        The page, seen from the root of the site and without an ending.
    bound : collection of str
        All pages of the bound book: links to them stay within it.

    Raises
    ------
    ChapterError
        If the page is not there, or has no title.
    """

    def __init__(self, site: Path, page: str, bound: Collection[str]) -> None:
        file = site / f"{page}.html"
        if not file.is_file():
            raise ChapterError(f"the site has no page {page}.html")
        self.page = page
        self.slug = slug(page)
        self._bound = bound
        self._soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        article = self._soup.select_one("article")
        heading = article.select_one("h1") if article else None
        if article is None or heading is None:
            raise ChapterError(f"{page}.html has no title")
        self._article = article
        for element in article.select(_LEFT_OUT):
            element.decompose()
        self.title = " ".join(heading.get_text().split())

    def html(self) -> str:
        """Give the chapter as an element whose names are its own within the book."""
        self._mark_explorers()
        self._unfold()
        self._rename()
        return (
            f'<section class="chapter" id="{self.slug}">{self._article.decode_contents()}</section>'
        )

    def _new(self, name: str, text: str = "", **attributes: str) -> Tag:
        tag = self._soup.new_tag(name, attrs=attributes)
        tag.string = text
        return tag

    def _mark_explorers(self) -> None:
        for explorer in self._article.select(".tt-explorer"):
            explorer.insert_after(self._new("p", MOVES, **{"class": "explorer-note"}))

    def _unfold(self) -> None:
        folded = list(self._outermost(self._article.select(_FOLDED)))
        if not folded:
            return
        answers = self._new("section", id="worked-answers")
        answers.append(self._new("h2", ANSWERS))
        for at, element in enumerate(folded):
            answers.append(self._moved(element, at))
        section = self._article.select_one("section")
        (section or self._article).append(answers)

    @staticmethod
    def _outermost(elements: list[Tag]) -> Iterator[Tag]:
        chosen = {id(element) for element in elements}
        for element in elements:
            if not any(id(parent) in chosen for parent in element.parents):
                yield element

    def _moved(self, element: Tag, at: int) -> Tag:
        """Move what an element holds; leave a link in its place."""
        quiz = element.find_parent("fieldset")
        head = element.select_one("summary, .admonition-title")
        name = " ".join(head.get_text().split()) if head else ANSWERS
        label = name
        if quiz is not None and (number := quiz.select_one("legend strong")) is not None:
            label = f"Question {number.get_text().strip().rstrip('.')}"
        if head is not None:
            head.decompose()
        asked, given = f"asked-{at}", f"given-{at}"
        pointer = self._new("p", id=asked, **{"class": "pointer"})
        pointer.append(self._new("a", f"{name}: {AT_THE_END}", href=f"#{given}"))
        element.replace_with(pointer)
        answer = self._new("section", id=given, **{"class": "given"})
        back = self._new("p", **{"class": "given-head"})
        back.append(self._new("a", label, href=f"#{asked}"))
        answer.append(back)
        answer.extend(list(element.children))
        return answer

    def _rename(self) -> None:
        """Put the chapter's name before every name that stands in it."""
        for element in self._article.find_all(True):
            if "id" in element.attrs:
                element["id"] = self._own(str(element["id"]))
            for attribute in _NAMING:
                if attribute in element.attrs:
                    names = element[attribute]
                    words = names if isinstance(names, list) else str(names).split()
                    element[attribute] = " ".join(self._own(word) for word in words)
            for attribute, value in list(element.attrs.items()):
                if isinstance(value, str) and "url(#" in value:
                    element[attribute] = _PAINT.sub(
                        lambda match: f"url(#{self._own(match.group(1))})", value
                    )
            for attribute in _REFERENCES:
                if attribute in element.attrs:
                    self._redirect(element, attribute)
            if element.name == "img":
                element["src"] = f"/{self._from_root(str(element['src']))}"

    def _own(self, name: str) -> str:
        return f"{self.slug}--{name}"

    def _from_root(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.page), path))

    def _redirect(self, element: Tag, attribute: str) -> None:
        parts = urlsplit(str(element[attribute]))
        if parts.scheme or parts.netloc:
            return
        page = self.page
        if parts.path:
            page = self._from_root(unquote(parts.path)).removesuffix(".html")
        if page in self._bound:
            fragment = f"--{parts.fragment}" if parts.fragment else ""
            element[attribute] = f"#{slug(page)}{fragment}"
        else:
            # A file of the site, which the printed book does not come with.
            del element[attribute]
