"""np.matmul over sizes, on one thread and on every core."""

from __future__ import annotations

from functools import partial

import numpy as np

from tinytorch.perf.acceleration import matmul_cost
from tinytorch.perf.context import thread_counts
from tinytorch.perf.ladders.matmul import COUNTING
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

SIZES = (32, 64, 128, 256, 512, 1024, 2048)
QUICK_SIZES = SIZES[:6]


def _prepare(n: int) -> list[Sampler]:
    a, b = activations(n, n, seed=1), activations(n, n, seed=2)
    counts = thread_counts()
    return in_turns([partial(np.matmul, a, b)] * len(counts), counts)


def _groups(quick: bool) -> list[Group]:
    groups = []
    for n in QUICK_SIZES if quick else SIZES:
        flops, moved = matmul_cost(n, n, n)
        groups.append(
            Group(
                cases=[
                    Case({"n": n, "threads": count}, elements=n * n, flops=flops, bytes=moved)
                    for count in thread_counts()
                ],
                prepare=partial(_prepare, n),
            )
        )
    return groups


PLAN = Plan(
    name="matmul_threads",
    title="np.matmul on one thread and on all cores",
    counting=COUNTING,
    groups=_groups,
)
