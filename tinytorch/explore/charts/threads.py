"""One thread against all, and one BLAS kernel against another."""

from __future__ import annotations

from tinytorch.explore.bars import Bar, draw_bars
from tinytorch.explore.chart import Chart
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant


def threads_chart(rec: Recording) -> Chart:
    """Draw GFLOP/s of np.matmul over the size, a curve for each number of threads."""
    sweep = rec.sweep("matmul_threads")
    counts = sorted(int(count) for count in sweep.values("threads"))
    sizes = sorted(int(n) for n in sweep.values("n"))
    curves = []
    for count in counts:
        name = f"{count} thread{'s' if count != 1 else ''}"
        points = sweep.where(threads=count)
        curves.append(Curve.over("n", points, lambda point: point.gflops, name))
    gains = {
        n: sweep.ratio(sweep.point(n=n, threads=1), sweep.point(n=n, threads=counts[-1]))
        for n in sizes
    }
    return Chart(
        slug="threads",
        figure=draw_curves(
            curves,
            "n, for two n x n matrices",
            "GFLOP/s",
            ticks=[str(n) for n in sizes],
            logarithmic_y=False,
            labels_width=0.24,
        ),
        title=f"np.matmul on one thread and on {counts[-1]}",
        alt=(
            f"Line chart of GFLOP/s over n. With {counts[-1]} threads instead of one, np.matmul is "
            + ", ".join(
                f"{significant(gain.median)} times as fast at n = {n}" for n, gain in gains.items()
            )
            + "."
        ),
        badge=rec.badge,
        table=[
            {
                "n": n,
                **{
                    f"{curve.name}, GFLOP/s": significant(
                        sweep.point(n=n, threads=count).gflops.median
                    )
                    for count, curve in zip(counts, curves, strict=True)
                },
                "speed-up (quartiles)": str(gains[n]),
            }
            for n in sizes
        ],
    )


def blas_kernel_chart(rec: Recording) -> Chart:
    """Draw GFLOP/s of the same matmul with each kernel of OpenBLAS that this CPU can run."""
    points = rec.sweep("blas_kernel").points
    bars = [Bar(str(point.case["coretype"]), point.gflops) for point in points]
    n = points[0].case["n"]
    return Chart(
        slug="blas-kernel",
        figure=draw_bars(bars, "GFLOP/s"),
        title=f"np.matmul at n = {n} on one thread, by the kernel that OpenBLAS uses",
        alt=(
            f"Bar chart of the same product with {len(bars)} OpenBLAS kernels, oldest first: "
            + ", ".join(f"{bar.name} {significant(bar.spread.median)} GFLOP/s" for bar in bars)
            + "."
        ),
        badge=rec.badge,
        table=[
            {
                "kernel": point.case["coretype"],
                "GFLOP/s (quartiles)": str(point.gflops),
                "runs": point.seconds.runs,
            }
            for point in points
        ],
    )
