"""Offer the printed book among a page's downloads, where it has been printed.

`make pdf` prints the built site and puts the file into it, so the first build of a site has none to
offer. Whether there is one is a setting on which every page depends: the build that follows adds
the link everywhere, or takes it off again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

# Where authoring/pdf/printing.py puts it.
OFFERED = "_static/downloads/acceleration.pdf"


def look_for_it(app: Sphinx, config: Config) -> None:
    """Note whether the site has the file."""
    config.course_is_printed = (Path(app.outdir) / OFFERED).is_file()


def add_link(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add the link to the downloads of one page."""
    if not app.config.course_is_printed:
        return
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            group["buttons"].append(
                {
                    "type": "link",
                    "url": context["pathto"](OFFERED, 1),
                    "text": "The whole book (.pdf)",
                    "tooltip": "Download the printed book",
                    "icon": "fas fa-book",
                    "label": "download-book-button",
                }
            )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the setting, and the link after the theme has made its buttons."""
    app.add_config_value("course_is_printed", False, "html", bool)
    app.connect("config-inited", look_for_it)
    app.connect("html-page-context", add_link, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
