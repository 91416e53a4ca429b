"""Kernels to place under the roofline: products, element-wise operations, sums and GELU.

``n`` is the edge of the square matrix for products, and the number of elements for all others.
``threads`` is how many BLAS may use; whether it does is its own choice, by kernel and size.
Results go into arrays that exist already, so that a rate is the kernel's and not the allocator's.
The GELU functions make arrays of their own, since that is what tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import fused_gelu
from tinytorch.perf.context import thread_counts
from tinytorch.perf.ladders.gelu import eight_named_steps
from tinytorch.perf.ladders.gelu_expressions import (
    FLOPS_PER_ELEMENT,
    one_expression,
    one_expression_with_products,
)
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

Array = NDArray[Any]

FLOAT32, FLOAT64 = "float32", "float64"
BOTH = (FLOAT32, FLOAT64)

MATRIX_SIZES = (64, 128, 256, 512, 1024, 2048)
QUICK_MATRIX_SIZES = MATRIX_SIZES[:4]
MATRIX_VECTOR_SIZES = (512, 1024, 2048, 4096)
QUICK_MATRIX_VECTOR_SIZES = MATRIX_VECTOR_SIZES[:2]
VECTOR_SIZES = tuple(2**exponent for exponent in range(12, 25, 2))
QUICK_VECTOR_SIZES = VECTOR_SIZES[:5:2]


@dataclass(frozen=True)
class Kernel:
    """A kernel to time.

    Attributes
    ----------
    flops, values : callable
        Take n. FLOP of one call, and values of the arrays that it reads and writes, each once.
    call : callable
        Takes two operands and an array for the result.
    dtypes, threaded : tuple of str
        Types to time it with, and those for which BLAS may use several threads.
    """

    flops: Callable[[int], int]
    values: Callable[[int], int]
    call: Callable[[Array, Array, Array], object]
    dtypes: tuple[str, ...] = BOTH
    threaded: tuple[str, ...] = ()


def _gelu(function: Callable[[Array], object]) -> Kernel:
    return Kernel(
        flops=lambda n: FLOPS_PER_ELEMENT * n,
        values=lambda n: 2 * n,
        call=lambda x, _, __: function(x),
        dtypes=(FLOAT32,),
    )


@dataclass(frozen=True)
class Family:
    """Kernels that take turns on the same operands, size by size.

    Attributes
    ----------
    shapes : callable
        Takes n; shapes of the two operands and of the result.
    """

    kernels: dict[str, Kernel]
    shapes: Callable[[int], tuple[tuple[int, ...], ...]]
    sizes: tuple[int, ...]
    quick_sizes: tuple[int, ...]


FAMILIES = (
    Family(
        kernels={
            "matmul": Kernel(
                flops=lambda n: 2 * n**3,
                values=lambda n: 3 * n * n,
                call=lambda a, b, out: np.matmul(a, b, out=out),
                threaded=BOTH,
            )
        },
        shapes=lambda n: ((n, n), (n, n), (n, n)),
        sizes=MATRIX_SIZES,
        quick_sizes=QUICK_MATRIX_SIZES,
    ),
    Family(
        kernels={
            "matrix-vector product": Kernel(
                flops=lambda n: 2 * n * n,
                values=lambda n: n * n + 2 * n,
                call=lambda a, x, out: np.matmul(a, x, out=out),
                threaded=BOTH,
            )
        },
        shapes=lambda n: ((n, n), (n,), (n,)),
        sizes=MATRIX_VECTOR_SIZES,
        quick_sizes=QUICK_MATRIX_VECTOR_SIZES,
    ),
    Family(
        kernels={
            "add": Kernel(
                flops=lambda n: n,
                values=lambda n: 3 * n,
                call=lambda x, y, out: np.add(x, y, out=out),
            ),
            "multiply": Kernel(
                flops=lambda n: n,
                values=lambda n: 3 * n,
                call=lambda x, y, out: np.multiply(x, y, out=out),
            ),
            "exp": Kernel(
                flops=lambda n: n,
                values=lambda n: 2 * n,
                call=lambda x, _, out: np.exp(x, out=out),
            ),
            # np.sum would spend as long in Python as the smallest array takes.
            "sum": Kernel(
                flops=lambda n: n,
                values=lambda n: n + 1,
                call=lambda x, _, __: np.add.reduce(x),
            ),
            # OpenBLAS shares out this one over threads in float64 only.
            "dot product": Kernel(
                flops=lambda n: 2 * n,
                values=lambda n: 2 * n + 1,
                call=lambda x, y, _: np.dot(x, y),
                threaded=(FLOAT64,),
            ),
        },
        shapes=lambda n: ((n,), (n,), (n,)),
        sizes=VECTOR_SIZES,
        quick_sizes=QUICK_VECTOR_SIZES,
    ),
    Family(
        kernels={
            "eight named steps": _gelu(eight_named_steps),
            "one expression": _gelu(one_expression),
            "one expression, x*x*x": _gelu(one_expression_with_products),
            "fused_gelu": _gelu(lambda x: fused_gelu(Tensor(x))),
        },
        shapes=lambda n: ((n,), (0,), (0,)),
        sizes=VECTOR_SIZES,
        quick_sizes=QUICK_VECTOR_SIZES,
    ),
)


def _settings(family: Family) -> list[tuple[str, str, int]]:
    """Return kernel, type and threads of every case of one size, in order."""
    return [
        (name, dtype, threads)
        for name, kernel in family.kernels.items()
        for dtype in kernel.dtypes
        for threads in (thread_counts() if dtype in kernel.threaded else [1])
    ]


def _case(family: Family, name: str, n: int, dtype: str, threads: int) -> Case:
    kernel = family.kernels[name]
    return Case(
        labels={"kernel": name, "n": n, "dtype": dtype, "threads": threads},
        elements=n * n if len(family.shapes(n)[0]) == 2 else n,
        flops=kernel.flops(n),
        bytes=kernel.values(n) * np.dtype(dtype).itemsize,
    )


def _prepare(family: Family, n: int) -> list[Sampler]:
    settings = _settings(family)
    operands = {
        dtype: [activations(*shape, seed=seed).astype(dtype) for seed, shape in shapes]
        for dtype in dict.fromkeys(dtype for _, dtype, _ in settings)
        for shapes in [list(enumerate(family.shapes(n)))]
    }
    calls: list[Callable[[], object]] = [
        partial(family.kernels[name].call, *operands[dtype]) for name, dtype, _ in settings
    ]
    return in_turns(calls, [threads for *_, threads in settings])


def _groups(quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                _case(family, name, n, dtype, threads) for name, dtype, threads in _settings(family)
            ],
            prepare=partial(_prepare, family, n),
        )
        for family in FAMILIES
        for n in (family.quick_sizes if quick else family.sizes)
    ]


PLAN = Plan(
    name="kernels",
    title="Kernels to place under the roofline, by size, type and threads",
    counting=(
        "2 n^3 FLOP for a matrix product, 2 n^2 for one with a vector, 2 n for a dot product, one "
        "for each element of an addition, multiplication, exponential or sum, eight for each of "
        "GELU; bytes of each operand array once and of the result once, without write-allocate."
    ),
    groups=_groups,
)
