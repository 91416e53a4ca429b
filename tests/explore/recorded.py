"""A small recording made of arithmetic, for tests that draw."""

from __future__ import annotations

from functools import cache

from tinytorch.perf.context import Context
from tinytorch.perf.points import Point, Sweep
from tinytorch.perf.recording import Recording
from tinytorch.perf.sweeps.registry import SWEEPS


@cache
def small_recording() -> Recording:
    """Return a recording with every sweep's quick cases; the i-th takes about i microseconds."""
    sweeps = {}
    for name, plan in SWEEPS.items():
        points = [
            Point(
                case=case.labels,
                samples=tuple((index + 1) * 1e-6 * factor for factor in (1.0, 1.1, 1.3)),
                group=number,
                elements=case.elements,
                flops=case.flops,
                bytes=case.bytes,
            )
            for number, group in enumerate(plan.groups(True))
            for index, case in enumerate(group.cases)
        ]
        # Which kernels OpenBLAS has depends on the machine that runs the test.
        if name == "blas_kernel":
            points = [
                Point({"coretype": coretype, "n": 1024}, (1e-3, 2e-3), 0, None, 10**8, 10**6)
                for coretype in ("Prescott", "Haswell")
            ]
        sweeps[name] = Sweep(name, plan.title, plan.counting, tuple(points))
    context = Context(cpu="Example", cores=2, numpy="2.4.6", date="2026-11-22")
    return Recording(context=context, sweeps=sweeps)
