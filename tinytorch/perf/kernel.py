"""A measured kernel, held against two roofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinytorch.perf.roof import Roof
from tinytorch.perf.spread import Spread, percent, significant

# A median that lies this far above its roof is within the noise of both measurements.
TOLERANCE = 0.10

Bound = Literal["memory", "compute"]


@dataclass(frozen=True)
class Kernel:
    """A kernel under one memory roof and one compute roof.

    Attributes
    ----------
    name : str
    flops, bytes_moved : int
        Of one call, by the counting rule of whoever counted.
    seconds : Spread
        Time of one call.
    memory, compute : Roof
        The two roofs that it is held against.
    cache_roofs : tuple of Roof
        Faster memory roofs of the same machine, slowest first.
    """

    name: str
    flops: int
    bytes_moved: int
    seconds: Spread
    memory: Roof
    compute: Roof
    cache_roofs: tuple[Roof, ...] = ()

    @property
    def intensity(self) -> float:
        """FLOP per byte."""
        return self.flops / self.bytes_moved

    @property
    def gflops(self) -> Spread:
        """Achieved GFLOP/s. The quartiles come from those of the time, the other way round."""
        time = self.seconds
        return Spread(
            median=self.flops / time.median / 1e9,
            q1=self.flops / time.q3 / 1e9,
            q3=self.flops / time.q1 / 1e9,
            runs=time.runs,
        )

    @property
    def attainable(self) -> float:
        """GFLOP/s that the two roofs allow at this intensity."""
        return min(self.compute.rate.median, self.intensity * self.memory.rate.median)

    @property
    def bound(self) -> Bound:
        """The kind of roof that limits it."""
        slanted = self.intensity * self.memory.rate.median
        return "memory" if slanted < self.compute.rate.median else "compute"

    @property
    def limit(self) -> Roof:
        """The roof that limits it."""
        return self.memory if self.bound == "memory" else self.compute

    @property
    def headroom(self) -> float:
        """How many times as fast the kernel could still become under this roof."""
        return self.attainable / self.gflops.median

    @property
    def share(self) -> str:
        """What it reaches of its roof, in percent: whole ones, or two digits below ten."""
        return percent(1 / self.headroom)

    @property
    def above_roof(self) -> bool:
        """Tell whether the point lies above its roof by more than noise."""
        return self.gflops.median > self.attainable * (1 + TOLERANCE)

    @property
    def verdict(self) -> str:
        """What limits the kernel, in one or two sentences."""
        place = (
            f"{self.name}: {significant(self.gflops.median)} GFLOP/s at "
            f"{significant(self.intensity)} FLOP/byte"
        )
        if not self.above_roof:
            return (
                f"{place} reaches {self.share} of the {self.limit.name} roof; up to "
                f"{significant(max(self.headroom, 1.0))} times as fast is still to be had."
            )
        return (
            f"{place} lies {significant(1 / self.headroom)} times above the {self.limit.name} "
            f"roof: a counting or timing error, not a discovery. {self._what_to_check()}"
        )

    def _what_to_check(self) -> str:
        if self.bound == "memory":
            for roof in self.cache_roofs:
                if self.gflops.median <= self.intensity * roof.rate.median * (1 + TOLERANCE):
                    return (
                        f"Its bytes may not have crossed this roof: the {roof.name} roof has room "
                        f"for it."
                    )
        return "Check the count of FLOP, the time, and the number of threads of both."
