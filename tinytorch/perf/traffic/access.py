"""The addresses that a loop touches, in its order: what a cache gets to see.

A loop is a stream of `Rounds`, blocks of rounds of its innermost statement. Matrices are n x n,
float32, in row order. Their rows lie `pitch` values apart: n, or more where rows are padded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINE_BYTES = 64
VALUE_BYTES = 4
PER_LINE = LINE_BYTES // VALUE_BYTES

# A block of rounds is small enough to stay in the cache of the machine that simulates, and large
# enough that the cost of making it is spread over many rounds.
ROUNDS_AT_ONCE = 2**14
PAGE_BYTES = 4096

Addresses = NDArray[np.int64]


@dataclass(frozen=True)
class Rounds:
    """Rounds of a statement: each loads its addresses from left to right, then stores.

    Attributes
    ----------
    loads, stores : ndarray of int64, shape (rounds, accesses per round)
        Byte addresses. A loop without stores has none per round.
    """

    loads: Addresses
    stores: Addresses


Stream = Iterator[Rounds]


@dataclass(frozen=True)
class Matrix:
    """Where a matrix lies: the address of its first value, and the values from row to row."""

    start: int
    pitch: int

    def at(self, rows: Addresses, columns: Addresses) -> Addresses:
        """Return the byte addresses of some values; rows and columns are broadcast."""
        return self.start + VALUE_BYTES * (rows * self.pitch + columns)


def matrices(count: int, n: int, pitch: int) -> list[Matrix]:
    """Place matrices one after another, each at the start of a page, as large arrays lie.

    Raises
    ------
    ValueError
        If rows overlap, or do not start at the start of a line.
    """
    if pitch < n or pitch % PER_LINE:
        raise ValueError(
            f"The pitch is {pitch} values for rows of {n}; expected at least {n}, and a multiple "
            f"of the {PER_LINE} values of a line."
        )
    size = -(-VALUE_BYTES * n * pitch // PAGE_BYTES) * PAGE_BYTES
    return [Matrix(index * size, pitch) for index in range(count)]


def naive_matmul(n: int, pitch: int) -> Stream:
    """Give the accesses of ``for i, j, k: sum += a[i, k] * b[k, j]``, with ``c[i, j] = sum``."""
    a, b, c = matrices(3, n, pitch)
    k = np.arange(n)
    for i in range(n):
        row = a.at(np.full(n, i), k)
        for j in range(n):
            yield _rounds([row, b.at(k, np.full(n, j))], [])
            yield _rounds([], [c.at(np.array([i]), np.array([j]))])


def blocked_matmul(n: int, tile: int, pitch: int) -> Stream:
    """Give the accesses of a product by tiles, compiled for vectors of one line.

    The loops over tiles are ``for i0, j0, k0``, inside a tile ``for i, k, j``, and the statement is
    ``c[i, j:j+16] += a[i, k] * b[k, j:j+16]``. A tile of n is no tiling.

    Raises
    ------
    ValueError
        If n or the tile is no multiple of the 16 values of a line.
    """
    if n % PER_LINE or tile % PER_LINE:
        raise ValueError(
            f"n is {n} and the tile {tile}; expected multiples of the {PER_LINE} values of a line."
        )
    a, b, c = matrices(3, n, pitch)
    starts = range(0, n, tile)
    for i0 in starts:
        for j0 in starts:
            j = np.arange(j0, min(j0 + tile, n), PER_LINE)
            for k0 in starts:
                k = np.arange(k0, min(k0 + tile, n))[:, None]
                rows_at_once = max(1, ROUNDS_AT_ONCE // (k.size * j.size))
                stop = min(i0 + tile, n)
                for first in range(i0, stop, rows_at_once):
                    i = np.arange(first, min(first + rows_at_once, stop))[:, None, None]
                    yield _rounds([a.at(i, k), b.at(k, j), c.at(i, j)], [c.at(i, j)])


def row_traversal(n: int, pitch: int) -> Stream:
    """Give the accesses of reading every value, row by row."""
    (x,) = matrices(1, n, pitch)
    for rows, columns in _two_loops(n):
        yield _rounds([x.at(rows, columns)], [])


def column_traversal(n: int, pitch: int) -> Stream:
    """Give the accesses of reading every value, column by column."""
    (x,) = matrices(1, n, pitch)
    for columns, rows in _two_loops(n):
        yield _rounds([x.at(rows, columns)], [])


def copy(n: int, pitch: int) -> Stream:
    """Give the accesses of ``out[i, j] = x[i, j]``, row by row."""
    x, out = matrices(2, n, pitch)
    for i, j in _two_loops(n):
        yield _rounds([x.at(i, j)], [out.at(i, j)])


def transposed_copy(n: int, pitch: int) -> Stream:
    """Give the accesses of ``out[i, j] = x[j, i]``, along the rows of `out`, as NumPy copies."""
    return blocked_transposed_copy(n, n, pitch)


def blocked_transposed_copy(n: int, block: int, pitch: int) -> Stream:
    """Give the accesses of the transposed copy, one block of block x block values after another."""
    x, out = matrices(2, n, pitch)
    starts = range(0, n, block)
    for i0 in starts:
        for j0 in starts:
            j = np.arange(j0, min(j0 + block, n))
            stop = min(i0 + block, n)
            rows_at_once = max(1, ROUNDS_AT_ONCE // j.size)
            for first in range(i0, stop, rows_at_once):
                i = np.arange(first, min(first + rows_at_once, stop))[:, None]
                yield _rounds([x.at(j, i)], [out.at(i, j)])


def _two_loops(n: int) -> Iterator[tuple[Addresses, Addresses]]:
    """Give the indices of an outer and an inner loop over n, some outer rounds at a time."""
    inner = np.arange(n)
    at_once = max(1, ROUNDS_AT_ONCE // n)
    for first in range(0, n, at_once):
        yield np.arange(first, min(first + at_once, n))[:, None], inner


def _rounds(loads: list[Addresses], stores: list[Addresses]) -> Rounds:
    """Lay out accesses that belong to the same rounds; those that vary less are repeated."""
    both = np.broadcast_arrays(*loads, *stores)
    columns = np.stack([addresses.ravel() for addresses in both], axis=1)
    return Rounds(columns[:, : len(loads)], columns[:, len(loads) :])
