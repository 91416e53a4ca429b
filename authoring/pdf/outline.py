"""The bookmarks of the printed file: on which page each chapter begins, and what each one says.

Chromium writes a bookmark for each heading, but loses the space where a heading goes on in a second
line, and puts what stands in the margin of the page before the first one below it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject


class OutlineError(ValueError):
    """The bookmarks are not those of the headings; the text says where."""


def page_count(pdf: bytes) -> int:
    """Count the pages."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def chapter_pages(pdf: bytes) -> list[int]:
    """Give the page, counted from 1, of each bookmark of the first level."""
    reader = PdfReader(io.BytesIO(pdf))
    tops = [entry for entry in reader.outline if not isinstance(entry, list)]
    pages = [reader.get_destination_page_number(entry) for entry in tops]
    if None in pages:
        raise OutlineError("a bookmark leads to no page")
    return [page + 1 for page in pages if page is not None]


def with_titles(pdf: bytes, headings: Sequence[str], title: str, author: str) -> bytes:
    """Give the file with the words of its headings as bookmarks, shown when it is opened.

    Parameters
    ----------
    pdf : bytes
        As Chromium printed it.
    headings : sequence of str
        The words of every heading, in their order.
    title, author : str
        What a reader of the file shows above it.

    Raises
    ------
    OutlineError
        If the bookmarks are not those of the headings.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    root = writer.root_object
    bookmarks = list(_bookmarks(root["/Outlines"])) if "/Outlines" in root else []
    if len(bookmarks) != len(headings):
        raise OutlineError(
            f"{len(headings)} headings and {len(bookmarks)} bookmarks: "
            f"Chromium 131 or newer writes one for each"
        )
    for bookmark, heading in zip(bookmarks, headings, strict=True):
        if not _squeezed(str(bookmark["/Title"])).endswith(_squeezed(heading)):
            raise OutlineError(f"the bookmark of {heading!r} says {bookmark['/Title']!r}")
        bookmark[NameObject("/Title")] = TextStringObject(heading)
    # Without the time of printing, the same book is the same file.
    writer.metadata = {"/Title": title, "/Author": author}
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    shown = {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    root[NameObject("/ViewerPreferences")] = DictionaryObject(shown)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _bookmarks(parent: Any) -> Iterator[DictionaryObject]:
    """Give every bookmark below one, in the order in which they are read."""
    following = parent.get("/First")
    while following is not None:
        bookmark = following.get_object()
        yield bookmark
        yield from _bookmarks(bookmark)
        following = bookmark.get("/Next")


def _squeezed(text: str) -> str:
    return "".join(text.split())
