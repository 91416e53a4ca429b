"""GELU on the device: eight steps one after the other, and the same steps in one kernel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from tinytorch.perf.ladders.gelu import eight_named_steps
from tinytorch.perf.ladders.gelu_expressions import (
    BYTES_PER_ELEMENT,
    COUNTING,
    FLOPS_PER_ELEMENT,
)
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.accelerator.agreement import require_agreement
from tinytorch.perf.sweeps.accelerator.device import Device
from tinytorch.perf.sweeps.accelerator.labels import (
    COMPILED_STEPS,
    EAGER_STEPS,
    GELU,
    ONE_KERNEL,
)
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan

SIZES = tuple(2**exponent for exponent in range(10, 27, 2))
QUICK_SIZES = SIZES[:6]

TOLERANCE = 1e-5
CHECKED = 2**16

# The input, and the eight arrays that the eight steps keep alive.
ARRAYS = 9

Gelu = Callable[[Any], Any]


@cache
def available_rungs(device: Device) -> dict[str, Gelu]:
    """Return the ways to compute GELU that this installation of PyTorch has, by name."""

    def eager(x: Any) -> Any:
        return eight_named_steps(x, device.torch.tanh)

    rungs: dict[str, Gelu] = {EAGER_STEPS: eager}
    # fullgraph: an error, rather than eager steps under the name of a compiled kernel.
    compiled = device.torch.compile(eager, fullgraph=True, dynamic=True)
    try:
        compiled(device.put(activations(64)))
    except Exception:  # no compiler, no Triton, no support for this device: each has its own error
        pass
    else:
        rungs[COMPILED_STEPS] = compiled
    rungs[ONE_KERNEL] = partial(device.torch.nn.functional.gelu, approximate="tanh")
    return rungs


def _prepare(device: Device, n: int) -> list[Sampler]:
    values = activations(n)
    x = device.put(values)
    step = max(1, n // CHECKED)
    expected = eight_named_steps(values[::step].astype(np.float64))
    calls: list[Callable[[], object]] = []
    for rung, gelu in available_rungs(device).items():
        require_agreement(f"{rung}, n = {n}", device.fetch(gelu(x)[::step]), expected, TOLERANCE)
        calls.append(partial(gelu, x))
    return device.in_turns(calls)


def _groups(device: Device, quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case(
                    labels={"rung": rung, "n": n},
                    elements=n,
                    flops=FLOPS_PER_ELEMENT * n,
                    bytes=BYTES_PER_ELEMENT * n,
                )
                for rung in available_rungs(device)
            ],
            prepare=partial(_prepare, device, n),
        )
        for n in device.sizes_that_fit(QUICK_SIZES if quick else SIZES, lambda n: 4 * ARRAYS * n)
    ]


def plan(device: Device) -> Plan:
    """Return the sweep for one device."""
    return Plan(
        name=GELU,
        title="GELU on the device: eight kernels, and one",
        counting=(
            f"{COUNTING} Arrays stay on the device; calls follow one another, and the clock is "
            f"read when the device has finished them all."
        ),
        groups=partial(_groups, device),
    )
