"""Element-wise operations on arrays well beyond the device's caches."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.accelerator.agreement import require_agreement
from tinytorch.perf.sweeps.accelerator.device import Device
from tinytorch.perf.sweeps.accelerator.labels import ELEMENTWISE
from tinytorch.perf.sweeps.inputs import positive
from tinytorch.perf.sweeps.plan import Case, Group, Plan

SIZES = (2**20, 2**22, 2**24, 2**26, 2**28)
QUICK_SIZES = SIZES[:2]

OPERATIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "add": (2, np.add),
    "multiply": (2, np.multiply),
    "exp": (1, np.exp),
}
"""Operation, of the same name in PyTorch: how many arrays it reads, and NumPy's function."""

# Inputs lie between 0.5 and 1.5: no result is larger than exp(1.5), about 4.5.
TOLERANCE = 1e-5
CHECKED = 2**16


def _prepare(device: Device, n: int) -> list[Sampler]:
    inputs = [positive(n, seed=1), positive(n, seed=2)]
    on_device = [device.put(values) for values in inputs]
    out = device.torch.empty_like(on_device[0])
    step = max(1, n // CHECKED)
    calls = []
    for name, (reads, numpys) in OPERATIONS.items():
        call = partial(getattr(device.torch, name), *on_device[:reads], out=out)
        call()
        require_agreement(
            f"{name}, n = {n}",
            device.fetch(out[::step]),
            numpys(*(values[::step].astype(np.float64) for values in inputs[:reads])),
            TOLERANCE,
        )
        calls.append(call)
    return device.in_turns(calls)


def _groups(device: Device, quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case({"operation": name, "n": n}, elements=n, flops=n, bytes=4 * n * (reads + 1))
                for name, (reads, _) in OPERATIONS.items()
            ],
            prepare=partial(_prepare, device, n),
        )
        for n in device.sizes_that_fit(QUICK_SIZES if quick else SIZES, lambda n: 12 * n)
    ]


def plan(device: Device) -> Plan:
    """Return the sweep for one device."""
    return Plan(
        name=ELEMENTWISE,
        title="Element-wise operations on the device",
        counting=(
            "One FLOP per element and operation; four bytes for each float32 value read or "
            "written. Arrays stay on the device; calls follow one another, and the clock is read "
            "when the device has finished them all."
        ),
        groups=partial(_groups, device),
    )
