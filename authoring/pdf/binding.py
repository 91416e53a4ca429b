"""All chapters as one HTML document: a cover, the contents, the chapters."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from authoring.contents import Part
from authoring.pdf.chapter import Chapter, slug

ABOUT = (
    "This is the printed form of a book whose pages move. Explorers show how they start, and "
    "worked answers stand at the end of each chapter. Code that is folded away on the site, and "
    "the table behind each figure, are in the web version only."
)
_STYLE = Path(__file__).with_name("bound.css")
# What the site's pages are styled by, in their order.
_SITE_STYLES = (
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "sphinx-design.min.css",
    "quiz.css",
    "course.css",
    "print.css",
)


class Binding:
    """The document of the whole book, without the numbers of its pages until they are known.

    Parameters
    ----------
    name, author : str
        What the cover says.
    book : sequence of Part
        What the contents list.
    chapters : sequence of Chapter
        Those of the parts, in their order.
    """

    def __init__(
        self, name: str, author: str, book: Sequence[Part], chapters: Sequence[Chapter]
    ) -> None:
        self._name = html.escape(name)
        self._author = html.escape(author)
        self._book = book
        self._titles = {chapter.slug: chapter.title for chapter in chapters}
        self._bodies = [chapter.html() for chapter in chapters]

    def html(self, pages: Mapping[str, int]) -> str:
        """Give the document, with the page of each chapter where it is known."""
        links = "".join(f'<link rel="stylesheet" href="/_static/{one}">' for one in _SITE_STYLES)
        heads = "\n".join(_running_head(*item) for item in self._titles.items())
        return "\n".join(
            (
                '<!DOCTYPE html><html lang="en" data-mode="light" data-theme="light">',
                f'<head><meta charset="utf-8"><title>{self._name}</title>{links}',
                f"<style>{_STYLE.read_text(encoding='utf-8')}\n{heads}</style></head>",
                '<body><main class="bound"><header class="cover">',
                f'<p class="cover-title">{self._name}</p><p>{self._author}</p>',
                f'<p class="cover-about">{ABOUT}</p></header>',
                self._contents(pages),
                *self._bodies,
                "</main></body></html>",
            )
        )

    def _contents(self, pages: Mapping[str, int]) -> str:
        lines = ['<nav class="book-contents" aria-label="Contents"><h1>Contents</h1>']
        for part in self._book:
            if part.caption:
                lines.append(f"<p>{html.escape(part.caption)}</p>")
            lines.append("<ol>")
            for name in map(slug, part.chapters):
                words = f"<span>{html.escape(self._titles[name])}</span>"
                number = f"<span>{pages.get(name, '')}</span>"
                lines.append(f'<li><a href="#{name}">{words}{number}</a></li>')
            lines.append("</ol>")
        return "\n".join([*lines, "</nav>"])


def _running_head(name: str, title: str) -> str:
    # A string of CSS is written as one of JSON is, as far as titles go.
    words = json.dumps(title, ensure_ascii=False)
    return f"#{name} {{ page: {name}; }}\n@page {name} {{ @top-center {{ content: {words}; }} }}"
