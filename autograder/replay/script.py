"""A script that has been read: every number in it is within its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.replay.constants import Constant


@dataclass(frozen=True)
class Buffer:
    """The memory of one array, and the steps at which it is there.

    Attributes
    ----------
    made : int
        The first of them; BEFORE for memory that was there before the call.
    freed : int
        The last of them; the number of all steps for memory that outlives the call.
    is_input : bool
    """

    number: int
    dtype: np.dtype
    elements: int
    made: int
    freed: int
    is_input: bool

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.elements * self.dtype.itemsize


@dataclass(frozen=True)
class View:
    """Some of the values of a buffer. Offset and strides are in elements."""

    buffer: Buffer
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def dtype(self) -> np.dtype:
        """That of the buffer."""
        return self.buffer.dtype

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its buffer, each element once."""
        return self.size == self.buffer.elements and not self.repeats

    @property
    def repeats(self) -> bool:
        """Whether two of its elements may be the same place in memory."""
        reach = 0
        axes = (
            (abs(stride), length)
            for stride, length in zip(self.strides, self.shape, strict=True)
            if length > 1
        )
        for stride, length in sorted(axes):
            if stride <= reach:
                return True
            reach += stride * (length - 1)
        return False


Operand = View | Constant

PLAIN_NAMES = {"copy": ("copy", "astype"), "get": ("get",), "put": ("put",)}
"""Names of the steps that only move values."""


def shape_of(operand: Operand) -> tuple[int, ...]:
    """Return an operand's shape; that of a number is ()."""
    return operand.shape if isinstance(operand, View) else np.shape(operand)


def size_of(operand: Operand) -> int:
    """Return an operand's number of elements."""
    return math.prod(shape_of(operand))


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a script.

    Attributes
    ----------
    kind : str
        One of `autograder.probes.script_format.KINDS`.
    name : str
        Of the ufunc or the function.
    operands : tuple
    keywords : dict
        ``where`` is an operand, ``index`` a tuple of `Picked`.
    targets : tuple of View
    new : bool
        Whether NumPy made the targets' memory for the result.
    """

    kind: str
    name: str
    operands: tuple[Operand, ...]
    keywords: dict[str, Any]
    targets: tuple[View, ...]
    new: bool

    @property
    def reads(self) -> list[View]:
        """The views that it reads."""
        operands = [*self.operands, self.keywords.get("where"), self.keywords.get("initial")]
        operands += [picked.array for picked in self.keywords.get("index", ())]
        return [operand for operand in operands if isinstance(operand, View)]

    @property
    def computes(self) -> bool:
        """Whether it is an operation, and no mere copy of values as they are."""
        if self.kind == "copy":
            # A conversion is one, even to the same type; a number written everywhere is none.
            return self.name == "astype" or any(
                isinstance(operand, View) and operand.dtype != self.targets[0].dtype
                for operand in self.operands
            )
        return self.kind not in ("get", "put")

    @property
    def operation(self) -> str:
        """Its name as a report gives it: "multiply", "add.reduce"."""
        if self.kind in ("call", "function"):
            return self.name
        return self.name if self.kind in PLAIN_NAMES else f"{self.name}.{self.kind}"


@dataclass(frozen=True)
class Picked:
    """One part of an index: a slice, a whole number, None, Ellipsis, or an array of either kind."""

    plain: Any = None
    array: Operand | None = None


@dataclass(frozen=True, eq=False)
class Script:
    """A whole program: inputs first among the buffers, and the view that is its result."""

    buffers: tuple[Buffer, ...]
    steps: tuple[Step, ...]
    result: View
    inputs: tuple[Buffer, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", tuple(b for b in self.buffers if b.is_input))
