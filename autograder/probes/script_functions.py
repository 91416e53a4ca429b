"""How a call of each function that is a step of its own is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes.product_sizes import einsum_subscripts

# The functions as they are before anything is patched.
COPYTO = np.copyto
EMPTY, EMPTY_LIKE = np.empty, np.empty_like
FILLED = (np.zeros, np.ones, np.full)
COPIES = (
    (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)
    + (np.require, np.copy, np.astype)
)  # fmt: skip


def _no_keywords(*operands: Any, out: Any = None) -> tuple[Any, dict[str, Any]]:
    return operands, {}


def _joined(
    arrays: Any, axis: Any = 0, out: Any = None, dtype: Any = None, casting: Any = "same_kind"
) -> tuple[Any, dict[str, Any]]:
    said = {} if dtype is None else {"dtype": np.dtype(dtype).name}
    return list(arrays), {"axis": axis, **said}


def _numbers(
    x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> tuple[Any, dict[str, Any]]:
    numbers = {"nan": nan, "posinf": posinf, "neginf": neginf}
    return [x], {key: float(value).hex() for key, value in numbers.items() if value is not None}


def _tensordot(a: Any, b: Any, axes: Any = 2) -> tuple[Any, dict[str, Any]]:
    if not isinstance(axes, int):
        axes = [list(part) if isinstance(part, list | tuple) else [part] for part in axes]
    return [a, b], {"axes": axes}


def _einsum(*operands: Any, out: Any = None, optimize: Any = False) -> tuple[Any, dict[str, Any]]:
    subscripts, arrays = einsum_subscripts(operands)
    return arrays, {"subscripts": subscripts, "optimize": bool(optimize)}


FUNCTIONS: dict[Any, Callable[..., tuple[Any, dict[str, Any]]]] = {
    np.concatenate: _joined,
    np.where: _no_keywords,
    np.nan_to_num: _numbers,
    np.dot: _no_keywords,
    np.inner: _no_keywords,
    np.vdot: _no_keywords,
    np.outer: _no_keywords,
    np.tensordot: _tensordot,
    np.einsum: _einsum,
}
"""For each function, what gives its operands and what is said of its other arguments."""
