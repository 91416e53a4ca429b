"""What a mutant is, and how a file of them collects its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.parts import PARTS

Function = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """A wrong or lazy implementation, and the items that it must lose: these and no others."""

    name: str
    mistake: str
    part: str
    functions: tuple[Function, ...]
    loses: frozenset[str]


def collector(part: str, into: list[Mutant]) -> Callable[..., Callable[[Function], Function]]:
    """Make the decorator of one file: ``@mutant("item", ...)``, or ``@mutant()`` for all items."""

    def mutant(*loses: str) -> Callable[[Function], Function]:
        def collect(function: Function) -> Function:
            items = {item.id for item in PARTS[part].items}
            assert set(loses) <= items, f"{function.__name__} names an item that does not exist"
            assert function.__doc__, f"{function.__name__} does not say what its mistake is"
            lost = frozenset(loses) if loses else frozenset(items)
            into.append(Mutant(function.__name__, function.__doc__, part, (function,), lost))
            return function

        return collect

    return mutant
