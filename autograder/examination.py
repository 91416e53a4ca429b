"""Run the items of a part against a subject and add up the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from autograder.items import Failure, Item, Unconfirmed
from autograder.report import ItemResult, Report
from autograder.subject import Answer, Argument, Json, Request, Subject

if TYPE_CHECKING:
    from autograder.parts import Part

T = TypeVar("T")


class Examination:
    """One run of a part's checks: the subject, fresh random inputs, and what was seen so far.

    Attributes
    ----------
    rng : numpy.random.Generator
        For the inputs of the learner's functions: nobody knows them beforehand.
    unseen : numpy.random.Generator
        For values that never leave this process.
    printed : str
        What the learner's code printed at its first call that printed anything.
    """

    def __init__(self, subject: Subject, rng: np.random.Generator | None = None) -> None:
        self.rng = np.random.default_rng() if rng is None else rng
        # A stream of its own: whoever works the first one's state out of the inputs has not this.
        self.unseen = self.rng.spawn(1)[0]
        self.printed = ""
        self._subject = subject
        self._seen: dict[str, Any] = {}

    def ask(
        self,
        probe: str,
        function: str,
        *arguments: Argument,
        keywords: dict[str, Json] | None = None,
        **options: Json,
    ) -> Answer:
        """Run a probe on a function."""
        answer = self._subject.ask(Request(probe, function, arguments, keywords or {}, options))
        self.printed = self.printed or answer.facts.get("printed", "")
        return answer

    def once(self, key: str, see: Callable[[], T]) -> T:
        """Return what ``see`` saw, looking only the first time: two items may share a probe."""
        if key not in self._seen:
            self._seen[key] = see()
        seen: T = self._seen[key]
        return seen


Confirmations = Mapping[tuple[str, str], Callable[[Examination], None]]
"""What confirms an item's measure, by the names of part and item; raises `Unconfirmed`."""


def examine(
    part: Part,
    subject: Subject,
    *,
    rng: np.random.Generator | None = None,
    confirmations: Confirmations | None = None,
) -> Report:
    """Check every item of a part.

    Parameters
    ----------
    part : Part
    subject : Subject
        Where the functions of the part live.
    rng : numpy.random.Generator, optional
        Draws the inputs; unless given, one that the operating system seeds.
    confirmations : mapping, optional
        For a subject in a process that may lie: an item that passes must be confirmed as well.

    Returns
    -------
    Report
    """
    examination = Examination(subject, rng)
    results: dict[str, ItemResult] = {}
    unwritten: list[str] = []
    unconfirmed: list[str] = []
    for item in part.items:
        result = _examine_item(item, examination, results)
        confirm = (confirmations or {}).get((part.name, item.id))
        if result.passed and confirm is not None:
            result = _confirm_item(item, examination, confirm)
            if not result.passed:
                unconfirmed.append(item.id)
        results[item.id] = result
        if result.failure is not None and result.failure.not_written and not item.needs:
            unwritten.append(item.function)
    return Report(
        part=part.name,
        title=part.title,
        headline=_headline(part, unwritten, results),
        items=tuple(results.values()),
        printed=examination.printed,
        unconfirmed=tuple(unconfirmed),
    )


def _examine_item(
    item: Item, examination: Examination, results: dict[str, ItemResult]
) -> ItemResult:
    for needed in item.needs:
        if not results[needed].passed:
            before = results[needed].item.proves
            return ItemResult(item, "not examined", reason=f'needs "{before}" first')
    try:
        item.check(examination)
    except Failure as failure:
        return ItemResult(item, "failed", failure=failure)
    return ItemResult(item, "passed")


def _confirm_item(
    item: Item, examination: Examination, confirm: Callable[[Examination], None]
) -> ItemResult:
    try:
        confirm(examination)
    except Unconfirmed as unconfirmed:
        failure = Failure(
            case="your function, followed step by step and repeated on other values outside its "
            "process",
            got=unconfirmed.got,
            expected=item.proves,
            try_next=unconfirmed.try_next,
        )
        return ItemResult(item, "failed", failure=failure)
    return ItemResult(item, "passed")


def _headline(part: Part, unwritten: list[str], results: dict[str, ItemResult]) -> str:
    names = list(dict.fromkeys(unwritten))
    if names and len(names) == len(part.functions):
        what = f"{names[0]} is" if len(names) == 1 else "These functions are"
        return (
            f"{what} not written yet. Fill the cell `{part.solution_cell}` (Part {part.number}), "
            "run it, then run this check again."
        )
    if names:
        return f"Not written yet in the cell `{part.solution_cell}`: {', '.join(names)}."
    if all(result.passed for result in results.values()):
        return "Every item passed."
    return "Each failed item below says what was tried, what came out, and what to try next."
