"""The GELU ladder: seven ways to compute 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) in NumPy.

Formula: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units (GELUs)", 2016, arXiv:1606.08415.
Each rung takes a float32 array and returns a new one; inputs are never changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import fused_gelu

Array = NDArray[np.float32]

# Python floats are "weak" in NumPy 2: a float32 array stays float32 beside them.
SCALE = math.sqrt(2 / math.pi)
CUBIC = 0.044715

# Elements a block: input and output block together take 256 KiB, which fits the usual L2 cache.
BLOCK = 32_768

# What one element costs by the course's counting rule: eight named steps, each one FLOP (the
# power and tanh too), one read and one write of a float32.
FLOPS_PER_ELEMENT = 8
BYTES_PER_ELEMENT = 8
COUNTING = (
    "Eight FLOP per element (each named step counts as one, the power and tanh too) and eight "
    "bytes (one float32 read, one written), the same for every rung: rates compare useful work."
)


def eight_named_steps(x: Array) -> Array:
    """Name every step, so that every step's array stays alive to the end."""
    cubed = x**3
    scaled = CUBIC * cubed
    inner = x + scaled
    argument = SCALE * inner
    squashed = np.tanh(argument)
    shifted = 1 + squashed
    product = x * shifted
    result: Array = 0.5 * product
    return result


def one_expression(x: Array) -> Array:
    """Leave out the names: NumPy frees a temporary as soon as the next step has used it."""
    result: Array = 0.5 * x * (1 + np.tanh(SCALE * (x + CUBIC * x**3)))
    return result


def page_one_line(x: Array) -> Array:
    """Copy the usual line: np.sqrt gives a float64 scalar, and the second half becomes float64."""
    result: Array = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + CUBIC * x**3)))
    return result


def one_expression_with_products(x: Array) -> Array:
    """Put two multiplications in the place of the power."""
    result: Array = 0.5 * x * (1 + np.tanh(SCALE * (x + CUBIC * (x * x * x))))
    return result


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


PAGE = "page's one line"

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
