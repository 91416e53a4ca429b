"""How a file of honest solutions collects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Solution = Callable[..., Any]


def collector(into: list[Solution]) -> Callable[[Solution], Solution]:
    """Make a decorator that adds a solution to the list and leaves it as it is."""

    def honest(solution: Solution) -> Solution:
        into.append(solution)
        return solution

    return honest
