"""What was measured, in words and tables for a terminal."""

from __future__ import annotations

from benchmarks.peers.kernels import GELU, KERNELS, Kernel
from benchmarks.peers.plain_numpy import PAGE_LINE
from tinytorch.explore.chart import text_table
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.points import Point, Sweep
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant

# What fused_gelu is held to, on one thread and from this size on.
GOAL_PEER, GOAL, GOAL_FROM = "PyTorch", 1.3, 2**16


def report(recording: Recording) -> str:
    """Return a table for each kernel and number of threads, the goals, and the machine."""
    parts = []
    for kernel in KERNELS.values():
        if kernel.sweep in recording.sweeps:
            sweep = recording.sweep(kernel.sweep)
            for threads in sweep.values("threads"):
                parts.append(table(kernel, sweep, int(threads)))
    if GELU.sweep in recording.sweeps:
        parts.append("\n".join(gelu_lines(recording.sweep(GELU.sweep))))
    return "\n\n".join([*parts, recording.badge])


def table(kernel: Kernel, sweep: Sweep, threads: int) -> str:
    """Return the peers of one kernel and number of threads: by size, and the fastest first."""
    rows = []
    for n in sorted(int(value) for value in sweep.values("n")):
        points = sorted(sweep.where(n=n, threads=threads), key=lambda x: x.seconds.median)
        for point in points:
            rows.append(
                {
                    "n": power_of_two(n) if kernel is GELU else str(n),
                    "peer": point.case["peer"],
                    **(
                        {"ns per element": str(point.ns_per_element)}
                        if kernel is GELU
                        else {"GFLOP/s": str(point.gflops)}
                    ),
                    f"times as long as {kernel.yardstick}": ratio(kernel, sweep, point),
                }
            )
    heading = f"{kernel.name}, {threads} thread{'s' if threads != 1 else ''}"
    return f"{heading} (medians, quartiles in brackets)\n{text_table(rows)}"


def ratio(kernel: Kernel, sweep: Sweep, point: Point) -> str:
    """Return how many times as long as the yardstick a peer took in the same rounds."""
    yardstick = sweep.where(**{**point.case, "peer": kernel.yardstick})
    if not yardstick:
        return "-"
    return "1" if point in yardstick else str(sweep.ratio(point, yardstick[0]))


def gelu_lines(sweep: Sweep) -> list[str]:
    """Say how fused_gelu stands to PyTorch, which is a goal, and to the line that it replaces."""
    lines = []
    for peer in (GOAL_PEER, PAGE_LINE):
        points = [
            point
            for point in sweep.where(peer=peer, threads=1)
            if int(point.case["n"]) >= GOAL_FROM
        ]
        if not points:
            continue
        gains = {
            int(point.case["n"]): sweep.ratio(
                point, sweep.point(**{**point.case, "peer": GELU.yardstick})
            )
            for point in points
        }
        at = ", ".join(f"{power_of_two(n)}: {gain}" for n, gain in gains.items())
        line = f"{GELU.yardstick} is times as fast as {peer}, one thread: {at}"
        if peer == GOAL_PEER:
            worst = min(gain.median for gain in gains.values())
            reached = "reached" if worst >= GOAL else f"missed, the lowest is {significant(worst)}"
            line += f". Goal: at least {GOAL} at each size: {reached}"
        lines.append(f"{line}.")
    return lines
