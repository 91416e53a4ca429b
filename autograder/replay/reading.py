"""Read one value of a script, of exactly the type that belongs there."""

from __future__ import annotations

from typing import Any

from autograder.replay.errors import ScriptError

_LARGEST = 2**40


def whole(value: Any, what: str, low: int = 0, high: int = _LARGEST) -> int:
    """Return a whole number within bounds."""
    # `True` is an int to isinstance.
    if type(value) is not int or not low <= value <= high:
        raise ScriptError(f"{what} is {_shown(value)}; expected a whole number {low} to {high}")
    return value


def listed(value: Any, what: str, most: int, least: int = 0) -> list[Any]:
    """Return a list of a bounded length."""
    if type(value) is not list or not least <= len(value) <= most:
        raise ScriptError(
            f"{what} is {_shown(value)}; expected a list of {least} to {most:,} values"
        )
    return value


def wholes(value: Any, what: str, most: int, low: int = 0) -> tuple[int, ...]:
    """Return a bounded list of whole numbers."""
    return tuple(whole(part, what, low) for part in listed(value, what, most))


def named(value: Any, what: str, among: Any) -> str:
    """Return one of the texts of a list."""
    if type(value) is not str or value not in among:
        raise ScriptError(f"{what} is {_shown(value)}; expected a name of the list")
    return value


def flag(value: Any, what: str) -> bool:
    """Return True or False."""
    if type(value) is not bool:
        raise ScriptError(f"{what} is {_shown(value)}; expected true or false")
    return value


def _shown(value: Any) -> str:
    if type(value) in (list, dict):
        return f"a {type(value).__name__} of {len(value):,}"
    if type(value) is int:
        # To write a number of a million digits takes a while, and Python refuses it.
        return str(value) if abs(value) <= _LARGEST else "a number beyond all bounds"
    return f"{value[:40]!r}" if type(value) is str else f"a {type(value).__name__}"
