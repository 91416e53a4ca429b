"""GELU as one NumPy expression, three times: the baselines that the ladder starts from.

Formula: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units (GELUs)", 2016, arXiv:1606.08415.
None of them is fused, so a learner may read them; the rungs above them stand in `gelu`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

# Python floats are "weak" in NumPy 2: a float32 array stays float32 beside them.
SCALE = math.sqrt(2 / math.pi)
CUBIC = 0.044715

# What one element costs by the course's counting rule: eight named steps, each one FLOP (the
# power and tanh too), one read and one write of a float32.
FLOPS_PER_ELEMENT = 8
BYTES_PER_ELEMENT = 8
COUNTING = (
    "Eight FLOP per element (each named step counts as one, the power and tanh too) and eight "
    "bytes (one float32 read, one written), the same for every rung: rates compare useful work."
)

PAGE = "page's one line"


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
