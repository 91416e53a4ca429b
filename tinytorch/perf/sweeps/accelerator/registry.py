"""Every sweep of an accelerator by name, in the order of measuring."""

from __future__ import annotations

from collections.abc import Callable

from tinytorch.perf.sweeps.accelerator.copies import plan as copies
from tinytorch.perf.sweeps.accelerator.device import Device
from tinytorch.perf.sweeps.accelerator.elementwise import plan as elementwise
from tinytorch.perf.sweeps.accelerator.gelu import plan as gelu
from tinytorch.perf.sweeps.accelerator.gemm import plan as gemm
from tinytorch.perf.sweeps.accelerator.labels import COPIES, ELEMENTWISE, GELU, GEMM
from tinytorch.perf.sweeps.plan import Plan

ACCELERATOR_SWEEPS: dict[str, Callable[[Device], Plan]] = {
    GEMM: gemm,
    ELEMENTWISE: elementwise,
    GELU: gelu,
    COPIES: copies,
}
"""Sweep: what makes its plan for one device."""


def plans_for(device: Device) -> dict[str, Plan]:
    """Return the plans of every sweep for one device."""
    return {name: make(device) for name, make in ACCELERATOR_SWEEPS.items()}
