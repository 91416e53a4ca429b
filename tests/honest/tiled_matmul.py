"""Right ways to write Part 4: each earns every point."""

import itertools
import numbers

import numpy as np
from numpy import dot, zeros

from tests.honest.collection import Solution, collector
from tinytorch.core.tensor import Tensor

HONEST: list[Solution] = []
honest = collector(HONEST)


def require_arguments(a, b, tile_size):
    if len(a.shape) != 2 or len(b.shape) != 2:
        raise ValueError(f"got shapes {a.shape} and {b.shape}; expected two dimensions: reshape")
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"got shapes {a.shape} and {b.shape}; the inner sizes must be equal")
    if not isinstance(tile_size, numbers.Integral) or tile_size < 1:
        raise ValueError(f"got tile_size={tile_size!r}; expected a whole number of at least 1")


@honest
def three_loops_and_plus_equals(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                c[i : i + t, j : j + t] += (
                    a.data[i : i + t, p : p + t] @ b.data[p : p + t, j : j + t]
                )
    return Tensor(c)


@honest
def one_scratch_tile(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    scratch = np.empty((t, t), dtype=np.float32)
    for i in range(0, m, t):
        rows = min(t, m - i)
        for p in range(0, k, t):
            for j in range(0, n, t):
                part = scratch[:rows, : min(t, n - j)]
                np.matmul(a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t], out=part)
                c[i : i + t, j : j + t] += part
    return Tensor(c)


@honest
def padded_to_whole_tiles(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    left = np.pad(a.data, ((0, -m % t), (0, -k % t)))
    right = np.pad(b.data, ((0, -k % t), (0, -n % t)))
    c = np.zeros((left.shape[0], right.shape[1]), dtype=np.float32)
    with np.errstate(invalid="ignore"):
        for i in range(0, left.shape[0], t):
            for j in range(0, right.shape[1], t):
                for p in range(0, left.shape[1], t):
                    c[i : i + t, j : j + t] += (
                        left[i : i + t, p : p + t] @ right[p : p + t, j : j + t]
                    )
    return Tensor(c[:m, :n].copy())


@honest
def tiles_as_a_batch(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    left = np.pad(a.data, ((0, -m % t), (0, -k % t)))
    right = np.pad(b.data, ((0, -k % t), (0, -n % t)))
    rows, inner, columns = left.shape[0] // t, left.shape[1] // t, right.shape[1] // t
    left = left.reshape(rows, t, inner, t).transpose(0, 2, 1, 3)
    right = right.reshape(inner, t, columns, t).transpose(0, 2, 1, 3)
    c = np.zeros((rows, columns, t, t), dtype=np.float32)
    with np.errstate(invalid="ignore"):
        for p in range(inner):
            c += np.matmul(left[:, None, p], right[None, p])
    return Tensor(c.transpose(0, 2, 1, 3).reshape(rows * t, columns * t)[:m, :n].copy())


@honest
def einsum_in_the_tile(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    left, right = np.asarray(a.data), np.asarray(b.data)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype="float32")
    for i, j, p in itertools.product(range(0, m, t), range(0, n, t), range(0, k, t)):
        c[i : i + t, j : j + t] += np.einsum(
            "ip,pj->ij", left[i : i + t, p : p + t], right[p : p + t, j : j + t]
        )
    return Tensor(c)


@honest
def names_imported_from_numpy(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                c[i : i + t, j : j + t] += dot(
                    a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t]
                )
    return Tensor(c)


@honest
def b_transposed_and_contiguous(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    turned = np.ascontiguousarray(b.data.T)
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                c[i : i + t, j : j + t] += np.inner(
                    a.data[i : i + t, p : p + t], turned[j : j + t, p : p + t]
                )
    return Tensor(c)


@honest
def inner_dimension_outermost_and_backwards(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for p in reversed(range(0, k, t)):
        for i in reversed(range(0, m, t)):
            for j in reversed(range(0, n, t)):
                tile = c[i : i + t, j : j + t]
                np.add(
                    tile,
                    np.matmul(a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t]),
                    out=tile,
                )
    return Tensor(c)


@honest
def an_accumulator_for_each_tile(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.empty((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            total = np.zeros((min(t, m - i), min(t, n - j)), dtype=np.float32)
            for p in range(0, k, t):
                total += a.data[i : i + t, p : p + t].dot(b.data[p : p + t, j : j + t])
            c[i : i + t, j : j + t] = total
    return Tensor(c)


@honest
def a_sum_of_the_products_of_a_row_and_a_column_of_tiles(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            parts = [
                a.data[i : i + t, p : p + t] @ b.data[p : p + t, j : j + t] for p in range(0, k, t)
            ]
            if parts:
                c[i : i + t, j : j + t] = np.sum(np.stack(parts), axis=0)
    return Tensor(c)


@honest
def array_split_by_index(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    cuts_m, cuts_k, cuts_n = (list(range(t, size, t)) for size in (m, k, n))
    c = np.zeros((m, n), dtype=np.float32)
    rows_of_c = np.split(c, cuts_m, axis=0)
    rows_of_a = np.split(a.data, cuts_m, axis=0)
    rows_of_b = np.split(b.data, cuts_k, axis=0)
    for c_row, a_row in zip(rows_of_c, rows_of_a, strict=True):
        tiles_of_a = np.split(a_row, cuts_k, axis=1)
        for a_tile, b_row in zip(tiles_of_a, rows_of_b, strict=True):
            for c_tile, b_tile in zip(
                np.split(c_row, cuts_n, axis=1), np.split(b_row, cuts_n, axis=1), strict=True
            ):
                c_tile += a_tile @ b_tile
    return Tensor(c)


@honest
def multiply_with_broadcasting_in_the_tile(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                left = a.data[i : i + t, p : p + t, None]
                right = b.data[None, p : p + t, j : j + t]
                c[i : i + t, j : j + t] += (left * right).sum(axis=1)
    return Tensor(c)


def multiply_tile(c, a, b, rows, columns, inner):
    c[rows, columns] += a[rows, inner] @ b[inner, columns]


def tiles(size, tile):
    return [slice(start, min(start + tile, size)) for start in range(0, size, tile)]


@honest
def helper_functions_and_slices(a, b, tile_size=64):
    require_arguments(a, b, tile_size)
    c = np.zeros_like(a.data, shape=(a.shape[0], b.shape[1]))
    for rows in tiles(a.shape[0], tile_size):
        for columns in tiles(b.shape[1], tile_size):
            for inner in tiles(a.shape[1], tile_size):
                multiply_tile(c, a.data, b.data, rows, columns, inner)
    return Tensor(c)
