"""The outcome of a check, for three readers: nbgrader, the learner, and other programs."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any, Literal

from autograder.items import Failure, Item

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
    """

    part: str
    title: str
    headline: str
    items: tuple[ItemResult, ...]
    printed: str = ""

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
        lines = [f"{self.title}: {self.score:g} of {self.max_score:g} points", self.headline, ""]
        for result in self.items:
            earned = f"{result.points:g}/{result.item.points:g}"
            lines.append(f"{_SYMBOLS[result.status]} {earned:>5}  {result.item.proves}")
            for label, text in result.details():
                lines += textwrap.wrap(
                    f"{label}: {text}",
                    _WIDTH,
                    initial_indent=" " * 9,
                    subsequent_indent=" " * 11,
                    break_long_words=False,
                )
        if self.printed:
            lines += ["", "Your code printed:", textwrap.indent(self.printed.rstrip(), "  ")]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(_row(result) for result in self.items)
        printed = ""
        if self.printed:
            printed = f"<p>Your code printed:</p><pre>{html.escape(self.printed.rstrip())}</pre>"
        # Colours and fonts are the page's own, so the table reads in light and in dark.
        return (
            '<div class="autograder-report">'
            '<table style="border-collapse:collapse;text-align:left;max-width:60rem">'
            '<caption style="text-align:left;color:inherit;padding:0.5em 0">'
            f"<strong>{html.escape(self.title)}: {self.score:g} of {self.max_score:g} points."
            f"</strong> {html.escape(self.headline)}</caption>"
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


def _row(result: ItemResult) -> str:
    symbol = f'<span aria-hidden="true">{_SYMBOLS[result.status]}</span>'
    details = "".join(
        f"<dt><strong>{html.escape(label)}</strong></dt>"
        f'<dd style="margin:0 0 0.3em 0;overflow-wrap:anywhere">{html.escape(text)}</dd>'
        for label, text in result.details()
    )
    return (
        f'<tr><th scope="row" style="{_CELL};font-weight:normal">'
        f"{html.escape(result.item.proves)}</th>"
        f'<td style="{_CELL};white-space:nowrap">{symbol} {result.status}</td>'
        f'<td style="{_CELL};white-space:nowrap">{result.points:g} of {result.item.points:g}</td>'
        f'<td style="{_CELL}">'
        + (f'<dl style="margin:0">{details}</dl>' if details else "Nothing to do.")
        + "</td></tr>"
    )
