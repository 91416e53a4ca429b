"""Reading the levels of the memory hierarchy from a curve of bandwidth over the working set.

A level shows as a plateau: while the working set fits it, bandwidth hardly depends on the size.
The curve alone decides where plateaus lie; the cache sizes that the system reports only name them,
so a report that is wrong or missing does no harm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# What another plateau must gain, in doublings of bandwidth summed over its points, to be worth
# drawing: less is noise.
PENALTY = 0.35
# Quartiles of bandwidth further apart than this factor are a slope.
STEEPEST = 1.25
MEMORY = "memory"


@dataclass(frozen=True)
class Plateau:
    """Neighbouring points of the curve with about the same bandwidth.

    Attributes
    ----------
    name : str
        The level: ``"L1"``, ``"L2"`` ..., ``"memory"``; ``"level 1"`` ... where the system reports
        no caches.
    first, last : int
        Positions on the curve, both included.
    """

    name: str
    first: int
    last: int

    @property
    def points(self) -> range:
        """Positions on the curve."""
        return range(self.first, self.last + 1)


def split_into_levels(rates: Sequence[float]) -> list[tuple[int, int]]:
    """Cut a curve into pieces that are as level as can be, without more pieces than it needs.

    Parameters
    ----------
    rates : sequence of float
        Bandwidth over growing working sets, above 0.

    Returns
    -------
    list of (int, int)
        First and last position of each piece. They cover the curve, in order.
    """
    heights = np.log2(np.asarray(rates, dtype=float))
    count = len(heights)
    # best[i]: the least cost of the first i points, and where their last piece starts.
    best: list[tuple[float, int]] = [(0.0, 0)]
    for stop in range(1, count + 1):
        best.append(
            min(
                (best[start][0] + _unevenness(heights[start:stop]) + PENALTY, start)
                for start in range(stop)
            )
        )
    pieces = []
    stop = count
    while stop:
        start = best[stop][1]
        pieces.append((start, stop - 1))
        stop = start
    return pieces[::-1]


def _unevenness(heights: np.ndarray) -> float:
    return float(np.abs(heights - np.median(heights)).sum())


def find_plateaus(
    working_sets: Sequence[int], rates: Sequence[float], caches: Mapping[str, int]
) -> list[Plateau]:
    """Find the plateaus of a curve and name them.

    Parameters
    ----------
    working_sets : sequence of int
        Bytes, ascending.
    rates : sequence of float
        Bandwidth at each.
    caches : mapping of str to int
        Bytes by level as the system reports them, for example ``{"L1d": 32768}``; may be empty.

    Returns
    -------
    list of Plateau
        From the smallest level to the largest, at most one for each name. Points on the slope
        between two levels belong to none.
    """
    pieces = split_into_levels(rates)
    # The last piece is what is left when no cache helps, be it ever so short.
    pieces = [piece for piece in pieces[:-1] if _is_level(rates, piece)] + pieces[-1:]
    # While bandwidth still grows with the size, the cost of the call is what the curve shows.
    pieces = [
        piece
        for index, piece in enumerate(pieces)
        if all(_rate(rates, piece) > _rate(rates, later) for later in pieces[index + 1 :])
    ]
    if not caches:
        names = [f"level {number}" for number in range(1, len(pieces))] + [MEMORY]
        return [Plateau(name, *piece) for name, piece in zip(names, pieces, strict=False)]
    widest: dict[str, tuple[int, int]] = {}
    for piece in pieces:
        name = _level(math.sqrt(working_sets[piece[0]] * working_sets[piece[1]]), caches)
        if piece is pieces[-1] and working_sets[piece[1]] > 2 * max(caches.values()):
            name = MEMORY  # however far down it reaches: nothing is slower
        if name not in widest or piece[1] - piece[0] > widest[name][1] - widest[name][0]:
            widest[name] = piece
    return [Plateau(name, *piece) for name, piece in widest.items()]


def _is_level(rates: Sequence[float], piece: tuple[int, int]) -> bool:
    """Tell a plateau from a step of the slope between two."""
    q1, q3 = np.percentile(rates[piece[0] : piece[1] + 1], [25, 75])
    return piece[0] < piece[1] and bool(q3 <= STEEPEST * q1)


def _rate(rates: Sequence[float], piece: tuple[int, int]) -> float:
    return float(np.median(rates[piece[0] : piece[1] + 1]))


def _level(working_set: float, caches: Mapping[str, int]) -> str:
    """Return the name of the smallest cache that holds a working set."""
    for name, size in sorted(caches.items(), key=lambda cache: cache[1]):
        if working_set <= size:
            return level_name(name)
    return MEMORY


def level_name(cache: str) -> str:
    """Return the level's name without the letter for its kind: ``"L1d"`` is ``"L1"``."""
    return cache.rstrip("d")
