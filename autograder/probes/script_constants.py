"""Numbers that stand in a script themselves, each with its kind.

NumPy computes ``float32 * 0.5`` in float32 and ``float32 * np.float64(0.5)`` in float64, so what a
number is matters as much as its value. ``["int", 3]`` and ``["float", "0x1.0p-1"]`` are Python's,
``["float64", "0x1.0p-1"]`` is NumPy's, and ``["array", "int64", [2], [3, 4]]`` is an array.
Hexadecimal text keeps every bit, and NaN and infinity, which JSON has no words for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.probes.script_format import DTYPES, MOST_CONSTANTS


def written(value: Any) -> list[Any] | None:
    """Write a number or a small array down; None where that cannot be done."""
    if type(value) is bool:
        return ["bool", value]
    if type(value) is int:
        return ["int", value] if abs(value) < 2**63 else None
    if type(value) is float:
        return ["float", value.hex()]
    if isinstance(value, np.generic | np.ndarray):
        dtype = value.dtype.name
        if dtype not in DTYPES or value.size > MOST_CONSTANTS:
            return None
        if isinstance(value, np.generic):
            return [dtype, _item(value.item())]
        return ["array", dtype, list(value.shape), [_item(item) for item in value.ravel().tolist()]]
    return None


def _item(value: bool | int | float) -> bool | int | str:
    return value.hex() if isinstance(value, float) else value
