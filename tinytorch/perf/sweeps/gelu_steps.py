"""Where the time of each rung of the GELU ladder goes, step by step.

A rung is traced once; its steps are then played again and again, each timed within NumPy, with the
allocation of a new array. Their sum leaves out what happens between them: Python's own work for
each call, which shows in small arrays and blocks, and giving freed arrays back to the operating
system, which shows in large ones. Whole rungs, as they are called, are in the sweep gelu_ladder, on
the same input.
"""

from __future__ import annotations

from functools import partial

from tinytorch.perf.ladders.gelu import GELU_RUNGS
from tinytorch.perf.ladders.gelu_steps import gelu_steps
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.step_sampler import step_samplers
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan

SIZES = tuple(2**exponent for exponent in range(12, 25, 2))
QUICK_SIZES = SIZES[:5:2]


def _prepare(n: int) -> list[Sampler]:
    x = activations(n)
    samplers: list[Sampler] = []
    for name, rung in GELU_RUNGS.items():
        samplers += step_samplers(rung, x, [step.name for step in gelu_steps(name, n)])
    return samplers


def _groups(quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case(
                    labels={"rung": rung, "n": n, "step": step.name, "order": order},
                    elements=step.elements,
                    bytes=step.bytes,
                )
                for rung in GELU_RUNGS
                for order, step in enumerate(gelu_steps(rung, n), start=1)
            ],
            prepare=partial(_prepare, n),
        )
        for n in (QUICK_SIZES if quick else SIZES)
    ]


PLAN = Plan(
    name="gelu_steps",
    title="GELU on one thread, each step of each rung",
    counting=(
        "Bytes of the arrays that a step reads and writes, each once, without write-allocate; a "
        "rung that goes block by block has each step summed over its blocks. Seconds are those "
        "within NumPy: what Python does between the steps, and freeing arrays, is left out."
    ),
    groups=_groups,
)
