"""The status of a submission, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.plain_text import plain_text
from autograder.results import Status

if TYPE_CHECKING:
    from autograder.sandbox import Ending
    from autograder.submissions.prepared import Prepared

# The most severe first.
ENDINGS: tuple[Status, ...] = ("timeout", "memory", "crashed")
# A sentence each; a reader of a table wants the first few.
NAMED = 2
WHOLE = "Examined as it was handed in."
EARNED = "What could be examined earned the points."


def status_of(prepared: Prepared, endings: Sequence[Ending]) -> tuple[Status, str]:
    """Return the status of a submission that could be read, and why.

    Parameters
    ----------
    prepared : Prepared
        What was repaired and what was lost before its code ran.
    endings : sequence of Ending
        What ended the process that ran it.
    """
    for kind in ENDINGS:
        sentences = [ending.sentence for ending in endings if ending.kind == kind]
        if sentences:
            return kind, f"{_some(sentences)} {EARNED}"
    if prepared.losses:
        return "partial", f"{_some(prepared.losses)} {EARNED}"
    if prepared.repairs:
        return "repaired", f"Repaired first: {_some(prepared.repairs)}"
    return "graded", WHOLE


def _some(sentences: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(plain_text(sentence).strip() for sentence in sentences))
    more = len(distinct) - NAMED
    return " ".join(distinct[:NAMED]) + (f" ({more} more of the kind.)" if more > 0 else "")
