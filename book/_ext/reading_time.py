"""Say below the title of each chapter how long it takes to read.

The line stands in the page alone: it is no part of the chapter's text, which the search, the
descriptions of the pages and the table of contents are made from. An exercise is not read but
done, so notebooks have none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from authoring.status.chapters import read_chapter
from authoring.status.reading_time import minutes

_TITLE_ENDS = "</h1>"


def add_line(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the line below the title of one page."""
    if doctree is None or Path(app.env.doc2path(pagename)).suffix != ".md":
        return
    time = minutes(read_chapter(Path(app.srcdir), pagename))
    unit = "minute" if time == 1 else "minutes"
    line = f'\n<p class="reading-time">{time} {unit} to read</p>'
    context["body"] = context["body"].replace(_TITLE_ENDS, _TITLE_ENDS + line, 1)
    app.add_css_file("reading_time.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the step that writes the line."""
    app.connect("html-page-context", add_line)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
