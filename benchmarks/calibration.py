"""Calibrate five times in a row, and hold the result against np.matmul and a compiled STREAM.

Goals: each ceiling within 5 % of its median over the five; the GEMM peak at least 95 % of the best
np.matmul over n = 256 to 2048; memory bandwidth within 15 % of the triad of STREAM in C.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from tqdm import tqdm

from tinytorch.explore.chart import text_table
from tinytorch.perf.calibrations import (
    BEST_MATMUL,
    DURATION,
    NAME,
    UNREST,
    Ceiling,
    calibrations,
    ceilings_of,
    gemm_share,
    unsteadiness,
)
from tinytorch.perf.context import Context
from tinytorch.perf.measuring import FULL, SweepRun, measure_group
from tinytorch.perf.recording import Recording, write_recording
from tinytorch.perf.roofline import Machine
from tinytorch.perf.sampling import CallSampler, Sampler, take_turns
from tinytorch.perf.spread import significant
from tinytorch.perf.sweeps import stream_triad
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.labels import GEMM
from tinytorch.perf.unrest import QUIET, unrest, verdict

CALIBRATIONS = 5
MATMUL_SIZES = (256, 384, 512, 768, 1024, 1536, 2048)
MATMUL_ROUNDS = 5

STEADY, GEMM_SHARE, TRIAD_DISTANCE = 0.05, 0.95, 0.15


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print a table and the goals, write the recording; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks calibration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("book/measurements/calibration"),
        metavar="FOLDER",
        help="folder of the recording (default: %(default)s)",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=60,
        metavar="SECONDS",
        help="how long to wait for a quiet machine before measuring anyway (default: %(default)s)",
    )
    arguments = parser.parse_args(argv)
    folder: Path = arguments.out
    wait_for_quiet(arguments.wait)
    runs = [
        one_run()
        for _ in tqdm(range(CALIBRATIONS), "calibrating", disable=None, unit="calibration")
    ]
    sweeps = {NAME: calibrations(runs)}
    triad = SweepRun(stream_triad.PLAN, stream_triad.PLAN.groups(False))
    for index in range(len(triad.groups)):
        for _ in measure_group(triad, index, FULL):
            pass
    if triad.groups:
        sweeps["stream_triad"] = triad.recorded()
    recording = Recording(Context.here(), sweeps)
    print(report(recording))
    path = folder / f"{recording.name}.json"
    write_recording(recording, path)
    print(f"Wrote {path}.")
    return 0


def wait_for_quiet(seconds: float) -> None:
    """Wait until equal loops take equal time, or give up, and say which."""
    deadline = time.monotonic() + seconds
    while (share := unrest()) > QUIET and time.monotonic() < deadline:
        time.sleep(1)
    print(verdict(share))


def one_run() -> dict[Ceiling, float]:
    """Calibrate once; return each ceiling in GB/s or GFLOP/s, and the best np.matmul beside it."""
    restless = unrest()
    start = time.perf_counter()
    ceilings = Machine.measure(progress=False).ceilings
    seconds = time.perf_counter() - start
    found: dict[Ceiling, float] = {(DURATION, 1): 1 / seconds, (UNREST, 1): 1 / (1 + restless)}
    for threads in ceilings.threads:
        for level in ceilings.levels(threads):
            found[level.name, threads] = level.gbs.median
        for dtype in ("float32", "float64"):
            peak = ceilings.peak_gflops(threads, dtype)
            found[f"{GEMM} {dtype}", threads] = peak.median
        found["np.multiply", threads] = ceilings.vector_gflops(threads).median
        found[BEST_MATMUL, threads] = best_matmul(threads)
    found["Python loop", 1] = ceilings.python_gflops().median
    return found


def best_matmul(threads: int) -> float:
    """Return the GFLOP/s of np.matmul at its best size."""
    samplers: list[Sampler] = []
    for n in MATMUL_SIZES:
        a, b = activations(n, n, seed=1), activations(n, n, seed=2)
        samplers.append(CallSampler(partial(np.matmul, a, b), threads))
    for sampler in samplers:
        sampler.warm_up()
    samples = take_turns(samplers, MATMUL_ROUNDS)
    return max(
        2 * n**3 / median(taken) / 1e9 for n, taken in zip(MATMUL_SIZES, samples, strict=True)
    )


def report(recording: Recording) -> str:
    """Return a table of the ceilings, and each goal with what was seen."""
    sweep = recording.sweep(NAME)
    rows = [
        {
            "ceiling": point.case["ceiling"],
            "threads": point.case["threads"],
            "calibrations": " ".join(significant(1 / sample) for sample in point.samples),
            "furthest from the median": f"{100 * unsteadiness(point):.1f} %",
        }
        for point in (*ceilings_of(sweep), *sweep.where(ceiling=BEST_MATMUL))
    ]
    taken = sweep.point(ceiling=DURATION).seconds
    restless = sweep.point(ceiling=UNREST).seconds.median - 1
    lines = [f"One calibration took {taken} s.", verdict(restless)]
    worst = max(ceilings_of(sweep), key=unsteadiness)
    lines.append(
        f"Ceilings within {100 * STEADY:.0f} % of their median: "
        f"{_reached(unsteadiness(worst) <= STEADY)}, the furthest is {worst.case['ceiling']} with "
        f"{100 * unsteadiness(worst):.1f} %."
    )
    for threads in sweep.where(ceiling=BEST_MATMUL):
        count = int(threads.case["threads"])
        share = gemm_share(sweep, count)
        lines.append(
            f"GEMM peak over the best np.matmul, threads {count}: {share} (goal: at least "
            f"{GEMM_SHARE}): {_reached(share.median >= GEMM_SHARE)}."
        )
    if "stream_triad" in recording.sweeps:
        triad = recording.sweep("stream_triad")
        compiled = triad.point(code=stream_triad.C_TRIAD)
        for code in stream_triad.NUMPY_CODES:
            lines.append(
                f"{code} over the compiled triad: {triad.ratio(compiled, triad.point(code=code))}"
            )
        share = triad.ratio(compiled, triad.point(code="NumPy add"))
        lines[-2] += (
            f" (goal: within {100 * TRIAD_DISTANCE:.0f} %): "
            f"{_reached(abs(share.median - 1) <= TRIAD_DISTANCE)}"
        )
    else:
        lines.append("No C compiler was found, so there is no compiled triad to compare with.")
    return "\n".join([text_table(rows), "", *lines, "", recording.badge])


def _reached(reached: bool) -> str:
    return "reached" if reached else "missed"


if __name__ == "__main__":
    sys.exit(main())
