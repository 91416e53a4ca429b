"""Read a script strictly: what is not exactly as it should be is refused before anything runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.probes.script_format import (
    BEFORE,
    DTYPES,
    FUNCTION_KEYWORDS,
    KEYWORDS,
    KINDS,
    MOST_STEPS,
    UFUNCS,
)
from autograder.replay.bounds import require_bounds
from autograder.replay.constants import constant
from autograder.replay.errors import ScriptError
from autograder.replay.keywords import keyword
from autograder.replay.limits import (
    MOST_AXES,
    MOST_BUFFERS,
    MOST_ELEMENTS,
    MOST_OPERANDS,
    MOST_VIEWS,
)
from autograder.replay.reading import flag, listed, named, whole, wholes
from autograder.replay.script import PLAIN_NAMES, Buffer, Operand, Script, Step, View

_FIELDS = {"buffers", "views", "steps", "result"}


def parse(data: Any, inputs: Sequence[np.ndarray]) -> Script:
    """Read a script.

    Parameters
    ----------
    data : object
        What the fact ``script`` of the probe was, as JSON gave it.
    inputs : sequence of numpy.ndarray
        Arrays as the call got them: their shapes and dtypes count, not their values.

    Raises
    ------
    ScriptError
        If anything in it is not as `autograder.probes.script_format` has it, or is too much.
    """
    if type(data) is not dict or set(data) != _FIELDS:
        raise ScriptError("the script is no object with buffers, views, steps and a result")
    steps = listed(data["steps"], "the steps", MOST_STEPS)
    buffers = _buffers(data["buffers"], inputs, len(steps))
    views = [_view(view, buffers) for view in listed(data["views"], "the views", MOST_VIEWS)]
    script = Script(
        buffers,
        tuple(_step(step, views) for step in steps),
        _numbered(data["result"], views),
    )
    require_bounds(script)
    return script


def _buffers(data: Any, inputs: Sequence[np.ndarray], steps: int) -> tuple[Buffer, ...]:
    buffers = []
    for number, entry in enumerate(listed(data, "the buffers", MOST_BUFFERS, len(inputs))):
        dtype, elements, made, freed = listed(entry, "a buffer", 4, 4)
        buffers.append(
            Buffer(
                number,
                np.dtype(named(dtype, "a dtype", DTYPES)),
                whole(elements, "the elements of a buffer", 1, MOST_ELEMENTS),
                whole(made, "the first step of a buffer", BEFORE, steps),
                steps
                if freed is None
                else whole(freed, "the last step of a buffer", BEFORE, steps),
                is_input=number < len(inputs),
            )
        )
    for buffer, array in zip(buffers, inputs, strict=False):
        if (buffer.dtype, buffer.elements) != (array.dtype, array.size):
            raise ScriptError("the first buffers are not the inputs")
    return tuple(buffers)


def _view(data: Any, buffers: Sequence[Buffer]) -> View:
    number, offset, shape, strides = listed(data, "a view", 4, 4)
    buffer = buffers[whole(number, "a buffer's number", 0, len(buffers) - 1)]
    sizes = wholes(shape, "a shape", MOST_AXES, 1)
    steps = wholes(strides, "the strides", MOST_AXES, -MOST_ELEMENTS)
    first = last = whole(offset, "an offset", 0, buffer.elements - 1)
    if len(sizes) != len(steps) or math.prod(sizes) > MOST_ELEMENTS:
        raise ScriptError("a view has too many elements, or not one stride for each axis")
    for length, step in zip(sizes, steps, strict=True):
        reach = (length - 1) * step
        first, last = first + min(reach, 0), last + max(reach, 0)
    if first < 0 or last >= buffer.elements:
        raise ScriptError("a view reaches beyond its buffer")
    return View(buffer, offset, sizes, steps)


def _numbered(data: Any, views: Sequence[View]) -> View:
    if not views:
        raise ScriptError("there is no view")
    return views[whole(data, "a view's number", 0, len(views) - 1)]


def _operand(data: Any, views: Sequence[View]) -> Operand:
    if type(data) is list:
        return constant(data)
    return _numbered(data, views)


def _step(data: Any, views: Sequence[View]) -> Step:
    kind, name, operands, keywords, targets, new = listed(data, "a step", 6, 6)
    kind = named(kind, "the kind of a step", KINDS)
    if kind == "function":
        names, allowed = tuple(FUNCTION_KEYWORDS), FUNCTION_KEYWORDS.get(str(name), ())
    else:
        names, allowed = PLAIN_NAMES.get(kind, UFUNCS), KEYWORDS[kind]
    if type(keywords) is not dict or not set(keywords) <= set(allowed):
        raise ScriptError(f"a step of the kind {kind} has keywords that it does not take")
    return Step(
        kind,
        named(name, "the name of a step", names),
        tuple(_operand(part, views) for part in listed(operands, "operands", MOST_OPERANDS)),
        {
            key: keyword(key, value, lambda part: _operand(part, views))
            for key, value in keywords.items()
        },
        tuple(_numbered(part, views) for part in listed(targets, "targets", 2, 1)),
        flag(new, "whether a step's targets are new"),
    )
