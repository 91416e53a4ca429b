"""Copies within the device's memory, and over the bus that joins it to the host."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.accelerator.agreement import require_agreement
from tinytorch.perf.sweeps.accelerator.device import Device
from tinytorch.perf.sweeps.accelerator.labels import (
    COPIES,
    ON_DEVICE,
    TO_DEVICE_PAGEABLE,
    TO_DEVICE_PINNED,
    TO_HOST_PINNED,
)
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan

SIZES = tuple(2**exponent for exponent in range(10, 27, 4))
QUICK_SIZES = SIZES[:4]

BYTES_PER_ELEMENT = {
    ON_DEVICE: 8,
    TO_DEVICE_PINNED: 4,
    TO_DEVICE_PAGEABLE: 4,
    TO_HOST_PINNED: 4,
}
"""Copy: a value is read and written within the device, and crosses the bus once."""


def available_copies(device: Device) -> list[str]:
    """Return the copies that this machine can make: pinned memory is not known everywhere."""
    try:
        pinned = bool(device.torch.empty(1).pin_memory().is_pinned())
    except RuntimeError:
        pinned = False
    return [copy for copy in BYTES_PER_ELEMENT if pinned or "pinned" not in copy]


def _prepare(device: Device, n: int, copies: list[str]) -> list[Sampler]:
    values = activations(n)
    calls: list[Callable[[], object]] = []
    for copy in copies:
        source: Any = device.torch.from_numpy(values)
        target: Any = device.torch.zeros(n)
        if copy in (TO_DEVICE_PINNED, TO_DEVICE_PAGEABLE, ON_DEVICE):
            target = device.put(np.zeros_like(values))
        if copy in (TO_HOST_PINNED, ON_DEVICE):
            source = device.put(values)
        if copy == TO_DEVICE_PINNED:
            source = source.pin_memory()
        if copy == TO_HOST_PINNED:
            target = target.pin_memory()
        call = partial(target.copy_, source, non_blocking="pinned" in copy)
        call()
        device.synchronize()
        require_agreement(
            f"copy {copy}, n = {n}", device.fetch(target), values.astype(np.float64), 0.0
        )
        calls.append(call)
    return device.in_turns(calls)


def _groups(device: Device, quick: bool) -> list[Group]:
    copies = available_copies(device)
    # Each copy has at most two arrays on the device.
    sizes = device.sizes_that_fit(
        QUICK_SIZES if quick else SIZES, lambda n: 2 * 4 * n * len(copies)
    )
    return [
        Group(
            cases=[
                Case({"copy": copy, "n": n}, elements=n, bytes=BYTES_PER_ELEMENT[copy] * n)
                for copy in copies
            ],
            prepare=partial(_prepare, device, n, copies),
        )
        for n in sizes
    ]


def plan(device: Device) -> Plan:
    """Return the sweep for one device."""
    return Plan(
        name=COPIES,
        title="Copies within the device and over the bus",
        counting=(
            "Eight bytes per float32 value copied within the device (one read, one write), four "
            "for a value that crosses the bus; pinned host memory cannot be paged out, so that the "
            "device fetches it without the processor's help."
        ),
        groups=partial(_groups, device),
    )
