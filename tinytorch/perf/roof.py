"""One ceiling of a roofline."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tinytorch.perf.spread import Spread


@dataclass(frozen=True)
class Roof:
    """One ceiling: a bandwidth in GB/s, or a rate of arithmetic in GFLOP/s (10^9 each)."""

    name: str
    rate: Spread

    def __post_init__(self) -> None:
        if not 0 < self.rate.median < math.inf:
            raise ValueError(
                f"the roof {self.name!r} has a rate of {self.rate.median!r}; expected a finite "
                "rate above zero"
            )


def exactly(rate: float) -> Spread:
    """Return a rate that was given, not measured: a spread without width."""
    return Spread(median=rate, q1=rate, q3=rate, runs=1)
