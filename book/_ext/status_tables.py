"""The tables of the page on the state of the book: ``{chapter-status}`` and ``{course-facts}``.

Both are read from the files of the course whenever the book is built, so nothing in them can be
out of date but what they say is recorded: the times of execution.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from authoring.status.chapters import Chapter, chapters
from authoring.status.execution import Execution, recorded
from authoring.status.facts import facts
from authoring.status.measured import measured
from authoring.status.reading_time import MINUTES_A_CELL, WORDS_A_MINUTE, minutes

_UNREAD = "read anew with every build"
# A number and its unit stay on one line, on a phone as well.
_TOGETHER = "\u00a0"


class status_element(nodes.General, nodes.TextElement):
    """One element of a table, with its tag and its attributes: docutils' own have no scope."""


def _element(tag: str, *children: nodes.Node | str, **attributes: str) -> status_element:
    inside = [nodes.Text(child) if isinstance(child, str) else child for child in children]
    return status_element("", "", *inside, tag=tag, attributes=attributes)


def _table(caption: str, head: Sequence[str], groups: Iterable[nodes.Node]) -> nodes.Node:
    names = [_element("th", name, scope="col") for name in head]
    table = _element(
        "table",
        _element("caption", caption),
        _element("thead", _element("tr", *names)),
        *groups,
        CLASS="status table",
    )
    return table


class ChapterStatus(SphinxDirective):
    """A row for each page of the book: reading, execution, measurement."""

    def run(self) -> list[nodes.Node]:
        """Give the table."""
        root = Path(self.env.srcdir)
        execution = recorded(root)
        groups = []
        for part, members in groupby(chapters(root), key=lambda chapter: chapter.part):
            rows = [self._row(chapter, execution, root) for chapter in members]
            if part:
                rows.insert(0, _element("tr", _element("th", part, colspan="4", scope="rowgroup")))
            groups.append(_element("tbody", *rows))
        caption = (
            f"Each chapter: minutes to read, at {WORDS_A_MINUTE} words a minute and "
            f"{60 * MINUTES_A_CELL:g} seconds for each cell; seconds that its cells ran, "
            f"{_run(execution)}; and when its figures were measured"
        )
        self.env.metadata[self.env.docname][_UNREAD] = True
        return [_table(caption, ("Chapter", "To read", "To run", "Measured"), groups)]

    def _row(self, chapter: Chapter, execution: Execution, root: Path) -> nodes.Node:
        link = addnodes.pending_xref(
            "",
            nodes.inline("", chapter.name),
            refdomain="std",
            reftype="doc",
            reftarget=f"/{chapter.name}",
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=True,
        )
        return _element(
            "tr",
            _element("th", link, scope="row"),
            _element("td", f"{minutes(chapter)}{_TOGETHER}min"),
            _element("td", _seconds(chapter, execution)),
            _element("td", _dates(chapter, root / "book")),
        )


def _run(execution: Execution) -> str:
    if not execution.seconds:
        return "not recorded"
    return f"recorded on {execution.machine}, {execution.date}"


def _seconds(chapter: Chapter, execution: Execution) -> str:
    if not chapter.cells:
        return "no cells"
    if chapter.name.startswith("exercises/"):
        return "not run"
    seconds = execution.of(chapter)
    return "not recorded" if seconds is None else f"{seconds:.1f}{_TOGETHER}s"


def _dates(chapter: Chapter, book: Path) -> str:
    contexts = measured(chapter, book)
    return "; ".join(f"{one.date}, {one.machine}" for one in contexts) or "no recording"


class CourseFacts(SphinxDirective):
    """A row for each thing that can be counted, and for each version that is pinned."""

    def run(self) -> list[nodes.Node]:
        """Give the table."""
        root = Path(self.env.srcdir)
        rows = [
            _element("tr", _element("th", name, scope="row"), _element("td", value))
            for name, value in facts(root, chapters(root))
        ]
        self.env.metadata[self.env.docname][_UNREAD] = True
        caption = "What the course consists of, and the versions that it is pinned to"
        return [_table(caption, ("What", "How many, or which"), [_element("tbody", *rows)])]


def read_again(app: Sphinx, env: BuildEnvironment, *changes: Any) -> list[str]:
    """Name the pages that have such a table: any file of the course may have changed."""
    return [name for name, data in env.metadata.items() if _UNREAD in data]


def visit_element(self: HTML5Translator, node: status_element) -> None:
    """Open one element."""
    self.body.append(self.starttag(node, node["tag"], "", **node["attributes"]))


def depart_element(self: HTML5Translator, node: status_element) -> None:
    """Close it."""
    self.body.append(f"</{node['tag']}>\n")


def add_style(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the style on a page that has such a table."""
    if doctree is not None and next(iter(doctree.findall(status_element)), None) is not None:
        app.add_css_file("status.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives, and have their page read anew with every build."""
    app.add_directive("chapter-status", ChapterStatus)
    app.add_directive("course-facts", CourseFacts)
    app.add_node(status_element, html=(visit_element, depart_element))
    app.connect("env-get-outdated", read_again)
    app.connect("html-page-context", add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
