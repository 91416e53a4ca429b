"""Square matmul, every rung of the ladder, as far as each is bearable."""

from __future__ import annotations

from functools import partial

from tinytorch.perf.acceleration import matmul_cost
from tinytorch.perf.ladders.matmul import COUNTING, LARGEST_N, MATMUL_RUNGS
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

SIZES = (32, 64, 128, 256, 512, 1024)
QUICK_SIZES = SIZES[:5]


def _rungs(n: int) -> list[str]:
    return [rung for rung in MATMUL_RUNGS if n <= LARGEST_N.get(rung, n)]


def _prepare(n: int) -> list[Sampler]:
    a, b = activations(n, n, seed=1), activations(n, n, seed=2)
    return in_turns([partial(MATMUL_RUNGS[rung], a, b) for rung in _rungs(n)])


def _groups(quick: bool) -> list[Group]:
    groups = []
    for n in QUICK_SIZES if quick else SIZES:
        flops, moved = matmul_cost(n, n, n)
        groups.append(
            Group(
                cases=[
                    Case({"rung": rung, "n": n}, elements=n * n, flops=flops, bytes=moved)
                    for rung in _rungs(n)
                ],
                prepare=partial(_prepare, n),
            )
        )
    return groups


PLAN = Plan(
    name="matmul_ladder",
    title="Square matmul on one thread, rung by rung",
    counting=COUNTING,
    groups=_groups,
)
