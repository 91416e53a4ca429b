"""Say in each page's head what the page is about, for search engines and for shared links.

The description is the page's own beginning: the first whole sentences of its running text.
OpenGraph has no place for a relative address, so the address of a page and that of the picture
stand there only when the address of the site is known (`site_address.py`). The front page, which
people share most, would be a redirect without a head; it says the same as the page that it opens.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx

PICTURE = "_static/social.png"
PICTURE_SHOWS = "Acceleration: a roofline, and two kernels below it"

# What Sphinx makes without a source: its title and its description.
_GENERATED = {
    "search": ("Search", "Search the chapters and the exercise of the course for a word or a name.")
}

# One short sentence says too little, and nobody shows more than the upper limit.
_ENOUGH, _MOST = 80, 300

_SENTENCE_END = re.compile(r"(?<=[.?])\s+")

_FRONT_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>{title}</title>
    <meta http-equiv="refresh" content="0; url={target}" />
    {described}
  </head>
  <body>
    <p><a href="{target}">{title}</a></p>
  </body>
</html>
"""
_DESCRIBES = re.compile(
    r'<meta (?:name="description"|property="og:)[^>]*>|<link rel="canonical"[^>]*>'
)


def _prose(doctree: nodes.document) -> Iterator[str]:
    """Give the paragraphs that stand in the page's own text, not in a note, a list or a table."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, (nodes.section, nodes.document)):
            texts = paragraph.findall(nodes.Text)
            # Raw HTML is markup for a browser.
            words = "".join(text for text in texts if not isinstance(text.parent, nodes.raw))
            yield " ".join(words.split())


def description(doctree: nodes.document) -> str:
    """Give the first whole sentences of a page.

    Parameters
    ----------
    doctree : docutils.nodes.document

    Returns
    -------
    str
        About 80 to 300 characters; a single sentence that is longer is cut after a word. Empty if
        the page has no running text.
    """
    taken = ""
    for paragraph in _prose(doctree):
        for sentence in filter(None, _SENTENCE_END.split(paragraph)):
            if taken and (len(taken) >= _ENOUGH or len(taken) + len(sentence) >= _MOST):
                return taken
            taken = f"{taken} {sentence}".strip()
            if len(taken) > _MOST:
                return taken[:_MOST].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return taken


def elements(title: str, text: str, kind: str, book: str, address: str, site: str) -> list[str]:
    """Write the elements that describe one page.

    Parameters
    ----------
    title, text : str
        What the page is called, and what it is about.
    kind : str
        OpenGraph's type: ``website`` or ``article``.
    book : str
        What the site is called.
    address, site : str
        Absolute addresses of the page and of the site; empty where none is known.
    """
    properties = {
        "og:title": title,
        "og:description": text,
        "og:type": kind,
        "og:site_name": book,
    }
    if site:
        properties |= {
            "og:url": address,
            "og:image": urljoin(site, PICTURE),
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": PICTURE_SHOWS,
        }
    return [f'<meta name="description" content="{html.escape(text)}" />'] + [
        f'<meta property="{name}" content="{html.escape(content)}" />'
        for name, content in properties.items()
    ]


def describe_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add the elements to the head of one page."""
    if doctree is None:
        title, text = _GENERATED.get(pagename, ("", ""))
    else:
        title, text = app.env.titles[pagename].astext(), description(doctree)
    if not text:
        return
    kind = "website" if pagename == app.config.root_doc else "article"
    address, site = context.get("pageurl") or "", app.config.html_baseurl
    written = elements(title, text, kind, app.config.html_title, address, site)
    context["metatags"] = "\n    ".join([context.get("metatags", ""), *written])


def write_front_page(app: Sphinx, exception: Exception | None) -> None:
    """Write the redirect to the first page, with what the first page says about itself."""
    if exception is not None or app.builder.name != "html" or app.config.root_doc == "index":
        return
    target = app.builder.get_target_uri(app.config.root_doc)
    first = (Path(app.outdir) / target).read_text(encoding="utf-8")
    page = _FRONT_PAGE.format(
        language=app.config.language,
        title=html.escape(app.config.html_title),
        target=target,
        described="\n    ".join(_DESCRIBES.findall(first)),
    )
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Describe every page, and in the end the front page."""
    app.connect("html-page-context", describe_page)
    app.connect("build-finished", write_front_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
