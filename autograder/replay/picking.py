"""How many elements an index picks, at most: known before NumPy makes an array of them."""

from __future__ import annotations

import math

import numpy as np

from autograder.replay.errors import ScriptError
from autograder.replay.script import Operand, Picked, View, shape_of, size_of


def most_picked(shape: tuple[int, ...], index: tuple[Picked, ...]) -> int:
    """Return an upper bound on the elements of ``array[index]``.

    Raises
    ------
    ScriptError
        If the index is none for an array of this shape.
    """
    taken = sum(_axes(part) for part in index)
    if taken > len(shape) or sum(part.plain is Ellipsis for part in index) > 1:
        raise ScriptError("an index has more parts than its array has axes")
    kept, axis, arrays, masks = 1, 0, [], 1
    for part in index:
        if part.plain is Ellipsis:
            skipped = len(shape) - taken
            kept *= math.prod(shape[axis : axis + skipped])
            axis += skipped
            continue
        here = shape[axis : axis + _axes(part)]
        axis += len(here)
        if part.array is None:
            kept *= math.prod(here) if isinstance(part.plain, slice) else 1
        elif _is_mask(part.array):
            masks *= size_of(part.array)
        else:
            arrays.append(shape_of(part.array))
    try:
        places = math.prod(np.broadcast_shapes(*arrays))
    except ValueError:
        raise ScriptError("the arrays of an index do not fit each other") from None
    return kept * math.prod(shape[axis:]) * places * masks


def _axes(part: Picked) -> int:
    """Return how many axes of the array a part of the index stands for."""
    if part.array is not None:
        return len(shape_of(part.array)) if _is_mask(part.array) else 1
    return 0 if part.plain is None or part.plain is Ellipsis else 1


def _is_mask(array: Operand) -> bool:
    dtype = array.dtype if isinstance(array, View) else np.asarray(array).dtype
    return dtype == np.bool_
