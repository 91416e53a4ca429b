"""Right ways to write Part 1: each earns every point."""

import functools
import operator

import numpy as np
from numpy import asarray, matmul

from tests.honest.collection import Solution, collector
from tinytorch.core.tensor import Tensor

HONEST: list[Solution] = []
honest = collector(HONEST)


def require_shapes(a, b):
    if len(a.shape) < 2 or len(b.shape) < 2:
        raise ValueError(
            f"got shapes {a.shape} and {b.shape}; expected two dimensions or more: reshape first"
        )
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"got {a.shape} and {b.shape}; expected equal inner sizes: transpose one")
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError as error:
        raise ValueError(f"batches of {a.shape} and {b.shape} do not broadcast") from error


@honest
def with_matmul(a, b):
    require_shapes(a, b)
    return Tensor(np.matmul(a.data, b.data))


@honest
def with_the_operator(a, b):
    require_shapes(a, b)
    return Tensor(a.data @ b.data)


@honest
def with_a_name_imported_from_numpy(a, b):
    require_shapes(a, b)
    return Tensor(matmul(asarray(a.data), asarray(b.data)))


@honest
def into_a_result_allocated_before(a, b):
    require_shapes(a, b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out = np.empty((*batch, a.shape[-2], b.shape[-1]), dtype=np.float32)
    np.matmul(a.data, b.data, out=out)
    return Tensor(out)


@honest
def both_operands_transposed(a, b):
    require_shapes(a, b)
    turned = np.matmul(np.swapaxes(b.data, -1, -2), np.swapaxes(a.data, -1, -2))
    return Tensor(np.swapaxes(turned, -1, -2))


@honest
def contiguous_copies_first(a, b):
    require_shapes(a, b)
    return Tensor(np.ascontiguousarray(a.data) @ np.ascontiguousarray(b.data))


@honest
def dot_where_there_is_no_batch(a, b):
    require_shapes(a, b)
    if a.data.ndim == b.data.ndim == 2:
        return Tensor(a.data.dot(b.data))
    return Tensor(np.matmul(a.data, b.data))


@honest
def tensordot_where_there_is_no_batch(a, b):
    require_shapes(a, b)
    if a.data.ndim == b.data.ndim == 2:
        return Tensor(np.tensordot(a.data, b.data, axes=([1], [0])))
    return Tensor(np.matmul(a.data, b.data))


@honest
def einsum_through_blas(a, b):
    require_shapes(a, b)
    return Tensor(np.einsum("...ij,...jk->...ik", a.data, b.data, optimize=True))


@honest
def the_batch_folded_into_the_rows(a, b):
    require_shapes(a, b)
    if b.data.ndim == 2:
        rows = a.data.reshape(-1, a.shape[-1]) if a.data.size else a.data
        if a.data.size:
            return Tensor(np.dot(rows, b.data).reshape(*a.shape[:-1], b.shape[-1]))
    return Tensor(np.matmul(a.data, b.data))


@honest
def the_error_of_matmul_with_more_said(a, b):
    if min(a.data.ndim, b.data.ndim) < 2:
        raise ValueError(f"expected matrices, got {a.shape} and {b.shape}")
    try:
        product = np.matmul(a.data, b.data)
    except ValueError as error:
        raise ValueError(f"cannot multiply {a.shape} by {b.shape}: {error}") from error
    return Tensor(product)


@honest
def operator_and_partial(a, b):
    require_shapes(a, b)
    return functools.partial(Tensor)(operator.matmul(a.data, b.data))
