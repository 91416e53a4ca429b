"""One page of HTML that needs nothing but itself: no script, no other file, no network."""

from __future__ import annotations

import html
import urllib.parse
from collections.abc import Iterable, Sequence
from importlib import resources

from autograder.plain_text import plain_text

# Nothing in the page may load or run anything, whatever a student's text has smuggled into it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def escape(text: object) -> str:
    """Write text from anywhere so that a page shows it and does nothing else with it."""
    return html.escape(plain_text(str(text)))


def page(title: str, body: str) -> str:
    """Put a body into a page of its own.

    Parameters
    ----------
    title : str
        Plain text; also the page's main heading.
    body : str
        HTML that is safe to show.
    """
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def section(heading: str, *content: str, level: int = 2) -> str:
    """Give a part of a page with its heading; without content, nothing."""
    inside = "\n".join(piece for piece in content if piece)
    return (
        f"<section>\n<h{level}>{escape(heading)}</h{level}>\n{inside}\n</section>" if inside else ""
    )


def paragraph(text: str, kind: str = "") -> str:
    """Give plain text as a paragraph."""
    marked = f' class="{kind}"' if kind else ""
    return f"<p{marked}>{escape(text)}</p>"


def bullets(texts: Iterable[str]) -> str:
    """Give plain texts as a list; without any, nothing."""
    points = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{points}</ul>" if points else ""


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table whose first column names its row.

    Parameters
    ----------
    caption : str
        Plain text.
    head : sequence of str
        Plain text of each column's head.
    rows : iterable of sequence of str
        HTML of each cell.
    """
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    # A table wider than a phone scrolls in a region of its own, which the keyboard can reach.
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def link(target: str, text: str) -> str:
    """Give a link to a file beside the page, whatever characters its name has."""
    return f'<a href="{escape(urllib.parse.quote(target))}">{escape(text)}</a>'


def described(details: Iterable[tuple[str, str]]) -> str:
    """Give plain labels and texts as a list of descriptions; without any, nothing."""
    pairs = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>" for label, text in details
    )
    return f'<dl class="described">{pairs}</dl>' if pairs else ""
