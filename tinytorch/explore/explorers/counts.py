"""Counts of FLOP and values as polynomials of a kernel's size: a few numbers for all sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

HIGHEST_DEGREE = 3


def polynomial(counts: Mapping[int, int]) -> list[int]:
    """Return the coefficients of the polynomial that counts follow, the highest power's first.

    Parameters
    ----------
    counts : mapping of int to int
        Count by size, at least one.

    Returns
    -------
    list of int
        For example ``[1, 2, 0]`` for the n^2 + 2n values of a matrix and two vectors.

    Raises
    ------
    ValueError
        If there is none with whole coefficients up to the third power.

    Examples
    --------
    >>> polynomial({10: 120, 20: 440, 30: 960})
    [1, 2, 0]
    """
    sizes = list(counts)
    # Newton's divided differences. Those of a polynomial with whole coefficients are whole.
    differences = [Fraction(counts[n]) for n in sizes]
    newton = [differences[0]]
    for order in range(1, len(sizes)):
        differences = [
            (above - below) / (sizes[index + order] - sizes[index])
            for index, (below, above) in enumerate(zip(differences, differences[1:], strict=False))
        ]
        newton.append(differences[0])
    coefficients: list[Fraction] = []
    for size, factor in zip(reversed(sizes), reversed(newton), strict=True):
        # Times (n - size), plus the next factor.
        shifted = [*coefficients, Fraction(0)]
        scaled = [Fraction(0), *(size * one for one in coefficients)]
        coefficients = [a - b for a, b in zip(shifted, scaled, strict=True)]
        coefficients[-1] += factor
    while len(coefficients) > 1 and coefficients[0] == 0:
        del coefficients[0]
    if len(coefficients) > HIGHEST_DEGREE + 1 or any(one.denominator > 1 for one in coefficients):
        raise ValueError(f"the counts {dict(counts)} follow no polynomial of the size")
    return [int(one) for one in coefficients]


def counted(coefficients: Sequence[int], n: int) -> int:
    """Return the count for a size.

    Examples
    --------
    >>> counted([1, 2, 0], 10)
    120
    """
    count = 0
    for coefficient in coefficients:
        count = count * n + coefficient
    return count
