"""The caches that are simulated."""

from __future__ import annotations

from dataclasses import dataclass

from tinytorch.perf.profiling import capacity
from tinytorch.perf.traffic.access import LINE_BYTES


@dataclass(frozen=True)
class Level:
    """One level of cache.

    Attributes
    ----------
    name : str
        ``"L1"``, ``"L2"``, ...
    size_bytes : int
        Capacity.
    ways : int
        Lines of one set: a line may lie in one set only, the one its address selects.
    """

    name: str
    size_bytes: int
    ways: int

    @property
    def sets(self) -> int:
        """Number of sets."""
        return self.size_bytes // (self.ways * LINE_BYTES)

    @property
    def size(self) -> str:
        """Capacity in words: ``"32 KiB"``."""
        return capacity(self.size_bytes)


# One core of the machine that the book's measurements were recorded on: sizes and ways as Linux
# reports them there (/sys/devices/system/cpu/cpu0/cache). Fixed here rather than read, so that
# everyone who runs the simulation gets the same counts.
LEVELS = (
    Level("L1", 32 * 2**10, ways=8),
    Level("L2", 512 * 2**10, ways=8),
    Level("L3", 32 * 2**20, ways=16),
)
