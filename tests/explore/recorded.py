"""A small recording made of arithmetic, for tests that draw."""

from __future__ import annotations

from functools import cache

from tests.perf.machines import CACHES, machine_points
from tinytorch.explore.charts.hardware import Specification
from tinytorch.perf.context import Context
from tinytorch.perf.points import Label, Point, Sweep
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
        # Times by number would make no plateaus.
        if name == "ceilings":
            points = list(machine_points())
        sweeps[name] = Sweep(name, plan.title, plan.counting, tuple(points))
    context = Context(cpu="Example", cores=2, caches=CACHES, numpy="2.4.6", date="2026-11-22")
    return Recording(context=context, sweeps=sweeps)


@cache
def small_accelerator(name: str = "Example GPU", factor: float = 1e-3) -> Recording:
    """Return a recording of an accelerator, a case of each of its sweeps; each takes 1 to 1.3."""

    def sweep(name: str, cases: list[tuple[dict[str, Label], int, int]]) -> Sweep:
        points = [
            Point(labels, (factor, 1.1 * factor, 1.3 * factor), 0, int(labels["n"]), flops, moved)
            for labels, flops, moved in cases
        ]
        return Sweep(name, name, "As the test counts.", tuple(points))

    sizes = (2**16, 2**20)
    sweeps = [
        sweep(
            "gemm", [({"precision": "float32", "n": n}, 2 * n**3, 12 * n * n) for n in (256, 512)]
        ),
        sweep("elementwise", [({"operation": "add", "n": n}, n, 12 * n) for n in sizes]),
        sweep(
            "gelu",
            [
                ({"rung": rung, "n": n}, 8 * n, 8 * n)
                for n in sizes
                for rung in ("eight eager steps", "PyTorch's GELU")
            ],
        ),
        sweep(
            "copies",
            [
                ({"copy": copy, "n": n}, 1, 8 * n)
                for n in sizes
                for copy in (
                    "within the device",
                    "host to device, pinned",
                    "host to device, pageable",
                )
            ],
        ),
    ]
    context = Context(
        cpu="Example",
        cores=2,
        date="2026-11-23",
        accelerator=name,
        packages={"PyTorch": "2.13.0"},
    )
    return Recording(context=context, sweeps={sweep.name: sweep for sweep in sweeps})


def data_sheet() -> Specification:
    """Return the ceilings of a device that nobody measured."""
    return Specification("Stated 1", "float32", 19_500, 1_555)
