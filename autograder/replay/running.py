"""Repeat a script on arrays of the grader's own."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.probes.product_sizes import value_in_place
from autograder.replay.errors import ScriptError
from autograder.replay.functions import UFUNCS, call
from autograder.replay.products import product_of
from autograder.replay.script import Buffer, Operand, Picked, Script, Step, View


def replay(
    script: Script, inputs: Sequence[np.ndarray], product: float | None = None
) -> np.ndarray:
    """Take every step of a script and return its result.

    Parameters
    ----------
    script : Script
    inputs : sequence of numpy.ndarray
        The values to start from; they are copied.
    product : float, optional
        Replaces every element of every matrix product: so the result tells how many products each
        of its elements is the sum of.

    Raises
    ------
    ScriptError
        If a step cannot be taken, or makes something else than the script says.
    """
    memory = _Memory(script, inputs)
    # Whatever a step warns of, the script's author has been told in the call itself.
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for index, step in enumerate(script.steps):
            try:
                _take(step, memory, product)
            except ScriptError:
                raise
            # The script's author chose the arguments, so whatever NumPy raises is the script's.
            except Exception as error:
                raise ScriptError(f"{step.operation} fails: {type(error).__name__}") from None
            memory.free(index)
    return memory.array(script.result).copy()


class _Memory:
    """The buffers that are there now. New memory holds nothing that could pass for an answer."""

    def __init__(self, script: Script, inputs: Sequence[np.ndarray]) -> None:
        self._arrays: dict[int, np.ndarray] = {}
        for buffer, array in zip(script.inputs, inputs, strict=True):
            self._arrays[buffer.number] = np.array(array, order="C").reshape(-1)
        self._freed: dict[int, list[int]] = {}
        for buffer in script.buffers:
            self._freed.setdefault(buffer.freed, []).append(buffer.number)

    def array(self, view: View) -> np.ndarray:
        """Return the part of a buffer that a view is."""
        number = view.buffer.number
        if number not in self._arrays:
            self._arrays[number] = _unwritten(view.buffer)
        size = view.dtype.itemsize
        strides = tuple(stride * size for stride in view.strides)
        # NumPy checks the bounds once more.
        return np.ndarray(view.shape, view.dtype, self._arrays[number], view.offset * size, strides)

    def value(self, operand: Operand) -> Any:
        """Return an operand as NumPy takes it."""
        return self.array(operand) if isinstance(operand, View) else operand

    def free(self, index: int) -> None:
        """Forget what is not there after a step."""
        for number in self._freed.get(index, ()):
            self._arrays.pop(number, None)


def _unwritten(buffer: Buffer) -> np.ndarray:
    if buffer.dtype.kind == "f":
        return np.full(buffer.elements, np.nan, buffer.dtype)
    if buffer.dtype.kind == "b":
        return np.zeros(buffer.elements, buffer.dtype)
    return np.full(buffer.elements, np.iinfo(buffer.dtype).max // 3, buffer.dtype)


def _take(step: Step, memory: _Memory, product: float | None) -> None:
    operands = tuple(memory.value(operand) for operand in step.operands)
    targets = tuple(memory.array(view) for view in step.targets)
    keywords = dict(step.keywords)
    for key in ("where", "initial"):
        if key in keywords:
            keywords[key] = memory.value(keywords[key])
    if "index" in keywords:
        keywords["index"] = tuple(_part(picked, memory) for picked in keywords["index"])
    if step.kind == "copy":
        where = keywords.get("where", True)
        np.copyto(targets[0], operands[0], casting="unsafe", where=where)
    elif step.kind == "get":
        _place(operands[0][keywords["index"]], targets)
    elif step.kind == "put":
        targets[0][keywords["index"]] = operands[0]
    elif step.kind == "function":
        _place(call(step.name, operands, keywords), targets)
    else:
        _compute(step, operands, targets, keywords)
    found = product_of(step) if product is not None else None
    if found is not None and product is not None:
        targets[0][...] = value_in_place(found.how, found.sizes, product)


def _compute(
    step: Step, operands: tuple[Any, ...], targets: tuple[np.ndarray, ...], keywords: dict[str, Any]
) -> None:
    ufunc = UFUNCS[step.name]
    run = ufunc if step.kind == "call" else getattr(ufunc, step.kind)
    if step.new:
        _place(run(*operands, **keywords), targets)
    else:
        run(*operands, out=targets if step.kind == "call" else targets[0], **keywords)


def _place(result: Any, targets: tuple[np.ndarray, ...]) -> None:
    """Put results where the script says that they lie, if they are what it says."""
    results = result if isinstance(result, tuple) else (result,)
    for made, target in zip(results, targets, strict=True):
        if made.dtype != target.dtype or made.shape != target.shape:
            raise ScriptError(
                f"a step makes {made.dtype} of shape {made.shape}; the script says {target.dtype} "
                f"of shape {target.shape}"
            )
        np.copyto(target, made)


def _part(picked: Picked, memory: _Memory) -> Any:
    return picked.plain if picked.array is None else memory.value(picked.array)
