"""Read the keywords of a step, each of the type that NumPy takes there and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes.script_format import DTYPES
from autograder.replay.constants import number
from autograder.replay.errors import ScriptError
from autograder.replay.limits import MOST_AXES, MOST_ELEMENTS
from autograder.replay.reading import flag, listed, named, whole
from autograder.replay.script import Operand, Picked

_CASTINGS = ("no", "equiv", "safe", "same_kind", "unsafe")
# One operand or two; more would need a plan, whose intermediate arrays can be of any size.
_SUBSCRIPTS = re.compile(r"[A-Za-z.]{1,12}(,[A-Za-z.]{1,12})?(->[A-Za-z.]{0,12})?")

ReadOperand = Callable[[Any], Operand]


def keyword(key: str, value: Any, operand: ReadOperand) -> Any:
    """Read the value of a keyword whose name is allowed.

    Parameters
    ----------
    operand : callable
        Reads an operand.

    Raises
    ------
    ScriptError
    """
    if key in ("where", "initial"):
        return operand(value)
    return _READERS[key](value) if key in _READERS else _index(value, operand)


def _axis(value: Any) -> int | tuple[int, ...] | None:
    if value is None:
        return None
    if type(value) is list:
        return tuple(_one_axis(part) for part in listed(value, "axes", MOST_AXES))
    return _one_axis(value)


def _one_axis(value: Any) -> int:
    return whole(value, "an axis", -MOST_AXES, MOST_AXES)


def _axes(value: Any) -> int | tuple[tuple[int, ...], tuple[int, ...]]:
    if type(value) is not list:
        return whole(value, "the axes", 0, MOST_AXES)
    first, second = (
        tuple(_one_axis(part) for part in listed(part, "axes", MOST_AXES))
        for part in listed(value, "the axes", 2, 2)
    )
    if len(first) != len(second):
        raise ScriptError("the axes of the two operands are not the same number")
    return first, second


def _subscripts(value: Any) -> str:
    if type(value) is not str or not _SUBSCRIPTS.fullmatch(value):
        raise ScriptError("the subscripts of an einsum are not those of one operand or two")
    return value


def _dtype(value: Any) -> np.dtype:
    return np.dtype(named(value, "a dtype", DTYPES))


_READERS: dict[str, Callable[[Any], Any]] = {
    "axis": _axis,
    "axes": _axes,
    "casting": lambda value: named(value, "casting", _CASTINGS),
    "dtype": _dtype,
    "keepdims": lambda value: flag(value, "keepdims"),
    "optimize": lambda value: flag(value, "optimize"),
    "subscripts": _subscripts,
    "nan": number,
    "posinf": number,
    "neginf": number,
}


def _index(value: Any, operand: ReadOperand) -> tuple[Picked, ...]:
    return tuple(_picked(part, operand) for part in listed(value, "an index", MOST_AXES))


def _picked(data: Any, operand: ReadOperand) -> Picked:
    parts = listed(data, "a part of an index", 4, 1)
    kind = named(parts[0], "a part of an index", _PARTS)
    if len(parts) != _PARTS[kind]:
        raise ScriptError(f"a part of an index is no {kind}")
    if kind == "array":
        return Picked(array=operand(parts[1]))
    if kind == "slice":
        return Picked(slice(*(None if bound is None else _place(bound) for bound in parts[1:])))
    if kind == "int":
        return Picked(_place(parts[1]))
    return Picked(None if kind == "newaxis" else Ellipsis)


def _place(value: Any) -> int:
    return whole(value, "a place in an index", -MOST_ELEMENTS, MOST_ELEMENTS)


_PARTS = {"newaxis": 1, "ellipsis": 1, "int": 2, "array": 2, "slice": 4}
