"""Where the controls of the roofline explorer stand, and what its data has there."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tinytorch.explore.explorers.counts import counted
from tinytorch.explore.explorers.roofs import Roofs
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.kernel import Kernel
from tinytorch.perf.roof import Roof, exactly
from tinytorch.perf.spread import Spread, significant

# What nobody timed has roofs all the same, but no rate.
NEVER_RAN = exactly(math.inf)


@dataclass(frozen=True)
class Spot:
    """A machine, a kernel, and how it is run.

    Attributes
    ----------
    payload, machine : dict
        All data, and that of the machine.
    kernel, dtype : str
    threads, n : int
    """

    payload: dict[str, Any]
    machine: dict[str, Any]
    kernel: str
    dtype: str
    threads: int
    n: int

    @classmethod
    def near(cls, payload: dict[str, Any], wanted: dict[str, Any], start: dict[str, Any]) -> Spot:
        """Return the spot that a state names, or the nearest that the data has."""

        def one_of(offered: Collection[Any], key: str) -> Any:
            for value in (wanted[key], start[key]):
                if value in offered:
                    return value
            return next(iter(offered))

        machines = {machine["name"]: machine for machine in payload["machines"]}
        machine = machines[one_of(machines, "machine")]
        kernel = one_of(kernels(payload, machine), "kernel")
        dtype = one_of(precisions(machine, kernel), "dtype")
        threads = one_of(thread_counts(machine), "threads")
        spot = cls(payload, machine, kernel, dtype, threads, 0)
        return spot.at(_nearest(spot.sizes, wanted["n"]))

    def at(self, n: int) -> Spot:
        """Return the spot with another size."""
        return replace(self, n=n)

    @property
    def is_sheet(self) -> bool:
        """Whether nothing was measured on this machine."""
        return bool(self.machine["kind"] == "sheet")

    @property
    def roofs(self) -> Roofs | None:
        """The roofs to be under; None until those of this machine are measured."""
        if not self.machine["memory"]:
            found = self.payload["roofs"]
            return Roofs.from_payload(found) if found else None
        memory = next(of for count, of in self.machine["memory"] if count == self.threads)
        compute = next(
            of
            for dtype, count, of in self.machine["compute"]
            if (dtype, count) == (self.dtype, self.threads)
        )
        return Roofs(
            tuple(Roof(name, exactly(rate)) for name, rate, _ in memory),
            {name: smallest for name, _, smallest in memory},
            tuple(Roof(name, exactly(rate)) for name, rate in compute),
        )

    @property
    def sizes(self) -> list[int]:
        """The sizes to choose from: all, or where a recording is played, those that it has."""
        every: list[int] = self._entry["sizes"]
        if self.is_sheet or self.payload["home"] == "here":
            return every
        return [n for n in every if self.at(n).seconds]

    @property
    def seconds(self) -> Spread | None:
        """Time of one call; None if it was not measured.

        A kernel that was not timed with this number of threads uses one, whatever it may use.
        """
        series = {
            threads: times
            for kernel, dtype, threads, times in self.machine["times"]
            if (kernel, dtype) == (self.kernel, self.dtype)
        }
        times = series.get(self.threads, series.get(1))
        found = times and times[self._entry["sizes"].index(self.n)]
        if not found:
            return None
        middle, low, high = (time / 1e6 for time in found)
        # How often it was run does not travel: it is not shown.
        return Spread(middle, low, high, runs=1)

    @property
    def flops(self) -> int:
        """FLOP of one call."""
        return counted(self._entry["flops"], self.n)

    @property
    def moved(self) -> int:
        """Bytes that one call reads and writes, each once, so that they are the working set too."""
        return counted(self._entry["values"], self.n) * int(self.payload["bytes"][self.dtype])

    @property
    def words(self) -> str:
        """The size in words."""
        if self._entry["edge"]:
            return f"{self.n:,} × {self.n:,}"
        return f"{power_of_two(self.n)} elements"

    def place(self) -> Kernel | None:
        """Return the kernel under the roof of the memory that its working set comes from."""
        seconds, moved = self.seconds or NEVER_RAN, self.moved
        roofs = self.roofs
        return roofs.kernel(self.kernel, self.flops, moved, seconds, moved) if roofs else None

    def rate(self, value: float) -> str:
        """Write the rate of a roof: three digits of a measurement, all of a data sheet."""
        return f"{value:,.0f}" if self.is_sheet else significant(value)

    @property
    def _entry(self) -> dict[str, Any]:
        """What is known of the kernel; one with the costs of another stands under its name."""
        entries = self.payload["kernels"]
        entry = entries[self.kernel]
        found: dict[str, Any] = entries[entry] if isinstance(entry, str) else entry
        return found


def kernels(payload: dict[str, Any], machine: dict[str, Any]) -> list[str]:
    """Return the kernels that were timed on a machine, or that a data sheet has roofs for."""
    return list(dict.fromkeys(kernel for kernel, *_ in machine["times"])) or payload["sheet"]


def precisions(machine: dict[str, Any], kernel: str) -> list[str]:
    """Return the precisions in which a kernel was timed, or for which a data sheet has roofs."""
    timed = [dtype for name, dtype, *_ in machine["times"] if name == kernel]
    return list(dict.fromkeys(timed or [dtype for dtype, *_ in machine["compute"]]))


def thread_counts(machine: dict[str, Any]) -> list[int]:
    """Return the numbers of threads that there are roofs for."""
    return [threads for threads, _ in machine["memory"]] or [1]


def _nearest(sizes: Sequence[int], n: Any) -> int:
    """Return the size next to n, or the largest for an n that is no size at all.

    Such as the n of another kernel: 1024 is the edge of a matrix, and few elements of a vector.
    """
    if not isinstance(n, int | float) or not sizes[0] / 2 <= n <= sizes[-1] * 2:
        return sizes[-1]
    return min(sizes, key=lambda size: abs(math.log(size / n)))
