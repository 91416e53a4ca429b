"""The record of one watched call: the arrays that it made, and the steps that NumPy took."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np

# Under names of their own: while a call is watched, `np.empty` makes arrays that are watched too.
from numpy import empty as exact_empty
from numpy import zeros as exact_zeros
from numpy.lib.array_utils import byte_bounds

from tinytorch.perf.watching.tape import Part, Tape, TapedCall

Site = tuple[tuple[CodeType, int], ...]

FOLDER = str(Path(__file__).parent)


class Buffer:
    """The memory of one array.

    Parameters
    ----------
    owner : numpy.ndarray
        It holds the memory: while it or a view of it exists, the buffer is alive.
    number : int or None
        Among those that the call has made; None for the caller's.
    written : bool
        Whether it holds values: a watched step has written to it, or it was made with them.
    """

    def __init__(self, owner: np.ndarray, number: int | None, written: bool) -> None:
        self.owner = weakref.ref(owner)
        self.number = number
        self.elements = owner.size
        self.bytes = owner.nbytes
        self.begin, self.end = byte_bounds(owner)
        self.written = written

    @property
    def alive(self) -> bool:
        """Whether anyone still holds it."""
        return self.owner() is not None

    def holds(self, array: np.ndarray) -> bool:
        """Tell whether an array's first value lies here."""
        return self.alive and self.begin <= _address(array) < self.end


@dataclass(frozen=True)
class RecordedStep:
    """One call into NumPy, as it was watched.

    Attributes
    ----------
    operation : str
    site : tuple
        Where it stands in the program: code and instruction, from the innermost call outwards.
    elements, bytes_read, bytes_written, bytes_fetched : int
    new_array : bool
    alive : tuple of Buffer
        What the call had made and still held while this step ran.
    """

    operation: str
    site: Site
    elements: int
    bytes_read: int
    bytes_written: int
    bytes_fetched: int
    new_array: bool
    alive: tuple[Buffer, ...]


class Record:
    """What is known of a call so far.

    Parameters
    ----------
    outermost : code
        Of the function that makes the watched call: places in the program are told from there on.
    """

    def __init__(self, outermost: CodeType) -> None:
        self.outermost = outermost
        self.thread = threading.get_ident()
        self.open = True
        self.reason = ""
        self.steps: list[RecordedStep] = []
        self.calls: list[TapedCall] = []
        self.parts: dict[tuple[Any, ...], Part] = {}
        self.made = 0
        # Those that may still be alive.
        self.buffers: list[Buffer] = []
        # The operand that the operator under way writes over, as NumPy would.
        self.written_over: Any = None

    def leave(self, reason: str) -> None:
        """Write down how the call left what can be watched; the first way counts."""
        if self.open and not self.reason:
            self.reason = reason

    def add_buffer(self, owner: np.ndarray, written: bool) -> Buffer:
        """Take note of memory that the call has asked for."""
        buffer = Buffer(owner, self.made, written)
        self.made += 1
        self.buffers.append(buffer)
        return buffer

    def add_allocation(self, array: np.ndarray, buffer: Buffer, zeroed: bool) -> None:
        """Write down that memory was asked for without a step that fills it."""
        make = exact_zeros if zeroed else exact_empty
        self.calls.append(
            TapedCall(make, (array.shape, array.dtype), {}, (buffer.number,), is_step=False)
        )

    def add_step(
        self,
        operation: str,
        call: partial[Any],
        operands: Sequence[np.ndarray],
        results: Sequence[np.ndarray],
        new: Sequence[bool],
        elements: int | None = None,
    ) -> None:
        """Write down a step that has just run.

        Parameters
        ----------
        operation : str
        call : partial
            What ran, on exact arrays.
        operands, results : sequence of arrays
            What it read and what it wrote, exact arrays too.
        new : sequence of bool
            For each result, whether the step made it.
        elements : int, optional
            Those of the first result, unless told.
        """
        if not self.open:
            return
        if threading.get_ident() != self.thread:
            self.leave("The function computes in several threads, whose steps overlap.")
            return
        read = {place(operand): occupied(operand) for operand in operands if operand.ndim}
        written = {place(result): occupied(result) for result in results}
        self.buffers = [buffer for buffer in self.buffers if buffer.alive]
        self.steps.append(
            RecordedStep(
                operation=operation,
                site=self._site(sys._getframe(1)),
                elements=results[0].size if elements is None else elements,
                bytes_read=sum(read.values()),
                bytes_written=sum(written.values()),
                bytes_fetched=sum(size for at, size in written.items() if at not in read),
                new_array=any(new),
                alive=tuple(self.buffers),
            )
        )
        numbers = [
            self._number(result) if is_new else None
            for result, is_new in zip(results, new, strict=True)
        ]
        self.calls.append(
            TapedCall(
                call.func,
                tuple(map(self._taped, call.args)),
                {key: self._taped(value) for key, value in call.keywords.items()},
                tuple(numbers),
            )
        )

    def tape(self) -> Tape:
        """Return everything that was asked of NumPy, with each array freed after its last step."""
        last: dict[int | None, int] = {}
        places = [index for index, call in enumerate(self.calls) if call.is_step]
        for index, call in enumerate(self.calls):
            last.update(dict.fromkeys(call.made, index))
        for place_of, recorded in zip(places, self.steps, strict=True):
            alive = {buffer.number for buffer in recorded.alive}
            last.update(dict.fromkeys(alive & last.keys(), place_of))
        freed: list[list[int]] = [[] for _ in self.calls]
        for number, index in last.items():
            if number is not None:
                freed[index].append(number)
        return Tape(tuple(self.calls), tuple(map(tuple, freed)))

    def _number(self, array: np.ndarray) -> int | None:
        """Return the number of the buffer that an array lies in, if the call has made it."""
        found = (buffer.number for buffer in reversed(self.buffers) if buffer.holds(array))
        return next(found, None)

    def _taped(self, value: Any) -> Any:
        """Return an argument of a call with a part in the place of each array that was made."""
        if isinstance(value, tuple | list):
            return type(value)(map(self._taped, value))
        if not isinstance(value, np.ndarray):
            return value
        for buffer in reversed(self.buffers):
            if buffer.number is not None and buffer.holds(value):
                offset = _address(value) - buffer.begin
                part = (buffer.number, offset, value.shape, value.strides, value.dtype)
                return self.parts.setdefault(part, Part(*part))
        return value

    def _site(self, frame: FrameType | None) -> Site:
        frames = []
        while frame is not None and frame.f_code is not self.outermost:
            if not frame.f_code.co_filename.startswith(FOLDER):
                frames.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        return tuple(frames)


def occupied(array: np.ndarray) -> int:
    """Return the bytes of an array's values in memory: an axis that repeats them adds none."""
    values = 1
    for length, stride in zip(array.shape, array.strides, strict=True):
        values *= length if stride or length == 0 else 1
    return values * array.itemsize


def place(array: np.ndarray) -> tuple[Any, ...]:
    """Return where an array's values lie, and how: equal for two views of just the same values."""
    return (_address(array), array.shape, array.strides, array.dtype)


def _address(array: np.ndarray) -> int:
    # As of an exact array: for one that is watched, somebody who asks for this leaves the record.
    return int(_INTERFACE.__get__(array)["data"][0])


_INTERFACE = vars(np.ndarray)["__array_interface__"]


def arrays(values: Iterable[Any]) -> list[np.ndarray]:
    """Return those of the values that are arrays."""
    return [value for value in values if isinstance(value, np.ndarray)]
