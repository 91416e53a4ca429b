"""The two kernels that are compared: operands, reference, sizes and counting rule of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.peer import Array
from tinytorch.perf.acceleration import matmul_cost
from tinytorch.perf.ladders import gelu_expressions, matmul
from tinytorch.perf.ladders.gelu_expressions import CUBIC, SCALE
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case

Reference = NDArray[np.float64]


@dataclass(frozen=True)
class Kernel:
    """One kernel.

    Attributes
    ----------
    name : str
        As peers offer it and as the command line asks for it.
    title, counting : str
        What its sweep shows, and by which rule FLOP and bytes are counted.
    yardstick : str
        Name of the peer that the others' times are divided by.
    sizes, quick_sizes : tuple of int
    trial : int
        Size at which results are checked: no multiple of a block, a tile or a vector.
    tolerance : float
        Largest difference from the reference that rounding to float32 explains, absolute for
        values up to 1 and relative above.
    operands : callable
        Takes a size and returns the float32 operands, the same at every call.
    reference : callable
        Takes the operands and returns the result in float64.
    case : callable
        Takes labels and a size and returns the case with its counts.
    """

    name: str
    title: str
    counting: str
    yardstick: str
    sizes: tuple[int, ...]
    quick_sizes: tuple[int, ...]
    trial: int
    tolerance: float
    operands: Callable[[int], tuple[Array, ...]]
    reference: Callable[..., Reference]
    case: Callable[[str, int, int], Case]

    @property
    def sweep(self) -> str:
        """Name of its sweep in the recording."""
        return f"peers_{self.name}"


def _gelu_reference(x: Array) -> Reference:
    wide = x.astype(np.float64)
    result: Reference = 0.5 * wide * (1 + np.tanh(SCALE * (wide + CUBIC * wide**3)))
    return result


def _gelu_case(peer: str, n: int, threads: int) -> Case:
    return Case(
        {"peer": peer, "n": n, "threads": threads},
        elements=n,
        flops=gelu_expressions.FLOPS_PER_ELEMENT * n,
        bytes=gelu_expressions.BYTES_PER_ELEMENT * n,
    )


def _matmul_reference(a: Array, b: Array) -> Reference:
    result: Reference = a.astype(np.float64) @ b.astype(np.float64)
    return result


def _matmul_case(peer: str, n: int, threads: int) -> Case:
    flops, moved = matmul_cost(n, n, n)
    return Case(
        {"peer": peer, "n": n, "threads": threads}, elements=n * n, flops=flops, bytes=moved
    )


GELU = Kernel(
    name="gelu",
    title="GELU beside other libraries, on one thread and on all cores",
    counting=gelu_expressions.COUNTING,
    yardstick="fused_gelu",
    sizes=tuple(2**exponent for exponent in range(10, 25, 2)),
    quick_sizes=tuple(2**exponent for exponent in (12, 16, 20)),
    trial=2**17 + 3,
    tolerance=1e-5,
    operands=lambda n: (activations(n),),
    reference=_gelu_reference,
    case=_gelu_case,
)

MATMUL = Kernel(
    name="matmul",
    title="Square matmul beside other libraries, on one thread and on all cores",
    counting=matmul.COUNTING,
    yardstick="np.matmul",
    sizes=(128, 256, 512, 1024, 2048),
    quick_sizes=(128, 512),
    trial=203,
    tolerance=1e-4,
    operands=lambda n: (activations(n, n, seed=1), activations(n, n, seed=2)),
    reference=_matmul_reference,
    case=_matmul_case,
)

KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in (GELU, MATMUL)}
