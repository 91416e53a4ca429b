"""The figures that the README quotes, written from the recordings."""

from __future__ import annotations

import re
from pathlib import Path

from authoring.grading_labels import MEMORY, NBGRADER, SPEED
from authoring.grading_labels import OURS as OURS_GRADING
from authoring.notebooks import ROOT
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.calibrations import (
    BEST_MATMUL,
    NAME,
    UNREST,
    ceilings_of,
    gemm_share,
    unsteadiness,
)
from tinytorch.perf.points import Sweep
from tinytorch.perf.recording import Recording, load_recording
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.labels import NO_TILE
from tinytorch.perf.sweeps.stream_triad import C_TRIAD
from tinytorch.perf.unrest import QUIET

README = Path("README.md")
MEASUREMENTS = ROOT / "book" / "measurements"
BEGIN = "<!-- figures: begin (written by `make sync` from book/measurements) -->"
END = "<!-- figures: end -->"

OURS = "fused_gelu"
OTHERS = {"PyTorch": "PyTorch's tanh GELU", "page's one line (NumPy)": "the usual NumPy line"}
SMALLEST_GELU = 2**16


def readme() -> str:
    """Return the README with the figures of the recordings between its markers.

    Raises
    ------
    ValueError
        If the markers are not there, once each and in order.
    """
    text = (ROOT / README).read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise ValueError(f"{README} needs the lines {BEGIN!r} and {END!r}, once each, in order")
    return pattern.sub(lambda _: f"{BEGIN}\n\n{figures()}\n\n{END}", text)


def figures() -> str:
    """Return the table of ratios, with the machine and the day."""
    peers = load_recording(MEASUREMENTS / "peers")
    calibration = load_recording(MEASUREMENTS / "calibration")
    machine = load_recording(MEASUREMENTS)
    rows = [
        *_gelu_rows(peers.sweep("peers_gelu")),
        _tiling_row(machine),
        *_calibration_rows(calibration),
        *_grading_rows(MEASUREMENTS / "grading"),
    ]
    lines = ["| Ratio, measured in turns | Median (quartiles) |", "|---|---|"]
    lines += [f"| {what} | {seen} |" for what, seen in rows]
    return "\n".join([*lines, "", f"{peers.badge[0].upper()}{peers.badge[1:]}."])


def _gelu_rows(sweep: Sweep) -> list[tuple[str, str]]:
    sizes = sorted(int(n) for n in sweep.values("n") if int(n) >= SMALLEST_GELU)
    rows = []
    for peer, words in OTHERS.items():
        gains = [
            sweep.ratio(
                sweep.point(peer=peer, n=n, threads=1), sweep.point(peer=OURS, n=n, threads=1)
            )
            for n in sizes
        ]
        at = ", ".join(
            f"{_ratio(gain)} at {power_of_two(n)}" for n, gain in zip(sizes, gains, strict=True)
        )
        rows.append((f"Speed of `{OURS}` over {words}, one thread", at))
    return rows


def _tiling_row(machine: Recording) -> tuple[str, str]:
    sweep = machine.sweep("tiled_matmul")
    n = max(int(value) for value in sweep.values("n"))
    whole = sweep.point(n=n, tile=NO_TILE)
    tiled = [point for point in sweep.where(n=n) if point is not whole]
    best = min(tiled, key=lambda point: point.seconds.median)
    return (
        f"Speed of `tiled_matmul` over `np.matmul`, n = {n}, tile {best.case['tile']}, one thread",
        _ratio(sweep.ratio(whole, best)),
    )


def _calibration_rows(calibration: Recording) -> list[tuple[str, str]]:
    sweep = calibration.sweep(NAME)
    rows = []
    for point in sweep.where(ceiling=BEST_MATMUL):
        threads = int(point.case["threads"])
        rows.append(
            (
                f"Measured GEMM roof over the best `np.matmul`, n = 256 to 2048, {threads} "
                f"thread{'s' if threads > 1 else ''}",
                _ratio(gemm_share(sweep, threads)),
            )
        )
    if "stream_triad" in calibration.sweeps:
        triad = calibration.sweep("stream_triad")
        share = triad.ratio(triad.point(code=C_TRIAD), triad.point(code="NumPy add"))
        rows.append(
            ("Bandwidth of NumPy's `add` over the triad of STREAM in compiled C", _ratio(share))
        )
    worst = max(ceilings_of(sweep), key=unsteadiness)
    restless = sweep.point(ceiling=UNREST).seconds.median - 1
    rows.append(
        (
            f"Five calibrations in a row: furthest ceiling from its median "
            f"({worst.case['ceiling']}, threads {worst.case['threads']})",
            f"{100 * unsteadiness(worst):.1f} %"
            + (
                f", on a machine that was not quiet: equal loops took {1 + restless:.2f} times the "
                "shortest"
                if restless > QUIET
                else ""
            ),
        )
    )
    return rows


def _grading_rows(folder: Path) -> list[tuple[str, str]]:
    if not folder.is_dir():
        return []
    grading = load_recording(folder)
    rows = []
    if SPEED in grading.sweeps:
        sweep = grading.sweep(SPEED)
        ratio = sweep.ratio(sweep.point(way=NBGRADER), sweep.point(way=OURS_GRADING))
        rows.append((f"Submissions per second, `{OURS_GRADING}` over `{NBGRADER}`", _ratio(ratio)))
    if MEMORY in grading.sweeps:
        peaks = {int(p.case["submissions"]): p.bytes for p in grading.sweep(MEMORY).points}
        few, many = min(peaks), max(peaks)
        words = f"Peak memory of the grader, a class of {many:,} over one of {few:,}"
        rows.append((words, f"{(peaks[many] or 0) / (peaks[few] or 1):.2f}, one run of each"))
    return rows


def _ratio(spread: Spread) -> str:
    return format(spread, ".2f")
