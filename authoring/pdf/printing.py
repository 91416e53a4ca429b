"""Printing the bound book: once to learn on which page each chapter begins, and once more."""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import yaml
from tqdm import tqdm

from authoring.chromium import NoChromium, chromium
from authoring.contents import Part, parts
from authoring.notebooks import ROOT
from authoring.pdf.binding import Binding
from authoring.pdf.chapter import Chapter, ChapterError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SITE = ROOT / "_build" / "html"
PRINTED = ROOT / "_build" / "acceleration.pdf"
# Where the site offers it; book/_ext/printed_book.py links to it from there.
OFFERED = "_static/downloads/acceleration.pdf"
# No host of this name exists, so that nothing but the site can answer.
ADDRESS = "http://book.invalid/"
# As wide as the text is on paper (A4 less its margins, print.css), or explorers draw for a screen.
WIDTH = 672
_MINUTES = 5 * 60 * 1000
_HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => one.textContent)"


class NoPdf(RuntimeError):
    """The book cannot be printed; the text says why."""


def print_site(site: Path = SITE, target: Path = PRINTED) -> int:
    """Print the whole book, and put it where the site offers it; return its number of pages.

    Raises
    ------
    NoPdf
        If there is nothing to print, or nothing to print it with.
    """
    if not (site / "index.html").is_file():
        raise NoPdf(f"there is no built book at {site}: run `make book`")
    try:
        from authoring.pdf.outline import page_count
    except ModuleNotFoundError as error:
        raise NoPdf(
            f"{error.name} is not installed: `make pdf` does it, or run "
            "`.venv/bin/python -m pip install -r requirements-test.txt`"
        ) from None
    try:
        pdf = print_book(site, parts(ROOT / "_toc.yml"))
    except (ChapterError, NoChromium) as error:
        raise NoPdf(str(error)) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pdf)
    offered = site / OFFERED
    offered.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(target, offered)
    return page_count(pdf)


def print_book(site: Path, book: Sequence[Part]) -> bytes:
    """Print these parts of a built site.

    Raises
    ------
    authoring.pdf.chapter.ChapterError
        If the site lacks one of the pages.
    authoring.chromium.NoChromium
        If there is nothing to print with.
    """
    from authoring.pdf.outline import chapter_pages, with_titles

    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    pages = [page for part in book for page in part.chapters]
    with tqdm(total=len(pages) + 3, desc="Binding the chapters", unit="step") as bar:
        chapters = []
        for page in pages:
            chapters.append(Chapter(site, page, pages))
            bar.update()
        binding = Binding(settings["title"], settings["author"], book, chapters)
        with chromium() as browser:
            bar.update()
            bar.set_description("Printing, to number the chapters")
            first, _ = _print(browser, site, binding.html({}))
            # The first bookmark is that of the contents.
            slugs = (chapter.slug for chapter in chapters)
            numbers = dict(zip(slugs, chapter_pages(first)[1:], strict=True))
            bar.update()
            bar.set_description("Printing with the numbers")
            pdf, headings = _print(browser, site, binding.html(numbers))
            bar.update()
    return with_titles(pdf, headings, settings["title"], settings["author"])


def _print(browser: Browser, site: Path, document: str) -> tuple[bytes, list[str]]:
    """Print one document; give the words of its headings as well."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
    page.set_default_timeout(_MINUTES)
    page.route("**/*", answer_from(site, document))
    page.emulate_media(media="print")
    page.goto(ADDRESS)
    _open_explorers(page)
    headings = [" ".join(words.split()) for words in page.evaluate(_HEADINGS)]
    pdf = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    page.close()
    return pdf, headings


def _open_explorers(page: Page) -> None:
    """Have each explorer show what it shows after its question."""
    page.evaluate(
        """async () => {
            document.querySelectorAll(".tt-skip").forEach((button) => button.click());
            await document.fonts.ready;
            // They draw once they know how wide they are: in the second frame from now.
            for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
        }"""
    )


def answer_from(site: Path, document: str) -> Callable[[Route], None]:
    """Answer the browser from the site, and nothing else."""

    def answer(route: Route) -> None:
        path = unquote(urlsplit(route.request.url).path).lstrip("/")
        file = site / path
        if not route.request.url.startswith(ADDRESS):
            route.abort()
        elif not path:
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        elif file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(path=file, content_type=kind)
        else:
            route.fulfill(status=404, body="")

    return answer
