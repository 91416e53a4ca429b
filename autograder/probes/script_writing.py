"""Write a script down, step by step, while the call runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# Under a name of its own: while a call is followed, that of the namespace reports to the recorder.
from numpy import array as exact_array

from autograder.probes.script_constants import written
from autograder.probes.script_format import DTYPES, MOST_CONSTANTS, MOST_STEPS
from autograder.probes.script_memory import Memory, Unfollowable, View


class Writer:
    """The script of one call so far.

    Attributes
    ----------
    memory : Memory
    """

    def __init__(self) -> None:
        self.memory = Memory()
        self._views: dict[View, int] = {}
        self._steps: list[list[Any]] = []

    def operand(self, value: Any) -> int | list[Any]:
        """Write an operand: the number of a view, or a constant."""
        if isinstance(value, list | tuple):
            value = exact_array(value)
        if isinstance(value, np.ndarray) and value.size:
            view = self.memory.find(value)
            if view is not None:
                return self._number(view)
        constant = written(value)
        if constant is None:
            raise Unfollowable(_no_constant(value))
        return constant

    def target(self, array: np.ndarray) -> int:
        """Write where a step writes to."""
        view = self.memory.find(array)
        if view is None:
            self.memory.add_before(array)
            view = self.memory.find(array)
            assert view is not None
        return self._number(view)

    def result(self, array: np.ndarray) -> int:
        """Write where the result lies."""
        view = self.memory.find(array) if array.size else None
        if view is None:
            raise Unfollowable("returns an array that no followed step has written")
        return self._number(view)

    def index(self, key: Any) -> list[list[Any]]:
        """Write what stands in the brackets of ``array[...]``."""
        return [self._picked(part) for part in (key if isinstance(key, tuple) else (key,))]

    def _picked(self, part: Any) -> list[Any]:
        if part is None:
            return ["newaxis"]
        if part is Ellipsis:
            return ["ellipsis"]
        if isinstance(part, slice):
            bounds = (part.start, part.stop, part.step)
            return ["slice", *(None if bound is None else int(bound) for bound in bounds)]
        if isinstance(part, np.ndarray | list):
            return ["array", self.operand(part)]
        return ["int", int(part)]

    def add(
        self,
        kind: str,
        name: str,
        operands: Sequence[int | list[Any]],
        keywords: dict[str, Any],
        targets: Sequence[int],
        new: bool,
    ) -> None:
        """Write a step that has just run."""
        if len(self._steps) >= MOST_STEPS:
            raise Unfollowable(f"takes more than {MOST_STEPS:,} steps on arrays")
        self._steps.append([kind, name, list(operands), keywords, list(targets), new])
        self.memory.steps = len(self._steps)

    def script(self, result: np.ndarray) -> dict[str, Any]:
        """Return the whole, JSON-able, when the call is over."""
        number = self.result(result)
        return {
            "buffers": [buffer.as_json() for buffer in self.memory.buffers],
            "views": [
                [buffer, offset, list(shape), list(strides)]
                for buffer, offset, shape, strides in self._views
            ],
            "steps": self._steps,
            "result": number,
        }

    def _number(self, view: View) -> int:
        return self._views.setdefault(view, len(self._views))


def _no_constant(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return f"computes with a {type(value).__name__}"
    if value.dtype.name not in DTYPES:
        return f"computes with an array of {value.dtype}"
    return (
        f"reads {value.size:,} values (more than {MOST_CONSTANTS}) from an array that it filled "
        "in a way that is not followed, or outside the call"
    )
