"""The roofs of the machine: the fastest matrix product and the widest memory traffic.

GEMM stands for the flat roof. Copy, add and triad (a = b + s c), kernels of J. McCalpin's STREAM,
on arrays well beyond the last-level cache stand for the slanted one.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tinytorch.perf.context import Context, thread_counts
from tinytorch.perf.sampling import CallSampler, Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

Array = NDArray[np.float32]

GEMM_SIZES = (512, 1024, 2048)
QUICK_GEMM_SIZES = (512, 1024)
GEMM = "GEMM float32"

# Triad in one pass over memory: NumPy needs two calls, so both go over a block that stays in L2.
TRIAD_BLOCK = 16_384
SMALLEST_ARRAY_BYTES = 64 * 2**20
LARGEST_ARRAY_BYTES = 512 * 2**20


def memory_array_elements(last_level_cache: int | None, memory: int | None) -> int:
    """Return how many float32 elements an array needs to lie in memory rather than in cache.

    Three arrays of this size are at least four times the last-level cache, as STREAM asks for, and
    take at most an eighth of the machine's memory.
    """
    wanted = max(SMALLEST_ARRAY_BYTES, 4 * (last_level_cache or 0) // 3)
    allowed = min(LARGEST_ARRAY_BYTES, (memory or 8 * LARGEST_ARRAY_BYTES) // 24)
    return min(wanted, allowed) // 4


def _copy(b: Array, c: Array, a: Array) -> None:
    np.copyto(a, b)


def _add(b: Array, c: Array, a: Array) -> None:
    np.add(b, c, out=a)


def _triad(b: Array, c: Array, a: Array) -> None:
    for start in range(0, a.size, TRIAD_BLOCK):
        block = slice(start, start + TRIAD_BLOCK)
        np.multiply(c[block], 0.5, out=a[block])
        np.add(a[block], b[block], out=a[block])


STREAMS: dict[str, tuple[int, Callable[[Array, Array, Array], None]]] = {
    "copy": (2, _copy),
    "add": (3, _add),
    "triad": (3, _triad),
}
"""Kernel: how many arrays it moves, and the call."""


class StreamSampler(CallSampler):
    """Time one streaming kernel, its arrays shared out over Python threads.

    NumPy's loops release the interpreter lock, so threads do run side by side on large arrays.
    """

    def __init__(
        self, kernel: Callable[[Array, Array, Array], None], arrays: list[Array], threads: int
    ) -> None:
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self.kernel = kernel
        self.shares = list(zip(*(np.array_split(array, threads) for array in arrays), strict=True))
        super().__init__(self._run)

    def _run(self) -> None:
        if self.pool is None:
            self.kernel(*self.shares[0])
            return
        for done in [self.pool.submit(self.kernel, *share) for share in self.shares]:
            done.result()

    def close(self) -> None:
        """End the threads."""
        if self.pool is not None:
            self.pool.shutdown()


def _prepare_streams(elements: int, counts: list[int]) -> list[Sampler]:
    arrays = [np.full(elements, value, dtype=np.float32) for value in (1, 2, 3)]
    return [
        StreamSampler(kernel, arrays, count) for _, kernel in STREAMS.values() for count in counts
    ]


def _prepare_gemm(n: int, counts: list[int]) -> list[Sampler]:
    a, b = activations(n, n, seed=1), activations(n, n, seed=2)
    out = np.empty_like(a)
    return in_turns([partial(np.matmul, a, b, out=out)] * len(counts), counts)


def _groups(quick: bool) -> list[Group]:
    counts = thread_counts()
    groups = []
    for n in QUICK_GEMM_SIZES if quick else GEMM_SIZES:
        cases = [
            Case({"kernel": GEMM, "n": n, "threads": count}, n * n, 2 * n**3, 12 * n * n)
            for count in counts
        ]
        groups.append(Group(cases, partial(_prepare_gemm, n, counts)))
    here = Context.here()
    elements = memory_array_elements(here.last_level_cache_bytes, here.memory_bytes)
    cases = [
        Case(
            labels={"kernel": kernel, "n": elements, "threads": count},
            elements=elements,
            bytes=4 * arrays * elements,
        )
        for kernel, (arrays, _) in STREAMS.items()
        for count in counts
    ]
    groups.append(Group(cases, partial(_prepare_streams, elements, counts)))
    return groups


PLAN = Plan(
    name="ceilings",
    title="Ceilings of this machine: float32 GEMM, copy, add and triad",
    counting=(
        "2 n^3 FLOP a product; eight bytes per element for copy, twelve for add and triad, without "
        "write-allocate; n is the edge of the matrices or the length of the arrays."
    ),
    groups=_groups,
)
