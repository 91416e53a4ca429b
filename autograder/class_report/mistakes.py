"""The commonest mistakes of a class: failures that say the same, whatever numbers they say it with.

Every student gets inputs of their own, so no two failures read alike to the letter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.parts import PARTS
from autograder.results import Result

Kind = tuple[str, str, str, str]
"""Part, item, what kind of thing came out, what to try next."""

_TUPLE = re.compile(r"[(\[]\s*-?\d[\d\s,.eE+-]*[)\]]|\(\)")
_NUMBER = re.compile(r"(?<!\w)[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|\b(nan|inf)\b")
_NO_ERROR = "no error: "
_ERROR = re.compile(r"([A-Za-z_][\w.]*): ")
# What a wrong value looks like depends on the inputs; that it is a wrong value does not.
_WRONG_VALUE = re.compile(r"(element \[[^\]]*\] is|the value is) ")


@dataclass(frozen=True)
class Failed:
    """One failed item of one student.

    Attributes
    ----------
    student_id, part, item : str
    function, proves : str
        The function that the item examines, and what would be true of it.
    details : dict of str to str
        What the report says, by its label ("Tried", "Came out", ...).
    """

    student_id: str
    part: str
    item: str
    function: str
    proves: str
    details: dict[str, str]

    @property
    def not_written(self) -> bool:
        """Whether the function is still the one that was handed out."""
        return self.details.get("Came out", "").startswith("NotImplementedError: ")

    @property
    def title(self) -> str:
        """A few words that say what it is."""
        if self.not_written:
            return "not written yet"
        if self.details.get("Came out", "").startswith(_NO_ERROR):
            return "no error where one is due"
        return self.item

    @property
    def kind(self) -> Kind:
        """What it shares with other failures of the same kind."""
        came_out = self.details.get("Came out", "")
        # Six functions of a part that are not written, or raise no error, are one mistake.
        if self.not_written or came_out.startswith(_NO_ERROR):
            return self.part, "", came_out.partition(":")[0], ""
        advice = self.details.get("Try next", "")
        return self.part, self.item, outcome_kind(came_out), without_numbers(advice)


@dataclass(frozen=True)
class Mistake:
    """Failures of one kind.

    Attributes
    ----------
    failures : tuple of Failed
        One for each student, in the order of their ids.
    """

    failures: tuple[Failed, ...]

    @property
    def example(self) -> Failed:
        """One of them, as it was reported."""
        return self.failures[0]


def common_mistakes(results: Sequence[Result], most: int = 10) -> list[Mistake]:
    """Give the kinds of failure that the most students have, the commonest first."""
    groups: dict[Kind, dict[str, Failed]] = defaultdict(dict)
    for result in results:
        for failed in failures(result):
            groups[failed.kind].setdefault(failed.student_id, failed)
    mistakes = [
        Mistake(tuple(group[student] for student in sorted(group))) for group in groups.values()
    ]
    order = {
        (part.name, item.id): (part.number, place)
        for part in PARTS.values()
        for place, item in enumerate(part.items)
    }

    def rank(mistake: Mistake) -> tuple[Any, ...]:
        example = mistake.example
        place = order.get((example.part, example.item), (len(PARTS) + 1, 0))
        return -len(mistake.failures), place, example.kind

    return sorted(mistakes, key=rank)[:most]


def failures(result: Result) -> Iterator[Failed]:
    """Give every failed item of a result, in the order of its reports."""
    for part, report in result.reports.items():
        for row in report["items"]:
            if row["status"] == "failed":
                details = {detail["label"]: detail["text"] for detail in row["details"]}
                yield Failed(
                    result.student_id, part, row["id"], row["function"], row["proves"], details
                )


def outcome_kind(came_out: str) -> str:
    """Say what kind of thing came out: an exception is one kind, whatever its text says."""
    if error := _ERROR.match(came_out):
        unnamed = ", which does not name" in came_out
        return f"{error.group(1)} without the values in its text" if unnamed else error.group(1)
    if _WRONG_VALUE.match(came_out):
        return "a wrong value"
    return without_numbers(came_out)


def without_numbers(text: str) -> str:
    """Put a mark in place of every number and every tuple of numbers."""
    return _NUMBER.sub("#", _TUPLE.sub("(#)", text))
