"""Traffic counted by hand: what a loop moves if a stated part of its data stays in the cache.

All matrices are n x n, float32, in row order. A count names what it takes to stay in the cache
between two uses; everything else is fetched again. Counts are in bytes, in whole lines where a loop
leaves the rest of a line unused, and leave out the loop's own code and the stack.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tinytorch.perf.traffic.access import LINE_BYTES, VALUE_BYTES


@dataclass(frozen=True)
class Traffic:
    """Bytes that a loop moves between a cache and what lies below it.

    Attributes
    ----------
    loads : int
        Bytes fetched because the loop reads them.
    stores : int
        Bytes that the loop writes, each counted once, when its line goes back.
    """

    loads: int
    stores: int

    @property
    def minimal(self) -> int:
        """Bytes if a line that is about to be overwritten need not be fetched."""
        return self.loads + self.stores

    @property
    def with_write_allocate(self) -> int:
        """Bytes if each line that is written is fetched first, as most caches do."""
        return self.loads + 2 * self.stores


def largest_tile(cache_bytes: int) -> int:
    """Return the side of the largest tile of which a cache holds three: 3 t^2 values, 12 t^2 bytes.

    Three because one step uses a tile of A, of B and of C (Lam, Rothberg and Wolf, "The cache
    performance and optimizations of blocked algorithms", 1991).
    """
    return math.isqrt(cache_bytes // (3 * VALUE_BYTES))


def naive_matmul(n: int) -> Traffic:
    """Count the loop over i, j, k if nothing stays: n^3 steps load two values each.

    C is a sum in a register, so each of its values is stored once. Values, not lines: what a
    machine without lines would move.
    """
    return Traffic(loads=2 * n**3 * VALUE_BYTES, stores=n**2 * VALUE_BYTES)


def naive_matmul_in_lines(n: int) -> Traffic:
    """Count the same loop in lines, if no line stays from one j to the next.

    The row of A is read along its lines. The column of B takes one value from each line, so every
    step fetches a whole line of B, and every value of C that is stored moves a whole line.
    """
    return Traffic(
        loads=n**3 * VALUE_BYTES + n**3 * LINE_BYTES,
        stores=n**2 * LINE_BYTES,
    )


def naive_matmul_b_per_row(n: int) -> Traffic:
    """Count the same loop if one row of A and one column's lines of B stay: B is read n times."""
    return Traffic(
        loads=n**2 * VALUE_BYTES + n**3 * VALUE_BYTES,
        stores=n**2 * VALUE_BYTES,
    )


def blocked_matmul(n: int, tile: int) -> Traffic:
    """Count a product by tiles if one tile each of A, B and C stays, and nothing else.

    Each of the (n / t)^3 steps loads a tile of A and a tile of B: 2 n^3 / t values (Lam, Rothberg
    and Wolf 1991). C stays until its tile is finished and is stored once. Where t does not divide
    n, the last tile is smaller, and the number of tiles in a row is rounded up.
    """
    tiles = math.ceil(n / tile)
    return Traffic(loads=2 * n**2 * tiles * VALUE_BYTES, stores=n**2 * VALUE_BYTES)


def row_traversal(n: int) -> Traffic:
    """Count reading along the rows: every line is fetched once and used in full."""
    return Traffic(loads=n**2 * VALUE_BYTES, stores=0)


def column_traversal(n: int) -> Traffic:
    """Count reading down the columns if no line stays until the next column.

    A column takes one value from each line, so each value costs a line (Drepper, "What every
    programmer should know about memory", 2007, section 6.2.1).
    """
    return Traffic(loads=n**2 * LINE_BYTES, stores=0)


def copy(n: int) -> Traffic:
    """Count a copy along the rows of both: each value is read once and written once.

    It is also what a transposed copy in blocks needs, if the lines of a block stay until all of
    their values are used.
    """
    return Traffic(loads=n**2 * VALUE_BYTES, stores=n**2 * VALUE_BYTES)


def transposed_copy(n: int) -> Traffic:
    """Count a copy that writes along rows and so reads down columns, if no line read stays."""
    return Traffic(loads=n**2 * LINE_BYTES, stores=n**2 * VALUE_BYTES)
