"""The GELU ladder: seven ways to compute 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) in NumPy.

Formula: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units (GELUs)", 2016, arXiv:1606.08415.
Each rung takes a float32 array and returns a new one; inputs are never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import fused_gelu
from tinytorch.perf.ladders.gelu_expressions import (
    CUBIC,
    PAGE,
    SCALE,
    Array,
    one_expression,
    one_expression_with_products,
    page_one_line,
)

# Elements a block: input and output block together take 256 KiB, which fits the usual L2 cache.
BLOCK = 32_768


def eight_named_steps(x: Any, tanh: Callable[[Any], Any] = np.tanh) -> Any:
    """Name every step, so that every step's array stays alive to the end.

    Tensors of PyTorch are computed with its own `tanh`.
    """
    cubed = x**3
    scaled = CUBIC * cubed
    inner = x + scaled
    argument = SCALE * inner
    squashed = tanh(argument)
    shifted = 1 + squashed
    product = x * shifted
    return 0.5 * product


def _tanh_into(x: Array, out: Array) -> None:
    """Compute into `out` and nowhere else: 0.5 x (1 + tanh(x (a + b x^2)))."""
    np.multiply(x, x, out=out)
    np.multiply(out, SCALE * CUBIC, out=out)
    np.add(out, SCALE, out=out)
    np.multiply(out, x, out=out)
    np.tanh(out, out=out)
    np.add(out, 1, out=out)
    np.multiply(out, x, out=out)
    np.multiply(out, 0.5, out=out)


def in_place(x: Array) -> Array:
    """Use one array for every step: the result's own."""
    out = np.empty_like(x)
    _tanh_into(x, out)
    return out


def blocked_tanh(x: Array) -> Array:
    """Go block by block, so that all eight passes meet their block in cache."""
    out = np.empty_like(x)
    for start in range(0, x.size, BLOCK):
        _tanh_into(x[start : start + BLOCK], out[start : start + BLOCK])
    return out


def blocked_exp(x: Array) -> Array:
    """Call the reference: blocks, and x / (1 + exp(-2u)) in the place of 0.5 x (1 + tanh(u))."""
    result: Array = fused_gelu(Tensor(x)).data
    return result


GELU_RUNGS: dict[str, Callable[[Array], Array]] = {
    "eight named steps": eight_named_steps,
    "one expression": one_expression,
    "one expression, x*x*x": one_expression_with_products,
    "in place": in_place,
    "blocked tanh": blocked_tanh,
    "blocked exp": blocked_exp,
    PAGE: page_one_line,
}
"""The ladder in order, from the bottom; the page's line stands beside it, for comparison."""
