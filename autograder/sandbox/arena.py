"""Memory that the grader shares with the worker: what a call does to its inputs is seen from here.

A worker says what it likes about the arrays that a function received. So they lie in pages that
both processes map, and the grader looks at the pages.
"""

from __future__ import annotations

import mmap
import os
from typing import Any

import numpy as np

from autograder.probes.arguments import arrange
from autograder.subject import Argument, ArrayArgument

# Only addresses: a page costs memory when it is first written to.
ARENA_BYTES = 256 * 2**20


class Region:
    """The arrays of one call: as they were written, and as they are now."""

    def __init__(self, arena: Arena, start: int, end: int) -> None:
        self.places: dict[int, dict[str, Any]] = {}
        self._arena = arena
        self._start, self._end = start, end
        self._arrays: dict[int, np.ndarray] = {}
        self._before: dict[int, bytes] = {}

    def put(self, position: int, array: np.ndarray, place: dict[str, Any]) -> None:
        """Remember the argument at a position."""
        self.places[position] = place
        self._arrays[position] = array
        self._before[position] = array.tobytes()

    def changed(self) -> set[int]:
        """Positions of the arguments whose values are no longer those that were written."""
        return {
            position
            for position, array in self._arrays.items()
            if array.tobytes() != self._before[position]
        }

    def hide(self) -> None:
        """Put zeros in the place of the values, until `show`."""
        for array in self._arrays.values():
            array[...] = 0

    def show(self) -> None:
        """Put the values back."""
        for position, array in self._arrays.items():
            values = np.frombuffer(self._before[position], np.float32)
            array[...] = values.reshape(array.shape)

    def spoil(self, *positions: int) -> None:
        """Overwrite arguments with noise that nobody can know beforehand; all, unless named."""
        rng = np.random.default_rng()
        for position in positions or self._arrays:
            array = self._arrays[position]
            noise = rng.integers(0, 2**32, array.shape, dtype=np.uint32)
            array[...] = noise.view(np.float32)

    def release(self) -> None:
        """Give the pages back; who still looks at them sees zeros."""
        self._arena.free(self._start, self._end)


class Arena:
    """The shared memory of one submission.

    Parameters
    ----------
    size : int
        In bytes: whole pages.

    Attributes
    ----------
    descriptor : int
        Of a memory file of fixed size, for the worker to map.
    """

    def __init__(self, size: int = ARENA_BYTES) -> None:
        self._size = size
        self.descriptor = os.memfd_create("", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.descriptor, size)
        # Imported late, as Windows has no such module: there, `find_sandbox` says what to do.
        import fcntl

        # A worker that made it shorter would take the pages away under the grader's feet.
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, seals)
        self._memory = mmap.mmap(self.descriptor, size)
        self._next = 0

    def fill(self, arguments: tuple[Argument, ...]) -> Region | None:
        """Lay the arrays among some arguments out in a fresh region; None if they are too large."""
        models = {
            position: arrange(argument.values, argument.layout)
            for position, argument in enumerate(arguments)
            if isinstance(argument, ArrayArgument)
        }
        sizes = {position: _span(model)[1] for position, model in models.items()}
        size = sum(_whole_pages(size) for size in sizes.values())
        if size > self._size:
            return None
        start = self._next if self._next + size <= self._size else 0
        self._next = start + size
        region = Region(self, start, start + size)
        for position, model in models.items():
            offset = start + _span(model)[0]
            array: np.ndarray = np.ndarray(
                model.shape, np.float32, self._memory, offset, model.strides
            )
            array[...] = model
            region.put(
                position,
                array,
                {
                    "offset": offset,
                    "shape": list(model.shape),
                    "strides": list(model.strides),
                    "writable": bool(model.flags.writeable),
                },
            )
            start += _whole_pages(sizes[position])
        return region

    def free(self, start: int, end: int) -> None:
        """Give the pages of a region back to the machine."""
        if end > start:
            self._memory.madvise(mmap.MADV_REMOVE, start, end - start)

    def close(self) -> None:
        """Give everything back. The mapping itself goes with the last array that looks at it."""
        self.free(0, self._size)
        os.close(self.descriptor)


def _span(array: np.ndarray) -> tuple[int, int]:
    """Where an array's first element lies in the bytes that it spans, and how many they are."""
    if array.size == 0:
        return 0, 0
    low, high = np.lib.array_utils.byte_bounds(array)
    return array.__array_interface__["data"][0] - low, high - low


def _whole_pages(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
