"""What each rung of the GELU ladder does, step by step: facts that need no clock."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from tinytorch.perf.ladders.gelu import GELU_RUNGS
from tinytorch.perf.steps import Step, trace

# From here on a larger array only makes the same steps longer, or more of the same blocks: it is
# above the sizes at which NumPy begins to write over nameless arrays, and many blocks long.
SAME_FROM = 2**18


@cache
def gelu_steps(rung: str, n: int) -> tuple[Step, ...]:
    """Return the steps of one rung over n float32 elements, summed over its blocks.

    Parameters
    ----------
    rung : str
        A key of `GELU_RUNGS`.
    n : int
        Number of elements.

    Returns
    -------
    tuple of Step
        In order; their seconds are 0.

    Raises
    ------
    RuntimeError
        If a step of the rung cannot be watched.
    """
    times = n // SAME_FROM if n % SAME_FROM == 0 else 1
    x = np.zeros(n // max(1, times), dtype=np.float32)
    watched = trace(GELU_RUNGS[rung], x, clock=lambda: 0.0)
    if not watched.complete:
        raise RuntimeError(f"The rung {rung!r} cannot be traced: {watched.reason}")
    return (
        tuple(_longer(step, times) for step in watched.by_kind())
        if times > 1
        else watched.by_kind()
    )


def _longer(step: Step, times: int) -> Step:
    """Return the step for an array so many times as long."""
    return replace(
        step,
        calls=step.calls * times if step.calls > 1 else 1,
        elements=step.elements * times,
        bytes_read=step.bytes_read * times,
        bytes_written=step.bytes_written * times,
        bytes_fetched=step.bytes_fetched * times,
        bytes_alive=step.bytes_alive * times,
    )
