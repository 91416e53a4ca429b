"""The functions that a script may call: these, and nothing else that NumPy has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# The ufunc; `np.clip` is the function around it.
from numpy._core.umath import clip  # type: ignore[attr-defined]

from autograder.probes import script_format

UFUNCS: dict[str, np.ufunc] = {
    **{name: getattr(np, name) for name in script_format.UFUNCS},
    "clip": clip,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(np, name) for name in script_format.FUNCTION_KEYWORDS
}

OPERANDS = {
    "where": 3,
    "nan_to_num": 1,
    "dot": 2,
    "inner": 2,
    "vdot": 2,
    "outer": 2,
    "tensordot": 2,
}
"""How many a function takes; one that is not here takes as many as it gets."""


def call(name: str, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Call one of the functions that are no ufuncs."""
    if name in ("concatenate", "stack"):
        return FUNCTIONS[name](operands, **keywords)
    if name == "einsum":
        subscripts = keywords["subscripts"]
        return np.einsum(subscripts, *operands, optimize=keywords.get("optimize", False))
    return FUNCTIONS[name](*operands, **keywords)
