"""A small recording of the comparison with other libraries, made of arithmetic."""

from __future__ import annotations

from functools import cache

from benchmarks.peers.kernels import KERNELS
from tinytorch.perf.context import Context
from tinytorch.perf.points import Point, Sweep
from tinytorch.perf.recording import Recording

PEERS = {
    "gelu": ("fused_gelu", "page's one line (NumPy)", "one expression (NumPy)", "PyTorch", "JAX"),
    "matmul": ("vectorized_matmul", "tiled_matmul", "np.matmul", "PyTorch"),
}
SIZES = {"gelu": (2**16, 2**20), "matmul": (128, 512)}


@cache
def peers_recording(threads: tuple[int, ...] = (1, 2)) -> Recording:
    """Return a recording in which a peer takes its place in `PEERS` times as long as the first."""
    sweeps = {}
    for kernel in KERNELS.values():
        points = []
        for group, (count, n) in enumerate(
            (count, n) for count in threads for n in SIZES[kernel.name]
        ):
            for place, peer in enumerate(PEERS[kernel.name], start=1):
                case = kernel.case(peer, n, count)
                # JAX stops at the smaller size: a peer may fail on the way.
                if peer == "JAX" and n != SIZES["gelu"][0]:
                    continue
                points.append(
                    Point(
                        case=case.labels,
                        samples=tuple(place * n * 1e-9 * factor for factor in (1.0, 1.25, 1.5)),
                        group=group,
                        elements=case.elements,
                        flops=case.flops,
                        bytes=case.bytes,
                    )
                )
        sweeps[kernel.sweep] = Sweep(kernel.sweep, kernel.title, kernel.counting, tuple(points))
    context = Context(
        cpu="Example",
        cores=max(threads),
        numpy="2.4.6",
        date="2026-11-22",
        packages={"PyTorch": "2.13.0", "JAX": "0.10.2"},
    )
    return Recording(context, sweeps)
