"""GELU, every rung of the ladder, from 2^10 to 2^24 elements."""

from __future__ import annotations

from functools import partial

from tinytorch.perf.ladders.gelu import GELU_RUNGS
from tinytorch.perf.ladders.gelu_expressions import BYTES_PER_ELEMENT, COUNTING, FLOPS_PER_ELEMENT
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

SIZES = tuple(2**exponent for exponent in range(10, 25, 2))
QUICK_SIZES = SIZES[:6]


def _prepare(n: int) -> list[Sampler]:
    x = activations(n)
    return in_turns([partial(rung, x) for rung in GELU_RUNGS.values()])


def _groups(quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case(
                    labels={"rung": rung, "n": n},
                    elements=n,
                    flops=FLOPS_PER_ELEMENT * n,
                    bytes=BYTES_PER_ELEMENT * n,
                )
                for rung in GELU_RUNGS
            ],
            prepare=partial(_prepare, n),
        )
        for n in (QUICK_SIZES if quick else SIZES)
    ]


PLAN = Plan(
    name="gelu_ladder",
    title="GELU on one thread, rung by rung",
    counting=COUNTING,
    groups=_groups,
)
