"""Which matrix products one call computes, proved by its result.

The recorder replaces the result of every product by ones. So after a matmul tiled in steps of
``t`` along the inner dimension each element of the result is the number of steps, ``ceil(K / t)``;
after a single product it is 1. A product computed only for show leaves no trace in the result, and
a result computed behind the recorder's back holds other values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes.arguments import receive
from autograder.probes.recording import Recorder
from autograder.probes.result import describe_result
from autograder.probes.running import run
from autograder.subject import Answer, Argument

MOST_PRODUCTS = 5_000

Sizes = tuple[int, int, int]


class TooManyProducts(BaseException):
    """More products than any tile size asks for: stop counting."""


def products(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Call once with every matrix product recorded and its result replaced by ones.

    Adds the facts ``products`` (how each was computed, its m, k, n, the dtype and how many times)
    and ``result``, and the array ``result``: what the function made of all those ones.
    """
    recorder = ProductRecorder()
    outcome = run(function, receive(arguments), keywords, call=recorder.calling)
    facts = outcome.facts()
    facts["products"] = recorder.products()
    described, result = describe_result(outcome.result)
    facts["result"] = described
    return Answer(facts, {} if result is None else {"result": result})


class ProductRecorder(Recorder):
    """Records matrix products and puts ones in the place of their results."""

    def __init__(self) -> None:
        super().__init__(large=1)
        self._products: dict[tuple[str, Sizes, str], int] = {}
        self._total = 0

    def products(self) -> list[dict[str, Any]]:
        """List the products, JSON-able, equal ones counted together."""
        return [
            {"how": how, "sizes": list(sizes), "dtype": dtype, "times": times}
            for (how, sizes, dtype), times in self._products.items()
        ]

    def replaces(self, function: Any) -> bool:
        """Say whether this function computes a product."""
        return function in _FUNCTIONS

    def function(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Compute a product for its shape and errors, then replace its values."""
        result = function(*arguments, **keywords)
        sizes = _FUNCTIONS[function](*arguments, **keywords)
        how = function.__name__
        if function is _einsum:
            if sizes is None:
                return result
            how = "einsum through BLAS" if keywords.get("optimize") else "einsum"
        return self._replace(how, sizes, result)

    def ufunc(self, ufunc: np.ufunc, method: str, inputs: Any, keywords: Any) -> Any:
        """Replace the result of a product; let everything else run."""
        result = super().ufunc(ufunc, method, inputs, keywords)
        if ufunc in _UFUNCS and method == "__call__":
            return self._replace(ufunc.__name__, _UFUNCS[ufunc](*inputs), result)
        if ufunc is np.multiply and method in ("__call__", "outer"):
            sizes = _broadcast_sizes(method, inputs, np.shape(result))
            if sizes is not None:
                # Summing over the shared axes, which the learner's code does next, gives ones.
                return self._replace("broadcast multiply", sizes, result, 1.0 / max(sizes[1], 1))
        return result

    def _replace(self, how: str, sizes: Sizes, result: Any, value: float = 1.0) -> Any:
        key = (how, sizes, str(result.dtype))
        self._products[key] = self._products.get(key, 0) + 1
        self._total += 1
        if self._total > MOST_PRODUCTS:
            raise TooManyProducts(f"more than {MOST_PRODUCTS:,} matrix products in one call")
        # An empty product (k = 0) adds nothing.
        value = value if sizes[1] > 0 else 0.0
        if isinstance(result, np.ndarray):
            result[...] = value
            return result
        return result.dtype.type(value)


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


def _einsum_sizes(*operands: Any, **keywords: Any) -> Sizes | None:
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0].replace(" ", ""), operands[1:]
    else:
        # einsum(a, [0, 1], b, [1, 2], [0, 2])
        arrays = operands[0 : len(operands) - 1 : 2]
        letters = ["".join(_letter(i) for i in axes) for axes in operands[1::2]]
        target = operands[-1] if len(operands) % 2 else None
        subscripts = ",".join(letters)
        if target is not None:
            subscripts += "->" + "".join(_letter(i) for i in target)
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
