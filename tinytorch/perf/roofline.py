"""The roofline of the machine at hand: ceilings that are measured, and kernels placed under them.

Model: S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model for
multicore architectures", Communications of the ACM 52(4), 2009, doi:10.1145/1498765.1498785.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.context import Context
from tinytorch.perf.measuring import FULL, QUICK, Effort, SweepRun, measure_group
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.sweeps.ceilings import PLAN

# A median that lies this far above its roof is within the noise of both measurements.
TOLERANCE = 0.10


@dataclass(frozen=True)
class Machine:
    """One machine: what it is, and how fast it was seen to be.

    Attributes
    ----------
    context : Context
    ceilings : Ceilings
        ``ceilings.peak_gflops(threads=1)`` and ``ceilings.bandwidth_gbs(threads=1)``, each a
        `Spread`; ``threads="all"`` for every core.
    """

    context: Context
    ceilings: Ceilings

    @classmethod
    def measure(cls, quick: bool = False, progress: Callable[[str], object] = len) -> Machine:
        """Measure the ceilings of this machine.

        Parameters
        ----------
        quick : bool
            Fewer sizes and rounds: about two seconds instead of about fifteen.
        progress : callable
            Called with a few words before each step; by default nothing is shown.

        Returns
        -------
        Machine
        """
        effort = QUICK if quick else _CEILING_EFFORT
        run = SweepRun(PLAN, PLAN.groups(quick))
        for index, group in enumerate(run.groups):
            progress(f"{group.cases[0].labels['kernel']}, n {group.cases[0].labels['n']}")
            for _ in measure_group(run, index, effort):
                pass
        return cls(Context.here(), Ceilings(run.recorded().points))

    def roofline(self, threads: int | Literal["all"] = 1) -> Roofline:
        """Return the roofline of this machine for a number of threads."""
        return Roofline(
            peak_gflops=self.ceilings.peak_gflops(threads).median,
            bandwidth_gbs=self.ceilings.bandwidth_gbs(threads).median,
        )

    def __str__(self) -> str:
        lines = [f"{self.context.summary}"]
        for threads in self.ceilings.threads:
            lines.append(
                f"{threads} thread{'s' if threads != 1 else ''}: "
                f"{self.ceilings.peak_gflops(threads)} GFLOP/s, "
                f"{self.ceilings.bandwidth_gbs(threads)} GB/s"
            )
        return "\n".join(lines)


_CEILING_EFFORT = Effort(budget=FULL.budget / 2, least=FULL.least, most=FULL.most)


@dataclass(frozen=True)
class Kernel:
    """A measured kernel under a roofline.

    Attributes
    ----------
    name : str
    intensity : float
        FLOP per byte, by the counting rule of whoever counted.
    gflops : Spread or float
        Achieved GFLOP/s.
    attainable : float
        GFLOP/s of the roof at this intensity.
    bound : str
        ``"memory"`` or ``"compute"``: the roof that limits it.
    """

    name: str
    intensity: float
    gflops: float
    attainable: float
    bound: str

    @property
    def headroom(self) -> float:
        """How many times as fast the kernel could still become under this roof."""
        return self.attainable / self.gflops

    @property
    def above_roof(self) -> bool:
        """Tell whether the point lies above its roof by more than noise."""
        return self.gflops > self.attainable * (1 + TOLERANCE)

    @property
    def verdict(self) -> str:
        """One sentence on what limits the kernel."""
        place = (
            f"{self.name}: {significant(self.gflops)} GFLOP/s at {significant(self.intensity)} "
            f"FLOP/byte"
        )
        if self.above_roof:
            return (
                f"{place} lies {significant(1 / self.headroom)} times above its {self.bound} roof, "
                f"so a count of FLOP or bytes or a time is wrong, or the data sat in a cache that "
                f"this roof does not stand for."
            )
        return (
            f"{place} reaches {100 / self.headroom:.0f} % of its {self.bound} roof; up to "
            f"{significant(max(self.headroom, 1.0))} times as fast is still to be had."
        )


@dataclass(frozen=True)
class Roofline:
    """A slanted roof of bandwidth and a flat one of compute.

    Attributes
    ----------
    peak_gflops : float
        GFLOP/s, above 0.
    bandwidth_gbs : float
        GB/s (10^9 bytes), above 0.
    """

    peak_gflops: float
    bandwidth_gbs: float

    def __post_init__(self) -> None:
        for name, rate in (
            ("peak_gflops", self.peak_gflops),
            ("bandwidth_gbs", self.bandwidth_gbs),
        ):
            if not 0 < rate < math.inf:
                raise ValueError(f"got {name}={rate!r}; expected a finite rate above zero")

    @property
    def ridge(self) -> float:
        """Intensity in FLOP/byte at which the two roofs meet."""
        return self.peak_gflops / self.bandwidth_gbs

    def attainable(self, intensity: float) -> float:
        """Return the GFLOP/s that the roofs allow at an intensity in FLOP/byte."""
        return min(self.peak_gflops, intensity * self.bandwidth_gbs)

    def place(self, name: str, flops: int, bytes_moved: int, seconds: Spread | float) -> Kernel:
        """Place a kernel by what one call computes, moves and takes.

        Raises
        ------
        ValueError
            If a count or a time makes no sense.
        """
        time = seconds.median if isinstance(seconds, Spread) else seconds
        if not time > 0:
            raise ValueError(f"{name} took {time!r} seconds, expected a time above 0.")
        if not (flops >= 0 and bytes_moved > 0):
            raise ValueError(
                f"{name} counts {flops!r} FLOP and {bytes_moved!r} bytes; expected a count of FLOP "
                "that is not negative, and of bytes above zero"
            )
        intensity = flops / bytes_moved
        return Kernel(
            name=name,
            intensity=intensity,
            gflops=flops / time / 1e9,
            attainable=self.attainable(intensity),
            bound="memory" if intensity < self.ridge else "compute",
        )
