"""Measured roofs as explorers send them to the page, and kernels held against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinytorch.perf.ceilings import Ceilings, Threads, level_behind
from tinytorch.perf.kernel import Kernel
from tinytorch.perf.roof import Roof
from tinytorch.perf.roofline import Roofline
from tinytorch.perf.spread import Spread


def spread_list(spread: Spread) -> list[float]:
    """Return a spread as it travels: median, lower quartile, upper quartile, runs.

    Six digits, three more than are ever shown: a page is read over a network.
    """
    rates = (spread.median, spread.q1, spread.q3)
    return [*(float(f"{rate:.6g}") for rate in rates), spread.runs]


def spread_from(values: list[float]) -> Spread:
    """Return the spread that `spread_list` wrote."""
    median, q1, q3, runs = values
    return Spread(median=median, q1=q1, q3=q3, runs=int(runs))


@dataclass(frozen=True)
class Roofs:
    """The roofs of one machine for one number of threads and one data type.

    Attributes
    ----------
    memory : tuple of Roof
        Slowest first.
    smallest : dict of str to int
        By memory roof, the smallest working set in bytes that was seen to come from there.
    compute : tuple of Roof
        Highest first.
    """

    memory: tuple[Roof, ...]
    smallest: dict[str, int]
    compute: tuple[Roof, ...]

    @classmethod
    def of(cls, ceilings: Ceilings, threads: Threads = 1, dtype: str = "float32") -> Roofs:
        """Return the roofs that measured ceilings make."""
        roofline = Roofline.under(ceilings, threads, dtype)
        smallest = {level.name: level.smallest for level in ceilings.levels(threads)}
        return cls(roofline.memory, smallest, roofline.compute)

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Roofs:
        """Return the roofs that `payload` wrote."""
        return cls(
            tuple(Roof(roof["name"], spread_from(roof["rate"])) for roof in payload["memory"]),
            {roof["name"]: roof["smallest"] for roof in payload["memory"]},
            tuple(Roof(roof["name"], spread_from(roof["rate"])) for roof in payload["compute"]),
        )

    def payload(self) -> dict[str, Any]:
        """Return the roofs as JSON."""
        return {
            "memory": [
                {
                    "name": roof.name,
                    "rate": spread_list(roof.rate),
                    "smallest": self.smallest[roof.name],
                }
                for roof in self.memory
            ],
            "compute": [
                {"name": roof.name, "rate": spread_list(roof.rate)} for roof in self.compute
            ],
        }

    def behind(self, working_set: int) -> Roof:
        """Return the slowest memory that a working set of so many bytes is big enough to reach."""
        name = level_behind(self.smallest, working_set)
        return next(roof for roof in self.memory if roof.name == name)

    def kernel(
        self, name: str, flops: int, moved: int, seconds: Spread, working_set: int
    ) -> Kernel:
        """Return a kernel under the roof of the memory that its working set comes from."""
        return Kernel(name, flops, moved, seconds, self.behind(working_set), self.compute[0])
