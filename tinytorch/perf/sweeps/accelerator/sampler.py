"""Timing calls on a device that works on while the host goes ahead."""

from __future__ import annotations

import time
from collections.abc import Callable

from tinytorch.perf.sampling import Clock, calls_a_sample

# A sample is far longer than the one wait at its end, which costs about ten microseconds.
SHORTEST_SAMPLE_SECONDS = 10e-3
# A GPU that was idle takes this long to reach the clock rate that it keeps under load.
WARM_UP_SECONDS = 0.2
FEWEST_WARM_UPS = 4


class DeviceSampler:
    """Time a call that only starts work: the clock is read when the device has finished it.

    Within a sample calls follow one another without waiting, as they do in a program.

    Parameters
    ----------
    call : callable
        Called without arguments.
    synchronize : callable
        Returns when the device has nothing left to do.
    clock : callable
        Returns seconds; replaced in tests.
    """

    def __init__(
        self,
        call: Callable[[], object],
        synchronize: Callable[[], None],
        clock: Clock = time.perf_counter,
    ) -> None:
        self.call = call
        self.synchronize = synchronize
        self.clock = clock
        self.calls = 1

    def warm_up(self) -> float:
        """Sample until clock rate and caches have settled, choosing the calls a sample meanwhile.

        More than once, because one call alone is mostly the wait behind it.
        """
        start = self.clock()
        samples = 0
        while samples < FEWEST_WARM_UPS or self.clock() - start < WARM_UP_SECONDS:
            once = self.sample()
            self.calls = calls_a_sample(once, SHORTEST_SAMPLE_SECONDS)
            samples += 1
        return self.calls * once

    def sample(self) -> float:
        """Return the seconds of one call, as the mean over the calls of this sample."""
        call, repeats = self.call, range(self.calls)
        self.synchronize()
        start = self.clock()
        for _ in repeats:
            call()
        self.synchronize()
        return (self.clock() - start) / self.calls

    def close(self) -> None:
        """Nothing is held."""
