"""A tape of what NumPy was asked to do in one call, to be played when nobody watches.

To watch a step takes longer than a short step does, and drives its data from the nearest cache. So
steps are timed by playing them again: the same functions on the same parts of the same arrays,
which are made and freed at the same places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytorch.perf.sampling import Clock


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the values of an array that the call made: the array by its number on the tape.

    A tape holds one object for each part, however often it is used.
    """

    number: int
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype

    def of(self, array: np.ndarray) -> np.ndarray:
        """Return the part of an array that is in memory now."""
        same = (array.shape, array.strides, array.dtype)
        if self.offset == 0 and same == (self.shape, self.strides, self.dtype):
            return array
        memory = array.ravel(order="K").view(np.uint8)
        return np.ndarray(self.shape, self.dtype, memory, self.offset, self.strides)


@dataclass(frozen=True)
class TapedCall:
    """One call of a NumPy function.

    Attributes
    ----------
    function : callable
    args : tuple
        Its arguments, with a `Part` in the place of each array that the call made.
    keywords : dict
    made : tuple of int or None
        Numbers of its results; None for one that is no new array.
    is_step : bool
        Whether it counts as a step; to ask for memory does not.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    made: tuple[int | None, ...]
    is_step: bool = True


@dataclass(frozen=True)
class Tape:
    """Calls in their order, and the numbers of the arrays that are freed after each."""

    calls: tuple[TapedCall, ...]
    freed: tuple[tuple[int, ...], ...]

    def play(self, clock: Clock) -> list[float]:
        """Make all the calls once more; return the seconds of each step."""
        memory = _Memory()
        seconds = []
        # What the function said about warnings is no longer in force, and it has had them all.
        with np.errstate(all="ignore"):
            for call, freed in zip(self.calls, self.freed, strict=True):
                taken = _play(call, memory, clock)
                if call.is_step:
                    seconds.append(taken)
                for number in freed:
                    memory.free(number)
        return seconds


class _Memory:
    """The arrays that a tape has made so far, and the parts of them that were asked for."""

    def __init__(self) -> None:
        self.arrays: dict[int, np.ndarray] = {}
        self.parts: dict[int, dict[Part, np.ndarray]] = {}

    def find(self, value: Any) -> Any:
        """Return an argument with arrays in the place of its parts."""
        if isinstance(value, Part):
            parts = self.parts[value.number]
            if value not in parts:
                parts[value] = value.of(self.arrays[value.number])
            return parts[value]
        if isinstance(value, tuple | list):
            return type(value)(map(self.find, value))
        return value

    def keep(self, number: int, array: np.ndarray) -> None:
        """Hold an array under its number."""
        self.arrays[number], self.parts[number] = array, {}

    def free(self, number: int) -> None:
        """Hold it no longer."""
        del self.arrays[number], self.parts[number]


def _play(call: TapedCall, memory: _Memory, clock: Clock) -> float:
    args = [memory.find(value) for value in call.args]
    keywords = {key: memory.find(value) for key, value in call.keywords.items()}
    start = clock()
    returned = call.function(*args, **keywords)
    stop = clock()
    results = returned if isinstance(returned, tuple) else (returned,)
    for number, result in zip(call.made, results, strict=True):
        if number is not None:
            memory.keep(number, result)
    return stop - start
