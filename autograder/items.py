"""The items of a part: what is checked, for how many points, and how one fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.chapters import Chapter

if TYPE_CHECKING:
    from autograder.examination import Examination


class Failure(Exception):
    """Why an item failed: all that its row in the report says.

    Attributes
    ----------
    case : str
        What was tried: shapes, layouts, values.
    got, expected : str
        What came out, and what should have.
    try_next : str
        What to try next.
    not_written : bool
        Whether the function still raises NotImplementedError.
    """

    def __init__(
        self, *, case: str, got: str, expected: str, try_next: str, not_written: bool = False
    ) -> None:
        super().__init__(f"{case}: got {got}, expected {expected}. {try_next}")
        self.case = case
        self.got = got
        self.expected = expected
        self.try_next = try_next
        self.not_written = not_written


class Unconfirmed(Exception):
    """Why a passed item does not count: its measure could not be confirmed outside the process.

    Attributes
    ----------
    got : str
        What came of it. Like every sentence of a report it is for the learner to read, so no value
        that a confirmation works with is in it.
    try_next : str
        What to try next.
    """

    def __init__(self, got: str, try_next: str) -> None:
        super().__init__(f"{got}. {try_next}")
        self.got = got
        self.try_next = try_next


@dataclass(frozen=True)
class Item:
    """One thing that is checked, and its points.

    Attributes
    ----------
    id : str
        Unique in its part.
    function : str
        The function it examines.
    proves : str
        What is true of the function when the item passes.
    chapter : Chapter
        The chapter that explains it.
    check : callable
        Returns when the item passes and raises `Failure` when it does not.
    needs : tuple of str
        Items that must have passed before this one is examined.
    """

    id: str
    points: float
    function: str
    proves: str
    chapter: Chapter
    check: Callable[[Examination], None]
    needs: tuple[str, ...] = ()
