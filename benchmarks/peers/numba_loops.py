"""numba: the loops that one would write in C, in Python, compiled."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numba
import numpy as np
from numba import prange

from benchmarks.peers.peer import Array, Call, Peer

# Global NumPy scalars are constants of the compiled code; Python floats would make it float64.
ONE = np.float32(1)
LINEAR = np.float32(-2 * math.sqrt(2 / math.pi))
CUBIC = np.float32(0.044715 * -2 * math.sqrt(2 / math.pi))
ROWS = 64


def gelu(x: Array) -> Array:
    """Compute GELU as fused_gelu does, with every intermediate value in a register."""
    out = np.empty_like(x)
    for i in prange(x.size):
        v = x[i]
        out[i] = v / (ONE + np.exp(v * (LINEAR + CUBIC * (v * v))))
    return out


def matmul(a: Array, b: Array) -> Array:
    """Multiply tile by tile; the innermost loop runs along rows, so that it can be vectorised."""
    m, k = a.shape
    c = np.zeros((m, b.shape[1]), np.float32)
    for block in prange((m + ROWS - 1) // ROWS):
        rows = range(block * ROWS, min(m, (block + 1) * ROWS))
        for start in range(0, k, ROWS):
            for i in rows:
                target = c[i]
                for p in range(start, min(k, start + ROWS)):
                    factor, source = a[i, p], b[p]
                    for j in range(target.size):
                        target[j] += factor * source[j]
    return c


def _compiled(loop: Callable[..., Array], threads: int) -> Callable[..., Array]:
    # Without NumPy's rule for division each one is checked for zero; "contract" allows a
    # multiplication and an addition to become one instruction.
    compiled: Callable[..., Array] = numba.njit(
        parallel=threads > 1, error_model="numpy", fastmath={"contract"}
    )(loop)
    return compiled


def peers(threads: int) -> list[Peer]:
    """Return both loops: serial for one thread, otherwise shared out among threads."""
    numba.set_num_threads(threads)
    fused, tiled = _compiled(gelu, threads), _compiled(matmul, threads)

    def gelu_call(x: Array) -> Call:
        return partial(fused, x)

    def matmul_call(a: Array, b: Array) -> Call:
        return partial(tiled, a, b)

    return [Peer("numba", {"gelu": gelu_call, "matmul": matmul_call})]
