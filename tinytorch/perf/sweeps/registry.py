"""Every sweep by name, in the order of measuring. A new sweep is a new file and a line here."""

from __future__ import annotations

from tinytorch.perf.sweeps import (
    allocation_reuse,
    blas_kernel,
    ceilings,
    elementwise,
    gelu_ladder,
    gelu_steps,
    kernels,
    layout,
    matmul_ladder,
    matmul_threads,
    mlp_block,
    stride,
    tiled_matmul,
    transformer_block,
)
from tinytorch.perf.sweeps.plan import Plan

SWEEPS: dict[str, Plan] = {
    sweep.PLAN.name: sweep.PLAN
    for sweep in (
        ceilings,
        gelu_ladder,
        gelu_steps,
        matmul_ladder,
        tiled_matmul,
        matmul_threads,
        blas_kernel,
        elementwise,
        layout,
        stride,
        allocation_reuse,
        transformer_block,
        mlp_block,
        kernels,
    )
}
