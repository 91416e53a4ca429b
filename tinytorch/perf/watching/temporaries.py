"""Which operand NumPy writes over: it reuses large arrays that have no name.

In ``0.5 * x * (1 + y)`` two intermediate results meet that nobody else can see, so NumPy writes the
product into one of them. It does so for exact arrays only, not for a subclass that watches. So the
same expression is put to NumPy with exact arrays, and NumPy answers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

# Under names of their own: while a call is watched, `np.ones` makes arrays that are watched too.
from numpy import ones as exact_ones

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a() + b(),
    "sub": lambda a, b: a() - b(),
    "mul": lambda a, b: a() * b(),
    "truediv": lambda a, b: a() / b(),
    "floordiv": lambda a, b: a() // b(),
    "mod": lambda a, b: a() % b(),
    "pow": lambda a, b: a() ** b(),
    "and": lambda a, b: a() & b(),
    "or": lambda a, b: a() | b(),
    "xor": lambda a, b: a() ^ b(),
    "lshift": lambda a, b: a() << b(),
    "rshift": lambda a, b: a() >> b(),
}
UNARY: dict[str, Callable[[Any], Any]] = {
    "neg": lambda a: -a(),
    "pos": lambda a: +a(),
    "invert": lambda a: ~a(),
    "abs": lambda a: abs(a()),
}
"""Operator, by the name of its method: an expression whose operands are made as it runs."""

# Whether an array is large enough to be written over does not change beyond so many elements.
LARGE_ENOUGH = 2**18


@dataclass(frozen=True)
class Operand:
    """What NumPy looks at.

    Attributes
    ----------
    type : type
        Of a number; a Python number and one of NumPy may be equal and yet differ here.
    dtype : dtype or None
        None for a number.
    number : object
    large : bool
        Whether it is an array with dimensions.
    nameless : bool
        Whether nobody else holds the array.
    """

    type: type
    dtype: np.dtype | None = None
    number: Any = None
    large: bool = False
    nameless: bool = False


@lru_cache(maxsize=1024)
def written_over(operator: str, elements: int, *operands: Operand) -> int | None:
    """Ask NumPy which operand it writes the result into; None where it makes a new array.

    Parameters
    ----------
    operator : str
        A key of `BINARY` or `UNARY`.
    elements : int
        Of each operand that is a large array.
    *operands : Operand
        One or two.
    """
    made = [_Made(operand, min(elements, LARGE_ENOUGH)) for operand in operands]
    expression: Callable[..., Any] = (BINARY if len(made) == 2 else UNARY)[operator]
    try:
        with np.errstate(all="ignore"):
            address = _address(expression(*made))
    except (TypeError, ValueError, ArithmeticError):
        return None  # no such operation for these types: what is watched raises it too
    for index, operand in enumerate(made):
        if operand.address == address:
            return index
    return None


class _Made:
    """Makes an operand at the moment when an expression asks for it."""

    def __init__(self, operand: Operand, elements: int) -> None:
        self.operand = operand
        self.elements = elements
        self.named: np.ndarray | None = None
        self.address: int | None = None

    def __call__(self) -> Any:
        if self.operand.dtype is None:
            return self.operand.number
        array = exact_ones(self.elements if self.operand.large else (), self.operand.dtype)
        self.address = _address(array)
        if not self.operand.nameless:
            self.named = array
        return array


def _address(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


class _Counting(np.ndarray):
    """Counts the references to its operands where `WatchedArray` does: within an operator."""

    def __mul__(self, other: Any) -> Any:
        _COUNTS.append((sys.getrefcount(self), sys.getrefcount(other)))
        return np.ndarray.__mul__(self, other)

    def __neg__(self) -> Any:
        _COUNTS.append((sys.getrefcount(self),))
        return np.ndarray.__neg__(self)


_COUNTS: list[tuple[int, ...]] = []


@dataclass(frozen=True)
class References:
    """References that an operator's method sees to operands without a name.

    Attributes
    ----------
    binary, unary : tuple of int or None
        Of the array itself, and of the other operand. None where a name makes no difference, as in
        Pythons that lend references to local variables.
    """

    binary: tuple[int, ...] | None
    unary: tuple[int, ...] | None


@cache
def references_to_a_nameless() -> References:
    """Count them, once: how many there are depends on the version of Python."""
    x = exact_ones(1).view(_Counting)
    y = x.copy()
    try:
        _ = x.copy() * y.copy()
        _ = x * y
        _ = -x.copy()
        _ = -x
        nameless, named, nameless_unary, named_unary = _COUNTS
    finally:
        _COUNTS.clear()
    return References(
        binary=nameless if all(a < b for a, b in zip(nameless, named, strict=True)) else None,
        unary=nameless_unary if nameless_unary < named_unary else None,
    )
