"""The same matmul with other kernels of OpenBLAS: what an instruction set is worth.

OpenBLAS chooses its kernel once, when it is loaded, so each kernel lives in a process of its own
and answers over a pipe when its turn comes.
"""

from __future__ import annotations

import sys
from functools import cache, partial

from tinytorch.perf.acceleration import matmul_cost
from tinytorch.perf.context import Context, cpu_flags
from tinytorch.perf.ladders.matmul import COUNTING
from tinytorch.perf.process_sampler import ProcessSampler
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.plan import Case, Group, Plan

SIZE = 1024

REQUIRED_FLAGS: dict[str, frozenset[str]] = {
    "Prescott": frozenset({"pni"}),
    "Nehalem": frozenset({"sse4_2"}),
    "Sandybridge": frozenset({"avx"}),
    "Haswell": frozenset({"avx2", "fma"}),
    "Zen": frozenset({"avx2", "fma"}),
    "SkylakeX": frozenset({"avx512f", "avx512dq", "avx512bw", "avx512vl"}),
    "Cooperlake": frozenset({"avx512f", "avx512_bf16"}),
    "SapphireRapids": frozenset({"avx512f", "avx512_bf16", "amx_bf16"}),
}
"""OpenBLAS core type, oldest first: the flags in /proc/cpuinfo without which it would crash."""

_WORKER = """
import sys, time
import numpy as np
from threadpoolctl import threadpool_info
n = int(sys.argv[1])
rng = np.random.default_rng(0)
a, b = (rng.standard_normal((n, n), dtype=np.float32) for _ in range(2))
out = a @ b
print(*(pool.get("architecture") for pool in threadpool_info() if pool["user_api"] == "blas"))
sys.stdout.flush()
for _ in sys.stdin:
    start = time.perf_counter()
    np.matmul(a, b, out=out)
    print(time.perf_counter() - start, flush=True)
"""


def kernel_sampler(coretype: str, n: int) -> ProcessSampler:
    """Time one matmul in a process whose OpenBLAS was told which kernel to use."""
    return ProcessSampler(
        [sys.executable, "-c", _WORKER, str(n)],
        {"OPENBLAS_CORETYPE": coretype, "OPENBLAS_NUM_THREADS": "1"},
    )


@cache
def runnable_coretypes() -> list[str]:
    """Return the core types that this CPU can run and this OpenBLAS knows, oldest first.

    Empty where BLAS is not OpenBLAS, or the system does not tell its CPU's flags.
    """
    if not (Context.here().blas or "").startswith("OpenBLAS"):
        return []
    flags = cpu_flags()
    runnable = []
    for coretype, required in REQUIRED_FLAGS.items():
        if required <= flags:
            sampler = kernel_sampler(coretype, 8)
            # A core type that this build of OpenBLAS does not have falls back to another one.
            if sampler.introduction == coretype:
                runnable.append(coretype)
            sampler.close()
    return runnable


def _prepare(coretypes: list[str]) -> list[Sampler]:
    return [kernel_sampler(coretype, SIZE) for coretype in coretypes]


def _groups(quick: bool) -> list[Group]:
    coretypes = runnable_coretypes()
    if not coretypes:
        return []
    flops, moved = matmul_cost(SIZE, SIZE, SIZE)
    cases = [
        Case({"coretype": coretype, "n": SIZE}, SIZE * SIZE, flops, moved) for coretype in coretypes
    ]
    return [Group(cases, partial(_prepare, coretypes))]


PLAN = Plan(
    name="blas_kernel",
    title=f"np.matmul at n = {SIZE} on one thread, by the OpenBLAS kernel",
    counting=COUNTING,
    groups=_groups,
)
