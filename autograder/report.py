"""The outcome of a check, for three readers: nbgrader, the learner, and other programs."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any, Literal

from autograder.items import Failure, Item
from autograder.plain_text import plain_text

Status = Literal["passed", "failed", "not examined"]

_SYMBOLS: dict[Status, str] = {"passed": "\u2713", "failed": "\u2717", "not examined": "\u2013"}
_WIDTH = 96


@dataclass(frozen=True)
class ItemResult:
    """One item's outcome."""

    item: Item
    status: Status
    failure: Failure | None = None
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether the item earned its points."""
        return self.status == "passed"

    @property
    def points(self) -> float:
        """Points earned: all of the item's, or none."""
        return self.item.points if self.passed else 0.0

    def details(self) -> list[tuple[str, str]]:
        """Label and text of each line that explains the outcome."""
        if self.failure is not None:
            return [
                ("Tried", self.failure.case),
                ("Came out", self.failure.got),
                ("Expected", self.failure.expected),
                ("Try next", self.failure.try_next),
                ("Chapter", str(self.item.chapter)),
            ]
        if self.reason:
            return [("Not examined because it", self.reason)]
        return []


@dataclass(frozen=True)
class Report:
    """What a check found.

    As a cell's result it shows a learner a table. Its plain text is the score alone, which is what
    nbgrader reads: the cell earns exactly that many points. ``str(report)`` is the table as text.

    Attributes
    ----------
    part, title : str
        Name of the part and its title.
    headline : str
        One sentence about the whole.
    items : tuple of ItemResult
    printed : str
        What the learner's code printed while it was examined.
    unconfirmed : tuple of str
        The items that failed only because their measure could not be confirmed.
    """

    part: str
    title: str
    headline: str
    items: tuple[ItemResult, ...]
    printed: str = ""
    unconfirmed: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """Points earned."""
        return float(sum(result.points for result in self.items))

    @property
    def max_score(self) -> float:
        """Points there are to earn."""
        return float(sum(result.item.points for result in self.items))

    def to_dict(self) -> dict[str, Any]:
        """Return everything in the report as JSON-able data."""
        return {
            "part": self.part,
            "title": self.title,
            "score": self.score,
            "max_score": self.max_score,
            "headline": self.headline,
            "printed": self.printed,
            "unconfirmed": list(self.unconfirmed),
            "items": [
                {
                    "id": result.item.id,
                    "function": result.item.function,
                    "proves": result.item.proves,
                    "status": result.status,
                    "points": result.points,
                    "max_points": float(result.item.points),
                    "chapter": result.item.chapter.file,
                    "details": [{"label": label, "text": text} for label, text in result.details()],
                }
                for result in self.items
            ],
        }

    def __repr__(self) -> str:
        # nbgrader's determine_grade() reads this text as a float.
        return repr(self.score)

    def __str__(self) -> str:
        return report_text(self.to_dict())

    def _repr_html_(self) -> str:
        return report_html(self.to_dict())


def report_text(data: dict[str, Any]) -> str:
    """Write a report for a terminal.

    Parameters
    ----------
    data : dict
        What `Report.to_dict` returned, perhaps read from a file.

    Returns
    -------
    str
    """
    lines = [
        f"{data['title']}: {data['score']:g} of {data['max_score']:g} points",
        data["headline"],
        "",
    ]
    for item in data["items"]:
        earned = f"{item['points']:g}/{item['max_points']:g}"
        lines.append(f"{_SYMBOLS[item['status']]} {earned:>5}  {item['proves']}")
        for detail in item["details"]:
            lines += textwrap.wrap(
                plain_text(f"{detail['label']}: {detail['text']}"),
                _WIDTH,
                initial_indent=" " * 9,
                subsequent_indent=" " * 11,
                break_long_words=False,
            )
    if data["printed"]:
        printed = textwrap.indent(plain_text(data["printed"]).rstrip(), "  ")
        lines += ["", "Your code printed:", printed]
    return "\n".join(lines)


def report_html(data: dict[str, Any]) -> str:
    """Write a report for a page: one element, whose colours and fonts are the page's own.

    Parameters
    ----------
    data : dict
        What `Report.to_dict` returned, perhaps read from a file.

    Returns
    -------
    str
        Text that came from the student's code is escaped, and left alone by MathJax.
    """
    rows = "".join(_row(item) for item in data["items"])
    printed = ""
    if data["printed"]:
        printed = f"<p>Your code printed:</p><pre>{_escape(data['printed'].rstrip())}</pre>"
    return (
        '<div class="autograder-report tex2jax_ignore mathjax_ignore">'
        '<table style="border-collapse:collapse;text-align:left;max-width:60rem">'
        '<caption style="text-align:left;color:inherit;padding:0.5em 0">'
        f"<strong>{_escape(data['title'])}: {data['score']:g} of {data['max_score']:g} points."
        f"</strong> {_escape(data['headline'])}</caption>"
        f"<thead><tr>{_head('What was checked')}{_head('Result')}{_head('Points')}"
        f"{_head('What to do')}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{printed}</div>"
    )


_CELL = (
    "text-align:left;vertical-align:top;padding:0.4em 0.8em 0.4em 0;"
    "border-top:1px solid currentColor"
)


def _head(text: str) -> str:
    return f'<th scope="col" style="{_CELL};border-top:0">{text}</th>'


def _row(item: dict[str, Any]) -> str:
    symbol = f'<span aria-hidden="true">{_SYMBOLS[item["status"]]}</span>'
    details = "".join(
        f"<dt><strong>{_escape(detail['label'])}</strong></dt>"
        '<dd style="margin:0 0 0.3em 0;overflow-wrap:anywhere">'
        f"{_escape(detail['text'])}</dd>"
        for detail in item["details"]
    )
    return (
        f'<tr><th scope="row" style="{_CELL};font-weight:normal">{_escape(item["proves"])}</th>'
        f'<td style="{_CELL};white-space:nowrap">{symbol} {_escape(item["status"])}</td>'
        f'<td style="{_CELL};white-space:nowrap">{item["points"]:g} of {item["max_points"]:g}</td>'
        f'<td style="{_CELL}">'
        + (f'<dl style="margin:0">{details}</dl>' if details else "Nothing to do.")
        + "</td></tr>"
    )


def _escape(text: str) -> str:
    return html.escape(plain_text(text))
