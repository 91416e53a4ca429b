"""One figure of the course: inline SVG in the page's own colours, its words, its data as a table.

Text and axes are drawn in `currentColor`, so the same bytes are right in light and in dark pages.
Text stays text: it can be searched, selected and enlarged, and it takes the page's font. Nothing in
the SVG depends on the day or on a random number, so two builds give the same bytes.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#010203"
"""Stands for the colour of the page's text while matplotlib draws; becomes `currentColor`."""

BLUE, ORANGE, GREEN, PURPLE, RED, TEAL, GREY = (
    "#3a7fd0",
    "#c96f1e",
    "#2f8f5b",
    "#9263c9",
    "#d04a5c",
    "#168a96",
    "#7b7b7b",
)
SERIES = (BLUE, ORANGE, GREEN, PURPLE, RED, TEAL, GREY)
"""Each has a contrast of at least 3 to 1 on white and on the dark page (#121212)."""

MARKERS = ("o", "s", "D", "^", "v", "P", "X")
"""A second sign beside the colour, for readers who do not see it."""

STYLE: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.labelsize": 10.5,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "grid.alpha": 0.18,
    "grid.color": INK,
    "grid.linewidth": 0.7,
    "hatch.color": INK,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}

# 5.8 inches are 418 units of the SVG's own coordinates: 10.5-unit text is then 15 px high on a
# desktop, where the figure is 580 px wide, and still 9.5 px on a phone of 390 px.
WIDTH_INCHES = 5.8
WIDEST_PX = 580

Row = dict[str, Any]


def new_figure(height: float = 3.7, width: float = WIDTH_INCHES) -> tuple[Figure, Axes]:
    """Return an empty figure of the course's size and style, and its axes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots()


@dataclass(frozen=True)
class Chart:
    """A figure with what it says, where its numbers come from, and the numbers themselves.

    Attributes
    ----------
    slug : str
        Short name, unique within a page; it prefixes every id in the SVG.
    figure : matplotlib.figure.Figure
    title : str
        First words of the caption.
    alt : str
        What the figure shows, for those who do not see it: derived from the data.
    badge : str
        Where the numbers come from; empty for a drawing that shows no measurement.
    table : list of dict
        The data of the figure; every row has the same keys, which are the column heads.
    table_open : bool
        Whether the table is unfolded from the start.
    """

    slug: str
    figure: Figure
    title: str
    alt: str
    badge: str
    table: list[Row]
    table_open: bool = False

    def __post_init__(self) -> None:
        # Constrained layout moves things a little at every drawing: let it settle once, then keep
        # the figure as it is, so that showing it twice gives the same bytes.
        with mpl.rc_context(STYLE):
            self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    @property
    def svg(self) -> str:
        """The figure as one `<svg>` element."""
        # Without a salt of its own matplotlib would draw ids at random.
        with mpl.rc_context({**STYLE, "svg.hashsalt": self.slug}):
            drawn = io.StringIO()
            self.figure.savefig(drawn, format="svg", metadata={"Date": None})
        return inline_svg(drawn.getvalue(), self.slug, self.alt)

    def _repr_html_(self) -> str:
        badge = ""
        if self.badge:
            badge = f' <small class="badge-line">{html.escape(self.badge)}</small>'
        title = html.escape(self.title, quote=True)
        unfolded = ' open=""' if self.table_open else ""
        caption = f"tt-{self.slug}-caption"
        return (
            f'<figure role="group" aria-labelledby="{caption}" style="margin:1em 0">{self.svg}'
            f'<figcaption id="{caption}">{title}.{badge}</figcaption>'
            f"<details{unfolded}><summary>The same data as a table</summary>"
            f'<div style="overflow-x:auto" tabindex="0" role="region" '
            f'aria-label="Data: {title}">{html_table(self.table)}</div>'
            f"</details></figure>"
        )

    def __str__(self) -> str:
        badge = f"\n{self.badge}" if self.badge else ""
        return f"{self.title}\n{self.alt}\n\n{text_table(self.table)}{badge}"

    __repr__ = __str__

    def to_csv(self) -> str:
        """Return the data of the figure as CSV, with a header."""
        text = io.StringIO()
        writer = csv.DictWriter(
            text, list(self.table[0]) if self.table else [], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(self.table)
        return text.getvalue()


def inline_svg(document: str, slug: str, alt: str) -> str:
    """Turn matplotlib's SVG document into an element of a page.

    Parameters
    ----------
    document : str
        What matplotlib wrote.
    slug : str
        Prefix for ids, so that two figures of one page do not share any.
    alt : str
        Label of the element.
    """
    svg = document[document.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r'\bid="([^"]+)"', rf'id="tt-{slug}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#tt-{slug}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#tt-{slug}-\1"', svg)
    # The page's own font is narrower than the one that the layout was computed with, never wider.
    svg = re.sub(r"'DejaVu Sans'(, sans-serif)?", "system-ui, sans-serif", svg)
    box = re.search(r'viewBox="([^"]+)"', svg)
    view = box.group(1) if box else "0 0 418 266"
    body = svg[svg.index(">") + 1 :]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'role="img" aria-label="{html.escape(alt, quote=True)}" viewBox="{view}" '
        f'style="display:block;width:100%;max-width:{WIDEST_PX}px;height:auto">'
    )
    return head + re.sub(r"\n\s*", "\n", body).strip()


def html_table(rows: Sequence[Row]) -> str:
    """Return rows as an HTML table with a header; the first column names its row."""
    if not rows:
        return "<p>No data.</p>"
    head = "".join(f'<th scope="col">{html.escape(key)}</th>' for key in rows[0])
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{html.escape(str(value))}</th>'
            if index == 0
            else f"<td>{html.escape(str(value))}</td>"
            for index, value in enumerate(row.values())
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text_table(rows: Sequence[Row]) -> str:
    """Return rows as aligned plain text."""
    if not rows:
        return "No data."
    cells = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
