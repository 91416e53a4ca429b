"""What is simulated for the book: loops, sizes and tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tinytorch.perf.points import Label
from tinytorch.perf.sweeps.layout import BLOCK, SIZES
from tinytorch.perf.traffic import access
from tinytorch.perf.traffic.access import PER_LINE, Stream

# Three matrices of this edge exceed L2 many times over; a column's lines and a row of A exceed L1;
# and it has a tile on either side of where three stop fitting, in both.
MATMUL_SIZE = 576
TILES = (16, 32, 48, 64, 96, 144, 192, 288, 576)
# Rows at a power of two: a tile's lines compete for a few sets.
CROWDED_TILE, CROWDED_PITCH = 32, 1024

QUICK_MATMUL_SIZE = 192
QUICK_TILES = (16, 32, 48, 96, 192)
QUICK_SIZES = SIZES[:1]

NAIVE = "naive matmul"
BLOCKED = "blocked matmul"
ROWS = "sum along rows"
COLUMNS = "sum along columns"
COPY = "copy"
TRANSPOSED = "transposed copy"
BLOCKED_TRANSPOSED = "blocked transposed copy"


@dataclass(frozen=True)
class Case:
    """One loop on n x n matrices whose rows lie `pitch` values apart."""

    loop: str
    n: int
    pitch: int
    tile: int | None = None

    @property
    def labels(self) -> dict[str, Label]:
        """The case as the file names it."""
        tile: dict[str, Label] = {} if self.tile is None else {"tile": self.tile}
        return {"loop": self.loop, "n": self.n, "pitch": self.pitch, **tile}

    @property
    def side(self) -> int:
        """Edge of a tile; n where there is none."""
        return self.n if self.tile is None else self.tile

    def stream(self) -> Stream:
        """Give the accesses of the loop, in order."""
        return LOOPS[self.loop].stream(self)

    @property
    def issued(self) -> tuple[int, int]:
        """Number of loads, and of stores, in the stream."""
        return LOOPS[self.loop].issued(self.n)


@dataclass(frozen=True)
class Loop:
    """How a loop's accesses are made, and how many loads and stores they are for a given n."""

    stream: Callable[[Case], Stream]
    issued: Callable[[int], tuple[int, int]]


LOOPS: dict[str, Loop] = {
    NAIVE: Loop(
        lambda case: access.naive_matmul(case.n, case.pitch),
        lambda n: (2 * n**3, n**2),
    ),
    BLOCKED: Loop(
        lambda case: access.blocked_matmul(case.n, case.side, case.pitch),
        lambda n: (3 * n**3 // PER_LINE, n**3 // PER_LINE),
    ),
    ROWS: Loop(
        lambda case: access.row_traversal(case.n, case.pitch),
        lambda n: (n**2, 0),
    ),
    COLUMNS: Loop(
        lambda case: access.column_traversal(case.n, case.pitch),
        lambda n: (n**2, 0),
    ),
    COPY: Loop(
        lambda case: access.copy(case.n, case.pitch),
        lambda n: (n**2, n**2),
    ),
    TRANSPOSED: Loop(
        lambda case: access.transposed_copy(case.n, case.pitch),
        lambda n: (n**2, n**2),
    ),
    BLOCKED_TRANSPOSED: Loop(
        lambda case: access.blocked_transposed_copy(case.n, case.side, case.pitch),
        lambda n: (n**2, n**2),
    ),
}


def padded(n: int) -> int:
    """Return a pitch for rows of n values that spreads a column over all sets of a cache.

    An odd number of lines: it has no factor in common with the number of sets, a power of two.
    """
    lines = -(-n // PER_LINE)
    return PER_LINE * (lines + 1 - lines % 2)


def cases(quick: bool) -> list[Case]:
    """Return everything that is simulated, the short loops first."""
    return [*_layouts(QUICK_SIZES if quick else SIZES), *_products(quick)]


def _layouts(sizes: tuple[int, ...]) -> Iterator[Case]:
    for n in sizes:
        for pitch in (n, padded(n)):
            for loop in (ROWS, COLUMNS, COPY, TRANSPOSED):
                yield Case(loop, n, pitch)
            yield Case(BLOCKED_TRANSPOSED, n, pitch, BLOCK)


def _products(quick: bool) -> Iterator[Case]:
    n = QUICK_MATMUL_SIZE if quick else MATMUL_SIZE
    for tile in QUICK_TILES if quick else TILES:
        yield Case(BLOCKED, n, padded(n), tile)
    yield Case(BLOCKED, n, CROWDED_PITCH, CROWDED_TILE)
    yield Case(NAIVE, n, padded(n))
