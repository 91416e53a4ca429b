"""Read the numbers that stand in a script themselves (`autograder.probes.script_constants`)."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from autograder.probes.script_format import DTYPES, MOST_CONSTANTS
from autograder.replay.errors import ScriptError
from autograder.replay.limits import MOST_AXES
from autograder.replay.reading import flag, listed, named, whole, wholes

Constant = bool | int | float | np.generic | np.ndarray

_HEXADECIMAL = re.compile(r"-?(0x[01]\.[0-9a-f]{1,13}p[+-][0-9]{1,4}|inf|nan)")
_PYTHON = ("bool", "int", "float")


def constant(data: list[Any]) -> Constant:
    """Read a constant.

    Raises
    ------
    ScriptError
    """
    kind = named(data[0] if data else None, "the kind of a constant", {"array", *_PYTHON, *DTYPES})
    if kind == "array":
        _, name, shape, values = listed(data, "an array", 4, 4)
        return _array(np.dtype(named(name, "a dtype", DTYPES)), shape, values)
    _, value = listed(data, "a number", 2, 2)
    if kind in _PYTHON:
        return _item(value, {"bool": "b", "int": "i", "float": "f"}[kind])
    return _converted([value], np.dtype(kind), ())[()]


def number(text: Any) -> float:
    """Read a floating number from its hexadecimal text."""
    if type(text) is not str or not _HEXADECIMAL.fullmatch(text):
        raise ScriptError("a floating number is not in hexadecimal; expected float.hex()")
    try:
        return float.fromhex(text)
    except OverflowError:
        raise ScriptError("a floating number is too large for float64") from None


def _array(dtype: np.dtype, shape: Any, values: Any) -> np.ndarray:
    sizes = wholes(shape, "the shape of a constant", MOST_AXES)
    items = listed(values, "the values of a constant", MOST_CONSTANTS)
    if math.prod(sizes) != len(items):
        raise ScriptError(f"a constant of shape {sizes} has {len(items)} values")
    return _converted(items, dtype, sizes)


def _converted(items: list[Any], dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    values = [_item(item, dtype.kind) for item in items]
    try:
        with np.errstate(all="ignore"):
            return np.array(values, dtype).reshape(shape)
    except OverflowError:
        raise ScriptError(f"a constant does not fit in {dtype}") from None


def _item(value: Any, kind: str) -> bool | int | float:
    if kind == "b":
        return flag(value, "a truth value")
    if kind == "f":
        return number(value)
    return whole(value, "a constant", -(2**63), 2**64)
