"""Square matrix products on the device, in float32 and in the precisions of its tensor cores."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.accelerator.agreement import require_agreement
from tinytorch.perf.sweeps.accelerator.device import Device
from tinytorch.perf.sweeps.accelerator.labels import FLOAT32, GEMM
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan

SIZES = (256, 512, 1024, 2048, 4096, 8192)
QUICK_SIZES = SIZES[:4]

PRECISIONS: dict[str, tuple[int, float]] = {
    FLOAT32: (4, 1e-4),
    "float16": (2, 1e-2),
    "bfloat16": (2, 5e-2),
}
"""Precision: bytes of a value, and what rounding explains as a share of sqrt(n).

An element of the product is a sum of n products of normal values, so it is about sqrt(n) large.
TF32 keeps ten bits of each factor and is off by about 1e-3 of that, so that a product that claims
float32 and was computed in TF32 is refused.
"""

# Rows and columns of the product that are computed again on the host.
CHECKED = 16


def available_precisions(device: Device) -> list[str]:
    """Return the precisions in which this device multiplies at all."""
    found = []
    for precision in PRECISIONS:
        try:
            ones = device.put(np.ones((8, 8), dtype=np.float32), precision)
            device.torch.matmul(ones, ones)
        except (RuntimeError, TypeError):  # what PyTorch raises for a precision it lacks there
            continue
        found.append(precision)
    return found


def _bytes(n: int, precisions: list[str]) -> int:
    return sum(3 * n * n * PRECISIONS[precision][0] for precision in precisions)


def _prepare(device: Device, n: int, precisions: list[str]) -> list[Sampler]:
    # The default, unless an environment variable or a program set it otherwise.
    device.torch.set_float32_matmul_precision("highest")
    a, b = activations(n, n, seed=1), activations(n, n, seed=2)
    step = max(1, n // CHECKED)
    expected = a[::step].astype(np.float64) @ b[:, ::step].astype(np.float64)
    calls = []
    for precision in precisions:
        left, right = device.put(a, precision), device.put(b, precision)
        out = device.torch.empty_like(left)
        call = partial(device.torch.matmul, left, right, out=out)
        call()
        require_agreement(
            f"GEMM {precision}, n = {n}",
            device.fetch(out[::step, ::step]),
            expected,
            PRECISIONS[precision][1] * math.sqrt(n),
        )
        calls.append(call)
    return device.in_turns(calls)


def _groups(device: Device, quick: bool) -> list[Group]:
    precisions = available_precisions(device)
    sizes = device.sizes_that_fit(
        QUICK_SIZES if quick else SIZES, partial(_bytes, precisions=precisions)
    )
    return [
        Group(
            cases=[
                Case(
                    labels={"precision": precision, "n": n},
                    elements=n * n,
                    flops=2 * n**3,
                    bytes=_bytes(n, [precision]),
                )
                for precision in precisions
            ],
            prepare=partial(_prepare, device, n, precisions),
        )
        for n in sizes
    ]


def plan(device: Device) -> Plan:
    """Return the sweep for one device."""
    return Plan(
        name=GEMM,
        title="Square matrix products on the device, by precision",
        counting=(
            "2 n^3 FLOP a product, each matrix moved once; float32 is computed in float32 (TF32 is "
            "off), float16 and bfloat16 as the device's tensor cores take them. Inputs and results "
            "stay on the device; calls follow one another, and the clock is read when the device "
            "has finished them all."
        ),
        groups=partial(_groups, device),
    )
