"""The memory of a call's arrays: which buffer an array lies in, and where in it."""

from __future__ import annotations

import weakref
from bisect import bisect_right, insort
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograder.probes.script_format import BEFORE, DTYPES

View = tuple[int, int, tuple[int, ...], tuple[int, ...]]


class Unfollowable(Exception):
    """The call does something that a script cannot say; the text goes on after "it"."""


class Buffer:
    """The memory of one array.

    Attributes
    ----------
    begin, end : int
        Where it lies.
    made : int
        The first step at which it is there.
    freed : int or None
        The last step at which it is there; None while it is.
    """

    def __init__(self, array: np.ndarray, number: int, made: int) -> None:
        self.dtype = array.dtype
        self.begin, self.end = byte_bounds(array)
        self.number = number
        self.made = made
        self.freed: int | None = None

    def as_json(self) -> list[Any]:
        """Write it down."""
        elements = (self.end - self.begin) // self.dtype.itemsize
        return [self.dtype.name, elements, self.made, self.freed]


class Memory:
    """All buffers of a call, by number, and those that are there now."""

    def __init__(self) -> None:
        self.buffers: list[Buffer] = []
        self.steps = 0
        # By where they begin; and those places in order, to find the one that an array lies in.
        self._alive: dict[int, Buffer] = {}
        self._begins: list[int] = []
        # They go with the recorder: an array that outlives its call must not report to it.
        self._watching: dict[int, weakref.ref[np.ndarray]] = {}

    def add(self, array: np.ndarray) -> None:
        """Give a number to the memory that an array was made in just now."""
        owner = _owner(array)
        self._add(owner, owner, self.steps)

    def add_before(self, array: np.ndarray) -> None:
        """Give a number to memory that was there before the call: what the array occupies of it."""
        self._add(array, _owner(array), BEFORE)

    def _add(self, array: np.ndarray, owner: np.ndarray, made: int) -> None:
        if array.dtype.name not in DTYPES:
            raise Unfollowable(f"makes an array of {array.dtype}")
        buffer = Buffer(array, len(self.buffers), made)
        self.buffers.append(buffer)
        if buffer.begin not in self._alive:
            insort(self._begins, buffer.begin)
        self._alive[buffer.begin] = buffer
        self._watching[buffer.number] = weakref.ref(owner, lambda _: self._free(buffer))

    def _free(self, buffer: Buffer) -> None:
        buffer.freed = max(self.steps - 1, buffer.made)
        if self._alive.get(buffer.begin) is buffer:
            del self._alive[buffer.begin]
            del self._begins[bisect_right(self._begins, buffer.begin) - 1]

    def holds(self, array: np.ndarray) -> bool:
        """Say whether an array lies in memory that has a number."""
        return self._find(*byte_bounds(array)) is not None

    def find(self, array: np.ndarray) -> View | None:
        """Say where an array with elements lies; None where its memory has no number."""
        buffer = self._find(*byte_bounds(array))
        if buffer is None:
            return None
        size = buffer.dtype.itemsize
        offset = array.__array_interface__["data"][0] - buffer.begin
        steps = [
            stride if length > 1 else 0
            for length, stride in zip(array.shape, array.strides, strict=True)
        ]
        if array.dtype != buffer.dtype or any(n % size for n in (offset, *steps)):
            raise Unfollowable(f"reads the memory of a {buffer.dtype} array as {array.dtype}")
        return buffer.number, offset // size, array.shape, tuple(step // size for step in steps)

    def _find(self, low: int, high: int) -> Buffer | None:
        position = bisect_right(self._begins, low)
        if position == 0:
            return None
        buffer = self._alive[self._begins[position - 1]]
        return buffer if high <= buffer.end else None


def _owner(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
