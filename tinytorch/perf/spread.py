"""A measured quantity: the median of its runs, and how far the middle half of them lies apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


def significant(value: float, digits: int = 3) -> str:
    """Write a number with `digits` significant digits and without an exponent.

    Parameters
    ----------
    value : float
        Any number; infinities and NaN are written as Python writes them.
    digits : int
        How many digits carry information; trailing zeros after the point are kept.

    Returns
    -------
    str
        For example ``"16.2"``, ``"1,230"`` or ``"0.00451"``.
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    rounded = float(f"{value:.{digits}g}")
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(decimals, 0)}f}"


def percent(share: float) -> str:
    """Write a share in whole percent, or in two digits below ten: ``"74 %"``, ``"0.33 %"``."""
    value = 100 * share
    return f"{significant(value, 2) if value < 9.95 else f'{value:.0f}'} %"


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of repeated runs, in whatever unit the samples have.

    Attributes
    ----------
    median, q1, q3 : float
        The median and the lower and upper quartile (linear interpolation between samples).
    runs : int
        How many samples stand behind them.
    """

    median: float
    q1: float
    q3: float
    runs: int

    @classmethod
    def of(cls, samples: Iterable[float]) -> Spread:
        """Summarise samples.

        Parameters
        ----------
        samples : iterable of float
            At least one finite number, all in the same unit.

        Returns
        -------
        Spread

        Raises
        ------
        ValueError
            If there is no sample, or one is not finite.
        """
        values = [float(sample) for sample in samples]
        if not values:
            raise ValueError("A spread needs at least one sample and was given none.")
        if not all(math.isfinite(value) for value in values):
            raise ValueError(f"A spread needs finite samples and was given {values}.")
        q1, median, q3 = (float(q) for q in np.percentile(values, [25, 50, 75]))
        # Interpolation can miss its own end points by a rounding error; the order is a promise.
        return cls(median=median, q1=min(q1, median), q3=max(q3, median), runs=len(values))

    def __str__(self) -> str:
        return f"{significant(self.median)} ({significant(self.q1)} to {significant(self.q3)})"

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        return f"{self.median:{spec}} ({self.q1:{spec}} to {self.q3:{spec}})"

    def to_dict(self) -> dict[str, float]:
        """Return the four numbers by name, ready for JSON."""
        return {"median": self.median, "q1": self.q1, "q3": self.q3, "runs": self.runs}
