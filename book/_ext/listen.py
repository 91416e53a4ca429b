"""Have each chapter read aloud by the reader's own browser.

The scripts put a control below the title of a chapter where the browser has a voice for it. They
come with chapters alone: the search page and the index have nothing to be read. The first says a
formula in words, the second what is read of a page, and the third reads it.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

SCRIPTS = ("listen.formula.js", "listen.reading.js", "listen.js")


def add_files(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the scripts, in their order, and the style with a chapter."""
    if doctree is not None:
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")
        app.add_css_file("listen.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the step that adds the files."""
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
