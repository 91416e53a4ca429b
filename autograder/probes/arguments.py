"""Arguments as the function receives them: tensors in a stated memory layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.subject import Argument, ArrayArgument, Layout
from tinytorch.core.tensor import Tensor


@dataclass(frozen=True, eq=False)
class LaidOut:
    """An array that already lies in memory as the function shall receive it."""

    array: np.ndarray


def arrange(values: np.ndarray, layout: Layout) -> np.ndarray:
    """Copy ``values`` into fresh float32 memory with the given layout."""
    if layout == "Fortran order":
        return np.array(values, dtype=np.float32, order="F")
    if layout == "negative strides":
        backwards = (slice(None, None, -1),) * values.ndim
        return np.array(values[backwards], dtype=np.float32, order="C")[backwards]
    if layout == "every other element" and values.ndim > 0:
        wider = np.zeros((*values.shape[:-1], 2 * values.shape[-1]), dtype=np.float32)
        wider[..., ::2] = values
        return wider[..., ::2]
    array = np.array(values, dtype=np.float32, order="C")
    if layout == "read-only":
        array.flags.writeable = False
    return array


def receive(arguments: tuple[Argument, ...]) -> list[Any]:
    """Make the arguments of one call: each array a Tensor, the rest as they are."""
    return [_receive(argument) for argument in arguments]


def _receive(argument: Argument | LaidOut) -> Any:
    if isinstance(argument, ArrayArgument):
        return Tensor(arrange(argument.values, argument.layout))
    return Tensor(argument.array) if isinstance(argument, LaidOut) else argument
