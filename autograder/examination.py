"""Run the items of a part against a subject and add up the points."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from autograder.items import Failure, Item
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
        Seeded from the operating system in every run: inputs cannot be known beforehand.
    printed : str
        What the learner's code printed at its first call that printed anything.
    """

    def __init__(self, subject: Subject) -> None:
        self.rng = np.random.default_rng()
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


def examine(part: Part, subject: Subject) -> Report:
    """Check every item of a part.

    Parameters
    ----------
    part : Part
    subject : Subject
        Where the functions of the part live.

    Returns
    -------
    Report
    """
    examination = Examination(subject)
    results: dict[str, ItemResult] = {}
    unwritten: list[str] = []
    for item in part.items:
        result = _examine_item(item, examination, results)
        results[item.id] = result
        if result.failure is not None and result.failure.not_written and not item.needs:
            unwritten.append(item.function)
    return Report(
        part=part.name,
        title=part.title,
        headline=_headline(part, unwritten, results),
        items=tuple(results.values()),
        printed=examination.printed,
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
