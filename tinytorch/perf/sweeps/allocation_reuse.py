"""A fresh array for every result, against one array that is used again."""

from __future__ import annotations

from functools import partial

import numpy as np

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

SIZES = tuple(2**exponent for exponent in range(12, 25, 2))
QUICK_SIZES = SIZES[:6]
FRESH = "fresh array each time"
REUSED = "out="


def _prepare(n: int) -> list[Sampler]:
    x, y = activations(n, seed=1), activations(n, seed=2)
    out = np.empty_like(x)
    return in_turns([partial(np.add, x, y), partial(np.add, x, y, out=out)])


def _groups(quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case({"variant": variant, "n": n}, elements=n, flops=n, bytes=12 * n)
                for variant in (FRESH, REUSED)
            ],
            prepare=partial(_prepare, n),
        )
        for n in (QUICK_SIZES if quick else SIZES)
    ]


PLAN = Plan(
    name="allocation_reuse",
    title="Adding two arrays into a fresh array and into one that is reused",
    counting="One FLOP and twelve bytes per element: two float32 values read, one written.",
    groups=_groups,
)
