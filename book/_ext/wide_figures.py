"""Give every chart a frame of its own in which it can scroll.

A chart is as wide as the text. On a phone its labels would shrink with it to 9 pixels; course.css
keeps it wide enough to read instead, and the frame, not the page, scrolls sideways.
wide_figures.js lets the keyboard reach a frame that has something to scroll.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# As tinytorch.explore.chart writes it.
_CHART = re.compile(
    r'(<figure role="group" aria-labelledby="([^"]+)"[^>]*>)(<svg .*?</svg>)', re.DOTALL
)


def frame_charts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the frames into one page; each is named by its chart's caption."""
    if "body" in context:
        frame = r'\1<div class="chart-frame" role="group" aria-labelledby="\2">\3</div>'
        context["body"] = _CHART.sub(frame, context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the frames once a page is written, and the script that makes them reachable."""
    app.add_js_file("wide_figures.js", loading_method="defer")
    app.connect("html-page-context", frame_charts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
