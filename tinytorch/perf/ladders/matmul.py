"""The matmul ladder: from three Python loops to one GEMM, one level of BLAS after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import tiled_matmul

Array = NDArray[np.float32]

COUNTING = (
    "2 m k n FLOP (a multiplication and an addition each count as one) and 4 (m k + k n + m n) "
    "bytes (float32, each operand moved once), the same for every rung."
)


def python_triple_loop(a: Array, b: Array) -> Array:
    """Run three loops over Python lists of floats: about as fast as plain Python gets."""
    rows, columns = a.tolist(), list(zip(*b.tolist(), strict=True))
    out = [[0.0] * len(columns) for _ in rows]
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            total = 0.0
            for k in range(len(row)):
                total += row[k] * column[k]
            out[i][j] = total
    return np.array(out, dtype=np.float32)


def row_times_column(a: Array, b: Array) -> Array:
    """Call BLAS level 1: one dot product per element of the result."""
    out = np.empty((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            out[i, j] = np.dot(a[i], b[:, j])
    return out


def row_times_matrix(a: Array, b: Array) -> Array:
    """Call BLAS level 2: one matrix-vector product per row of the result."""
    out = np.empty((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(a.shape[0]):
        np.matmul(a[i], b, out=out[i])
    return out


def tiled(a: Array, b: Array) -> Array:
    """Call BLAS level 3 on tiles of 256, looped over in Python."""
    result: Array = tiled_matmul(Tensor(a), Tensor(b), min(256, *a.shape, *b.shape)).data
    return result


def one_gemm(a: Array, b: Array) -> Array:
    """Call BLAS level 3 once, for the whole product."""
    result: Array = np.matmul(a, b)
    return result


MATMUL_RUNGS: dict[str, Callable[[Array, Array], Array]] = {
    "Python triple loop": python_triple_loop,
    "row times column": row_times_column,
    "row times matrix": row_times_matrix,
    "tiled": tiled,
    "one GEMM": one_gemm,
}
"""The ladder in order, from the bottom."""

LARGEST_N = {"Python triple loop": 128, "row times column": 256}
"""Square size above which a rung takes longer than it teaches."""
