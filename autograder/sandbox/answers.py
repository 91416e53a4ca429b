"""What a worker answers, checked as data from a stranger before anyone looks at a value.

A table says for each probe which facts it gives and what each may be. Whatever else a worker sends
is an answer that cannot be read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.plain_text import plain_text
from autograder.subject import Answer
from autograder.worker.wire import MOST_DIMENSIONS

LONGEST_TEXT = 4_000
LONGEST_LIST = 20_000
DEEPEST = 8
# Beyond it a number is as good as infinite, and Python's own arithmetic refuses to mix it in.
LARGEST = 10**300

Reader = Callable[[Any], Any]


class Unreadable(Exception):
    """An answer that is not what its probe gives; the text says what is wrong with it."""


@dataclass(frozen=True)
class Fact:
    """One fact: how it is read, and what stands in its place where the call raised."""

    read: Reader
    absent: Any = None


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Unreadable("a text is missing")
    return plain_text(value[:LONGEST_TEXT])


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise Unreadable("true or false is missing")
    return value


def _whole(value: Any) -> int:
    # Exact types here and below: True is an int as well.
    if type(value) is not int or not 0 <= value < 2**62:
        raise Unreadable("a count is missing")
    return value


def _share(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < LARGEST:
        raise Unreadable("a number from 0 up is missing")
    return float(value)


def _optional(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _many(read: Reader, most: int = LONGEST_LIST, least: int = 0) -> Reader:
    def read_many(value: Any) -> list[Any]:
        if type(value) is not list or not least <= len(value) <= most:
            raise Unreadable(f"a list of {least} to {most:,} is missing")
        return [read(part) for part in value]

    return read_many


def _record(**readers: Reader) -> Reader:
    def read_record(value: Any) -> dict[str, Any]:
        if type(value) is not dict or set(value) != set(readers):
            raise Unreadable(f"an object with {', '.join(readers)} is missing")
        return {name: read(value[name]) for name, read in readers.items()}

    return read_record


def _plain(value: Any, depth: int = 0) -> Any:
    """Read a plain value: a number, text, True, False, None, or a list of them."""
    if value is None or type(value) in (bool, float):
        return value
    if type(value) is int:
        if abs(value) < LARGEST:
            return value
        return math.inf if value > 0 else -math.inf
    if type(value) is list and depth < DEEPEST:
        return [_plain(part, depth + 1) for part in _many(lambda part: part, 64)(value)]
    return _text(value)


def _named(value: Any) -> dict[str, Any]:
    if type(value) is not dict or len(value) > 64:
        raise Unreadable("an object with at most 64 names is missing")
    return {_text(name): _plain(part) for name, part in value.items()}


def _object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise Unreadable("an object is missing")
    return value


_shape = _many(_whole, MOST_DIMENSIONS)


def _result(value: Any) -> dict[str, Any]:
    if type(value) is not dict or value.get("kind") not in ("tensor", "array", "plain", "other"):
        raise Unreadable("the result's kind is missing")
    kind = value["kind"]
    known: dict[str, Reader] = {"described": _text, "kind": _text}
    if kind in ("tensor", "array"):
        known |= {"dtype": _text, "shape": _shape}
    elif kind == "plain":
        known["value"] = _plain
    return dict(_record(**known)(value))


NO_RESULT = {"kind": "other", "described": "nothing"}
_classes = _many(_text, 200)
ALWAYS = {
    "raised": Fact(_optional(_record(type=_text, lineage=_classes, message=_text))),
    "printed": Fact(_text, ""),
    "warned": Fact(_many(_text, 100), []),
}
_RESULT = {"result": Fact(_result, NO_RESULT)}
_PLACES = Fact(_many(_whole, 64), [])
FACTS: dict[str, dict[str, Fact]] = {
    "call": {**ALWAYS, **_RESULT, "changed": _PLACES, "shared": _PLACES},
    "twice": ALWAYS,
    "resident": {**ALWAYS, **_RESULT},
    # A script is read by what replays it, which trusts nothing in it either.
    "script": {**ALWAYS, "script": Fact(_optional(_object)), "left": Fact(_optional(_text))},
    "steps": {**ALWAYS, "steps": Fact(_whole, 0), "stopped": Fact(_flag, False)},
    "allocation": {
        **ALWAYS,
        "peak_bytes": Fact(_optional(_whole)),
        "peak_in_outputs": Fact(_optional(_share)),
    },
    "operations": {
        **ALWAYS,
        "operations": Fact(_many(_record(name=_text, dtype=_text, shape=_shape, times=_whole)), []),
        "most_alive": Fact(_whole, 0),
        "outside": Fact(_many(_text), []),
    },
    "products": {
        **ALWAYS,
        **_RESULT,
        "products": Fact(
            _many(_record(how=_text, sizes=_many(_whole, 3, 3), dtype=_text, times=_whole)), []
        ),
    },
    "signature": {**ALWAYS, "defaults": Fact(_named, {})},
    # No probes, but answers all the same: a cell that ran, a result or a step that was asked for.
    "cell": {
        **ALWAYS,
        "raised": Fact(
            _optional(_record(type=_text, lineage=_classes, message=_text, line=_optional(_whole)))
        ),
    },
    "result": ALWAYS,
}
"""What each probe says."""

# What `observing` adds to the facts of a worker.
OBSERVED_BESIDES: Mapping[str, dict[str, Any]] = {"resident": {"resident_in_outputs": None}}

ARRAYS: Mapping[str, tuple[str, ...]] = {
    "call": ("result",),
    "products": ("result",),
    "resident": ("result",),
    "result": ("result",),
    "twice": ("first", "second"),
}
"""Which arrays each probe may send along."""


def read_answer(
    says: str, facts: Any, arrays: Mapping[str, np.ndarray], arguments: int = 0
) -> Answer:
    """Check an answer.

    A call that raised may leave facts out; they have a neutral value then.

    Parameters
    ----------
    says : str
        The probe whose answer it is, or another row of the table.
    arguments : int
        How many the call had.

    Raises
    ------
    Unreadable
        If a fact is missing, unknown or ill-typed, or an array is not the one described.
    """
    expected = FACTS[says]
    if type(facts) is not dict or not set(facts) <= set(expected):
        raise Unreadable("the facts are not those of the probe")
    raised = facts.get("raised") is not None
    read = {}
    for name, fact in expected.items():
        if name in facts:
            read[name] = fact.read(facts[name])
        elif raised:
            read[name] = fact.absent
        else:
            raise Unreadable(f"the fact {name!r} is missing")
    if not set(arrays) <= set(ARRAYS.get(says, ())):
        raise Unreadable("there is an array that nobody asked for")
    if "result" in arrays and "result" in read:
        _require_described(read["result"], arrays["result"])
    for name in ("changed", "shared"):
        if any(position >= arguments for position in read.get(name, ())):
            raise Unreadable("an argument is named that there is not")
    return Answer(read, dict(arrays))


def ended_answer(probe: str, raised: dict[str, Any]) -> Answer:
    """Answer in place of a function that could not be called, or ended its process."""
    facts = {name: fact.absent for name, fact in FACTS[probe].items()}
    return Answer({**facts, **OBSERVED_BESIDES.get(probe, {}), "raised": raised})


def _require_described(described: dict[str, Any], array: np.ndarray) -> None:
    if described["kind"] not in ("tensor", "array") or (
        described["dtype"],
        described["shape"],
    ) != (str(array.dtype), list(array.shape)):
        raise Unreadable("the result's array is not the one described")
