"""The same matmul with other kernels of OpenBLAS: what an instruction set is worth.

OpenBLAS chooses its kernel once, when it is loaded, so each kernel lives in a process of its own
and answers over a pipe when its turn comes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache, partial

from tinytorch.perf.acceleration import matmul_cost
from tinytorch.perf.context import Context, cpu_flags
from tinytorch.perf.ladders.matmul import COUNTING
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


class KernelSampler:
    """Time one matmul in a process whose OpenBLAS was told which kernel to use."""

    def __init__(self, coretype: str, n: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _WORKER, str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "OPENBLAS_CORETYPE": coretype, "OPENBLAS_NUM_THREADS": "1"},
        )
        assert self.process.stdin and self.process.stdout
        self.ask, self.answers = self.process.stdin, self.process.stdout
        self.architecture = self.answers.readline().strip()

    def warm_up(self) -> float:
        """Multiply twice."""
        return min(self.sample(), self.sample())

    def sample(self) -> float:
        """Return the seconds of one product."""
        self.ask.write("\n")
        self.ask.flush()
        return float(self.answers.readline())

    def close(self) -> None:
        """End the process."""
        self.ask.close()
        self.process.wait(timeout=30)
        self.answers.close()


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
            sampler = KernelSampler(coretype, 8)
            # A core type that this build of OpenBLAS does not have falls back to another one.
            if sampler.architecture == coretype:
                runnable.append(coretype)
            sampler.close()
    return runnable


def _prepare(coretypes: list[str]) -> list[Sampler]:
    return [KernelSampler(coretype, SIZE) for coretype in coretypes]


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
