"""Every link inside the site leads somewhere, and nothing is loaded from outside it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.book.building import pages

pytestmark = pytest.mark.book

# Attributes whose address the browser fetches by itself. A link that the reader follows is not one.
LOADED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
# A link of the head that the browser follows by itself; a canonical address is not one.
LOADED_LINKS = ("icon", "apple-touch-icon", "stylesheet", "preload", "modulepreload", "manifest")
ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
CSS_LOAD = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")


@cache
def soup(page: Path) -> BeautifulSoup:
    """Parse one page, once."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(page: Path) -> frozenset[str]:
    """Give every place in a page that a link can point at."""
    return (
        frozenset(
            str(tag.get(key))
            for key in ("id", "name")
            for tag in soup(page).find_all(**{key: True})
        )
        if page.suffix == ".html"
        else frozenset()
    )


def loads(page: Path) -> Iterator[str]:
    """Give every address that opening a page fetches."""
    for tag in soup(page).find_all(list(LOADED)):
        yield from (str(tag[key]) for key in LOADED[tag.name] if tag.has_attr(key))
    for tag in soup(page).find_all("link", rel=LOADED_LINKS):
        yield str(tag["href"])
    for tag in soup(page).find_all("style"):
        yield from CSS_LOAD.findall(tag.get_text())
    for tag in soup(page).find_all(style=True):
        yield from CSS_LOAD.findall(str(tag["style"]))


def test_no_page_loads_anything_from_elsewhere(site):
    found = {
        (page, address)
        for page in pages(site)
        for address in loads(site / page)
        if ELSEWHERE.match(address)
    }
    assert found == set()


def test_no_style_sheet_loads_anything_from_elsewhere(site):
    for sheet in site.rglob("*.css"):
        for address in CSS_LOAD.findall(sheet.read_text(encoding="utf-8")):
            assert not ELSEWHERE.match(address), f"{sheet.name}: {address}"


def test_no_script_of_a_page_names_a_content_network(site):
    networks = re.compile(r"jsdelivr|unpkg|cdnjs|googleapis|mybinder\.org|esm\.sh|skypack")
    scripts = [(file.name, file.read_text(encoding="utf-8")) for file in site.rglob("*.js")]
    # A link that the reader follows may lead to Binder.
    scripts += [
        (page, str(script))
        for page in pages(site)
        for script in soup(site / page).find_all("script")
    ]
    for name, text in scripts:
        found = networks.search(text)
        assert found is None, f"{name}: {found.group()}"


def test_every_file_that_a_page_loads_is_there(site):
    for page in pages(site):
        for address in loads(site / page):
            if not address.startswith(("data:", "#")):
                file = (site / page).parent / unquote(urlsplit(address).path)
                assert file.is_file(), f"{page}: {address}"


def test_every_link_inside_the_site_leads_somewhere(site):
    broken = []
    for page in pages(site):
        here = site / page
        for link in soup(here).find_all("a", href=True):
            parts = urlsplit(str(link["href"]))
            if parts.scheme or parts.netloc:
                continue
            there = (here.parent / unquote(parts.path)).resolve() if parts.path else here
            # A link to a folder means the page that a server would show for it.
            there = there / "index.html" if there.is_dir() else there
            if (
                not there.is_file()
                or parts.fragment
                and unquote(parts.fragment) not in anchors(there)
            ):
                broken.append((page, link["href"]))
    assert broken == []
