"""numexpr: compiles an expression for a machine of its own, which goes through arrays in blocks."""

from __future__ import annotations

import math
from functools import partial

import numexpr
import numpy as np

from benchmarks.peers.peer import Array, Call, Peer

# The formula of fused_gelu. Constants are operands: written as numbers they would be float64, and
# with them every operation after.
EXPRESSION = "x / (one + exp(x * (linear + cubic * (x * x))))"
LINEAR = -2 * math.sqrt(2 / math.pi)
CONSTANTS = {
    "one": np.float32(1),
    "linear": np.float32(LINEAR),
    "cubic": np.float32(0.044715 * LINEAR),
}


def _gelu(x: Array) -> Call:
    return partial(numexpr.evaluate, EXPRESSION, local_dict={"x": x, **CONSTANTS}, global_dict={})


def peers(threads: int) -> list[Peer]:
    """Return GELU; numexpr has no matrix product."""
    numexpr.set_num_threads(threads)
    return [Peer("numexpr", {"gelu": _gelu})]
