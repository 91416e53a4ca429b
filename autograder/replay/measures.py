"""What a script shows: exact measures of the program that it is.

They are read off the program, so they hold for whoever repeats it, on any values.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from autograder.probes.script_format import BEFORE
from autograder.replay.products import Product, product_of
from autograder.replay.script import Buffer, Operand, Script, Step, View

# What Python's operators call: only there does NumPy write over an operand that has no name.
_OPERATORS = frozenset(
    {"add", "subtract", "multiply", "divide", "floor_divide", "remainder", "power", "square"}
    | {"bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "negative"}
    | {"positive", "absolute", "invert"}
)


@dataclass(frozen=True)
class Operation:
    """An operation and the type and shape of its result."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def many(self) -> bool:
        """Whether its result has more than one element."""
        return math.prod(self.shape) > 1


def operations(script: Script) -> Counter[Operation]:
    """Count the operations; copies of values as they are do not count."""
    return Counter(
        Operation(step.operation, view.dtype, view.shape)
        for step in script.steps
        if step.computes
        for view in step.targets
    )


def products(script: Script) -> Counter[Product]:
    """Count the matrix products."""
    found = (product_of(step) for step in script.steps)
    return Counter(product for product in found if product is not None)


def has_memory_of_its_own(script: Script) -> bool:
    """Say whether the result lies in memory that is no input's."""
    return not script.result.buffer.is_input


def peak_in_results(script: Script) -> float:
    """Return the most bytes that are there at one moment, in units of the result.

    Memory from before the call counts where the call uses it. The inputs do not, but the result
    does wherever it lies. An operand that
    is used for the last time by an operator, and that is as large as the result, is written over:
    that is what NumPy does with an operand that has no name.
    """
    result = script.result.size * script.result.dtype.itemsize
    changes = [0] * (len(script.steps) + 2)
    written_over = {_written_over(step, index) for index, step in enumerate(script.steps)}
    for buffer in script.buffers:
        if not buffer.is_input:
            changes[max(buffer.made, 0)] += buffer.bytes
            last = buffer.freed - (buffer.number in written_over)
            changes[last + 1] -= buffer.bytes
    if script.result.buffer.is_input:
        changes[0] += result
    return float(max(np.cumsum(changes)) / result)


def _written_over(step: Step, index: int) -> int | None:
    """Return the number of the buffer that a step writes its new array into, if it does."""
    overwritten = (part.buffer for part in step.operands if _is_written_over(part, step, index))
    return next((buffer.number for buffer in overwritten), None)


def _is_written_over(operand: Operand, step: Step, index: int) -> TypeGuard[View]:
    if not (step.kind == "call" and step.new and step.name in _OPERATORS):
        return False
    if not isinstance(operand, View) or operand.buffer.is_input or not operand.is_whole:
        return False
    target = step.targets[0]
    return (
        operand.buffer.made != BEFORE
        and operand.buffer.freed == index
        and (operand.dtype, operand.shape) == (target.dtype, target.shape)
    )


def most_alive(script: Script, large: int) -> int:
    """Return how many large arrays written by operations are there at once, at most.

    Parameters
    ----------
    script : Script
    large : int
        The number of elements from which an array counts.
    """
    changes = [0] * (len(script.steps) + 2)
    seen: set[Buffer] = set()
    for index, step in enumerate(script.steps):
        for view in step.targets if step.computes else ():
            if view.size >= large and view.buffer not in seen:
                seen.add(view.buffer)
                changes[index] += 1
                changes[view.buffer.freed + 1] -= 1
    return int(max(np.cumsum(changes)))


def written_outside(script: Script, large: int) -> list[str]:
    """Name the operations that write a large array anywhere but into the result's memory."""
    return [
        step.operation
        for step in script.steps
        if step.computes
        for view in step.targets
        if view.size >= large and view.buffer != script.result.buffer
    ]
