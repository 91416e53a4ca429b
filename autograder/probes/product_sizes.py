"""Which calls of NumPy compute a matrix product, and its m, k and n."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Sizes = tuple[int, int, int]


def is_product(function: Any) -> bool:
    """Say whether this function of the numpy namespace, which is no ufunc, computes a product."""
    return function in _FUNCTIONS


def product_of_function(function: Any, arguments: Any, keywords: Any) -> tuple[str, Sizes] | None:
    """Name how such a function computes its product, and the sizes.

    None where it computes none after all: an einsum of one operand.
    """
    sizes = _FUNCTIONS[function](*arguments, **keywords)
    how = function.__name__
    if function is _einsum:
        if sizes is None:
            return None
        how = "einsum through BLAS" if keywords.get("optimize") else "einsum"
    return how, sizes


def product_of_ufunc(
    ufunc: np.ufunc, method: str, inputs: Any, result: tuple[int, ...]
) -> tuple[str, Sizes] | None:
    """Name how a ufunc computes a product, and the sizes; None for one that computes none.

    Parameters
    ----------
    ufunc : numpy.ufunc
    method : str
    inputs : sequence
        Arrays, or anything with a shape.
    result : tuple of int
        The result's shape.
    """
    if ufunc in _UFUNCS and method == "__call__":
        return ufunc.__name__, _UFUNCS[ufunc](*inputs)
    if ufunc is np.multiply and method in ("__call__", "outer"):
        sizes = _broadcast_sizes(method, inputs, result)
        if sizes is not None:
            return BROADCAST, sizes
    return None


def value_in_place(how: str, sizes: Sizes, one: float = 1.0) -> float:
    """Give what replaces each element of a product, so that the whole product is ``one``."""
    if sizes[1] == 0:
        # An empty product adds nothing.
        return 0.0
    # The products of elements are still to be summed over the shared axes.
    return one / sizes[1] if how == BROADCAST else one


BROADCAST = "broadcast multiply"


def _matmul_sizes(a: Any, b: Any, *rest: Any, **keywords: Any) -> Sizes:
    (*_, m, k), n = _at_least_2d(np.shape(a)), _columns(np.shape(b))
    return m, k, n


def _dot_sizes(a: Any, b: Any, *rest: Any, **keywords: Any) -> Sizes:
    shape = np.shape(a)
    if not shape or not np.shape(b):
        return math.prod(shape), 1, math.prod(np.shape(b))
    k = shape[-1]
    return math.prod(shape[:-1]), k, math.prod(np.shape(b)) // max(k, 1)


def _inner_sizes(a: Any, b: Any, *rest: Any, **keywords: Any) -> Sizes:
    if not np.shape(a) or not np.shape(b):
        return math.prod(np.shape(a)), 1, math.prod(np.shape(b))
    return math.prod(np.shape(a)[:-1]), np.shape(a)[-1], math.prod(np.shape(b)[:-1])


def _vdot_sizes(a: Any, b: Any, *rest: Any, **keywords: Any) -> Sizes:
    return 1, int(np.size(a)), 1


def _outer_sizes(a: Any, b: Any, *rest: Any, **keywords: Any) -> Sizes:
    return int(np.size(a)), 1, int(np.size(b))


def _tensordot_sizes(a: Any, b: Any, axes: Any = 2, **keywords: Any) -> Sizes:
    if isinstance(axes, int):
        contracted = np.shape(a)[np.ndim(a) - axes :]
    else:
        first = axes[0] if isinstance(axes[0], tuple | list) else (axes[0],)
        contracted = tuple(np.shape(a)[axis] for axis in first)
    k = math.prod(contracted)
    return int(np.size(a)) // max(k, 1), k, int(np.size(b)) // max(k, 1)


def einsum_subscripts(operands: Any) -> tuple[str, Any]:
    """Give the subscripts of an einsum as text, and its arrays."""
    if isinstance(operands[0], str):
        return operands[0].replace(" ", ""), operands[1:]
    # einsum(a, [0, 1], b, [1, 2], [0, 2])
    arrays = operands[0 : len(operands) - 1 : 2]
    subscripts = ",".join("".join(map(_letter, axes)) for axes in operands[1::2][: len(arrays)])
    if len(operands) % 2:
        subscripts += "->" + "".join(map(_letter, operands[-1]))
    return subscripts, arrays


def _einsum_sizes(*operands: Any, **keywords: Any) -> Sizes | None:
    subscripts, arrays = einsum_subscripts(operands)
    if len(arrays) < 2:
        return None
    terms, _, target_term = subscripts.partition("->")
    lengths: dict[str, int] = {}
    for term, array in zip(terms.split(","), arrays, strict=True):
        shape = np.shape(array)
        head, dots, tail = term.partition("...")
        if not dots:
            head, tail = term, ""
        # The axes under an ellipsis are batch axes: no part of m, k or n.
        named = [*zip(head, shape, strict=False)]
        named += zip(tail, shape[len(shape) - len(tail) :], strict=True)
        for letter, length in named:
            lengths[letter] = max(lengths.get(letter, 1), length)
    if "->" not in subscripts:
        used = terms.replace(",", "").replace("...", "")
        target_term = "".join(sorted(c for c in set(used) if used.count(c) == 1))
    where = [set(term) for term in terms.split(",")]
    shared = set.intersection(*where)
    m = math.prod(lengths[c] for c in lengths if c in where[0] - shared and c in target_term)
    n = math.prod(lengths[c] for c in lengths if c not in where[0] and c in target_term)
    k = math.prod(lengths[c] for c in lengths if c not in target_term)
    return m, k, n


def _letter(axis: Any) -> str:
    return "..." if axis is Ellipsis else chr(ord("a") + axis)


def _broadcast_sizes(method: str, inputs: Any, result: tuple[int, ...]) -> Sizes | None:
    """Sizes of the product in an element-wise multiply, when both operands are broadcast."""
    first, second = np.shape(inputs[0]), np.shape(inputs[1])
    if method == "outer":
        first = first + (1,) * len(second)
    first = (1,) * (len(result) - len(first)) + first
    second = (1,) * (len(result) - len(second)) + second
    if result in (first, second) or math.prod(first) == 1 or math.prod(second) == 1:
        return None
    pairs = list(zip(first, second, strict=True))
    m = math.prod(a for a, b in pairs if b == 1)
    n = math.prod(b for a, b in pairs if a == 1)
    k = math.prod(a for a, b in pairs if a == b and a != 1)
    return m, k, n


def _at_least_2d(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1, *shape) if len(shape) == 1 else shape


def _columns(shape: tuple[int, ...]) -> int:
    return shape[-1] if len(shape) > 1 else 1


def _matvec_sizes(a: Any, b: Any, *rest: Any) -> Sizes:
    return np.shape(a)[-2], np.shape(a)[-1], 1


def _vecmat_sizes(a: Any, b: Any, *rest: Any) -> Sizes:
    return 1, np.shape(b)[-2], np.shape(b)[-1]


def _vecdot_sizes(a: Any, b: Any, *rest: Any) -> Sizes:
    return 1, np.shape(a)[-1], 1


_einsum = np.einsum
# The functions as they are before anything is patched.
_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.dot: _dot_sizes,
    np.inner: _inner_sizes,
    np.vdot: _vdot_sizes,
    np.outer: _outer_sizes,
    np.tensordot: _tensordot_sizes,
    np.einsum: _einsum_sizes,
}
_UFUNCS: dict[Any, Callable[..., Sizes]] = {np.matmul: _matmul_sizes, np.vecdot: _vecdot_sizes}
for _name, _sizes in (("matvec", _matvec_sizes), ("vecmat", _vecmat_sizes)):
    # NumPy 2.2 added these two.
    if hasattr(np, _name):
        _UFUNCS[getattr(np, _name)] = _sizes
