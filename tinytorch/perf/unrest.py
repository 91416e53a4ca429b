"""How much of the machine is taken by something else, seen from within.

A virtual machine or a core that shares its units with another cannot ask what its neighbours do. It
can run the same short loop again and again: on a quiet machine every run takes the same time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from tinytorch.perf.sampling import Clock, garbage_collection_paused

RUNS = 300
STEPS = 10_000
# What the upper quartile may lie above the shortest run for the machine to count as quiet.
QUIET = 0.05


def unrest(clock: Clock = time.perf_counter, loop: Callable[[], object] | None = None) -> float:
    """Return how far the upper quartile of equal loops lies above the shortest, as a share.

    Takes about a fifth of a second.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    loop : callable, optional
        What to run; by default a sum of integers.

    Returns
    -------
    float
        0 on a machine without any disturbance; 1 where every fourth run takes twice as long.
    """
    run = loop if loop is not None else _count
    seconds = []
    with garbage_collection_paused():
        run()
        for _ in range(RUNS):
            start = clock()
            run()
            seconds.append(clock() - start)
    return float(np.percentile(seconds, 75) / min(seconds)) - 1


def verdict(share: float) -> str:
    """Say in a sentence whether a machine with this unrest is quiet enough to measure on.

    Parameters
    ----------
    share : float
        From `unrest`.
    """
    if share <= QUIET:
        return f"The machine was quiet: equal loops took the same time within {100 * share:.0f} %."
    return (
        f"The machine was not quiet: one in four of equal loops took at least {1 + share:.2f} "
        f"times the shortest, so something else uses its cores. Roofs may be too low; measure "
        f"again later."
    )


def _count() -> int:
    return sum(range(STEPS))
