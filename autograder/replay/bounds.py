"""What is refused by looking at a script: memory that is not there, and too much of anything."""

from __future__ import annotations

import math

import numpy as np

from autograder.probes.script_format import BEFORE
from autograder.replay.errors import ScriptError
from autograder.replay.functions import OPERANDS, UFUNCS
from autograder.replay.limits import MOST_BYTES, MOST_ELEMENTS, MOST_WORK
from autograder.replay.picking import most_picked
from autograder.replay.products import product_cost
from autograder.replay.script import Script, Step, shape_of, size_of


def require_bounds(script: Script) -> None:
    """Refuse a script that uses memory that is not there, or that asks for too much.

    Raises
    ------
    ScriptError
    """
    _require_lifetimes(script)
    _require_memory(script)
    work = 0
    for step in script.steps:
        _require_operands(step)
        work += _work(step)
        if work > MOST_WORK:
            raise ScriptError(f"the steps go through more than {MOST_WORK:,} elements")


def _require_lifetimes(script: Script) -> None:
    for buffer in script.buffers:
        if buffer.is_input and (buffer.made, buffer.freed) != (BEFORE, len(script.steps)):
            raise ScriptError("an input is there from before the call to its end")
        if buffer.freed < buffer.made:
            raise ScriptError("a buffer is freed before it is made")
    for index, step in enumerate(script.steps):
        for view in (*step.reads, *step.targets):
            if not view.buffer.made <= index <= view.buffer.freed:
                raise ScriptError("a step uses a buffer before it is made or after it is freed")
        for view in step.targets:
            if view.repeats:
                raise ScriptError("a step writes twice to the same place")
            if step.new and (view.buffer.made != index or not view.is_whole):
                raise ScriptError("the new array of a step is not the whole of a new buffer")
    if script.result.buffer.freed < len(script.steps):
        raise ScriptError("the result is freed")


def _require_memory(script: Script) -> None:
    if peak_bytes(script) > MOST_BYTES:
        raise ScriptError(f"the buffers take more than {MOST_BYTES:,} bytes at one moment")
    if sum(buffer.elements for buffer in script.buffers) > MOST_WORK:
        raise ScriptError(f"the buffers have more than {MOST_WORK:,} elements")


def peak_bytes(script: Script) -> int:
    """Return the most bytes that are there at one moment, the inputs left out."""
    changes = [0] * (len(script.steps) + 2)
    for buffer in script.buffers:
        if not buffer.is_input:
            changes[max(buffer.made, 0)] += buffer.bytes
            changes[max(buffer.freed, 0) + 1] -= buffer.bytes
    return max(np.cumsum(changes).tolist())


_OPERANDS = {"copy": 1, "get": 1, "put": 1, "reduce": 1, "accumulate": 1, "outer": 2}


def _require_operands(step: Step) -> None:
    """Refuse a step that NumPy would take otherwise than as the script says."""
    ufunc = UFUNCS.get(step.name)
    results = 1
    if step.kind == "function":
        expected = OPERANDS.get(step.name, len(step.operands))
    elif ufunc is not None and step.kind == "call":
        # One more operand would be an `out`, which nobody has checked.
        expected, results = ufunc.nin, ufunc.nout
    else:
        expected = _OPERANDS[step.kind]
    if len(step.operands) != expected or len(step.targets) != results:
        raise ScriptError(f"{step.operation} has {len(step.operands)} operands, or other targets")
    if step.kind in ("get", "put") and "index" not in step.keywords:
        raise ScriptError(f"a step of the kind {step.kind} has no index")
    if step.new and (step.kind == "put" or "where" in step.keywords):
        raise ScriptError("a step that writes to some places only makes no new array")


def _require_size(step: Step, made: int) -> None:
    if made != step.targets[0].size:
        raise ScriptError(f"the result of {step.operation} is not as large as what takes it")


def _work(step: Step) -> int:
    """Return how many elements a step goes through, and refuse a result of another size.

    The size of a result is checked before NumPy makes it: that bounds the memory.
    """
    most = max(view.size for view in (*step.reads, *step.targets))
    product = product_cost(step)
    if product is not None:
        elements, multiplications = product
        _require_size(step, elements)
        return max(most, multiplications)
    if step.kind == "outer":
        _require_size(step, math.prod(map(size_of, step.operands)))
    elif step.kind in ("call", "function") and (step.new or step.kind == "function"):
        joins = step.name in ("concatenate", "stack")
        _require_size(step, sum(map(size_of, step.operands)) if joins else _broadcast(step))
    elif step.kind in ("get", "put"):
        array = step.operands[0] if step.kind == "get" else step.targets[0]
        picked = most_picked(shape_of(array), step.keywords["index"])
        if picked > MOST_ELEMENTS:
            raise ScriptError(f"an index picks more than {MOST_ELEMENTS:,} elements")
        return max(most, picked)
    return most


def _broadcast(step: Step) -> int:
    try:
        return math.prod(np.broadcast_shapes(*map(shape_of, step.operands)))
    except ValueError:
        raise ScriptError(f"the operands of {step.operation} do not fit each other") from None
