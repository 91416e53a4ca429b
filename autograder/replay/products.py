"""The matrix products in a script: how each is computed, how large it is, what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from autograder.probes.product_sizes import (
    Sizes,
    is_product,
    product_of_function,
    product_of_ufunc,
)
from autograder.replay.errors import ScriptError
from autograder.replay.functions import FUNCTIONS, UFUNCS
from autograder.replay.script import Operand, Step, View, shape_of

_METHODS = {"call": "__call__", "outer": "outer"}


@dataclass(frozen=True)
class Product:
    """One matrix product, as `autograder.probes.products` counts them.

    Attributes
    ----------
    how : str
    sizes : tuple of int
        m, k and n.
    """

    how: str
    sizes: Sizes


def product_of(step: Step) -> Product | None:
    """Return the product that a step computes; None if it computes none.

    Raises
    ------
    ScriptError
        If its operands cannot be multiplied.
    """
    try:
        found = _found(step)
    except (IndexError, KeyError, TypeError, ValueError):
        raise ScriptError(f"the operands of {step.operation} do not fit each other") from None
    return None if found is None else Product(*found)


def _found(step: Step) -> tuple[str, Sizes] | None:
    if step.kind in _METHODS:
        if step.name not in ("matmul", "multiply"):
            return None
        shape = _spread if step.name == "multiply" else shape_of
        operands = [_standing_in(shape(operand)) for operand in step.operands]
        return product_of_ufunc(
            UFUNCS[step.name], _METHODS[step.kind], operands, step.targets[0].shape
        )
    if step.kind != "function" or not is_product(FUNCTIONS[step.name]):
        return None
    operands = [_standing_in(shape_of(operand)) for operand in step.operands]
    keywords = dict(step.keywords)
    if step.name == "einsum":
        operands.insert(0, keywords.pop("subscripts"))
    return product_of_function(FUNCTIONS[step.name], operands, keywords)


def _spread(operand: Operand) -> tuple[int, ...]:
    """Return an operand's shape, 1 where it repeats its values: so no broadcast can hide."""
    if not isinstance(operand, View):
        return np.shape(operand)
    return tuple(
        length if stride else 1
        for length, stride in zip(operand.shape, operand.strides, strict=True)
    )


def _standing_in(shape: tuple[int, ...]) -> np.ndarray:
    """Return an array of this shape that takes no memory."""
    return np.broadcast_to(np.zeros(()), shape)


def product_cost(step: Step) -> tuple[int, int] | None:
    """Return the elements of a product's result and its multiplications; None if it is none.

    Raises
    ------
    ScriptError
        If its operands cannot be multiplied.
    """
    if step.kind == "function" and step.name == "einsum":
        return _einsum_cost(step)
    if step.name == "multiply":
        return None
    product = product_of(step)
    if product is None:
        return None
    m, k, n = product.sizes
    elements = m * n * (_batch(step) if step.name == "matmul" else 1)
    return elements, elements * k


def _batch(step: Step) -> int:
    try:
        return math.prod(np.broadcast_shapes(*(shape_of(part)[:-2] for part in step.operands)))
    except ValueError:
        raise ScriptError("the batches of a matmul do not fit each other") from None


def _einsum_cost(step: Step) -> tuple[int, int]:
    subscripts: str = step.keywords.get("subscripts", "")
    terms, arrow, target = subscripts.partition("->")
    if len(terms.split(",")) != len(step.operands):
        raise ScriptError("the subscripts of an einsum are not those of its operands")
    lengths: dict[str, int] = {}
    batches = []
    for term, operand in zip(terms.split(","), step.operands, strict=True):
        shape = shape_of(operand)
        head, dots, tail = term.partition("...")
        named = len(head) + len(tail)
        if "." in head + tail or (named != len(shape) if not dots else named > len(shape)):
            raise ScriptError("the subscripts of an einsum do not fit its operands")
        batches.append(shape[len(head) : len(shape) - len(tail)] if dots else ())
        ends = (*shape[: len(head)], *shape[len(shape) - len(tail) :])
        for letter, length in zip(head + tail, ends, strict=True):
            lengths[letter] = max(lengths.get(letter, 1), length)
    try:
        batch = math.prod(np.broadcast_shapes(*batches))
    except ValueError:
        raise ScriptError("the batches of an einsum do not fit each other") from None
    if not arrow:
        target = "..." + "".join(letter for letter in lengths if terms.count(letter) == 1)
    letters = target.replace("...", "", 1)
    if not set(letters) <= set(lengths):
        raise ScriptError("the subscripts of an einsum name an axis that is not there")
    elements = math.prod(lengths[letter] for letter in letters) * (batch if "..." in target else 1)
    return elements, math.prod(lengths.values()) * batch
