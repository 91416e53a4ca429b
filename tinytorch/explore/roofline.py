"""`python -m tinytorch roofline`: measure the roofs of this machine, print, write and draw them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib as mpl

from tinytorch.explore.chart import STYLE, Chart, text_table
from tinytorch.explore.charts.bandwidth import bandwidth_chart
from tinytorch.explore.charts.roofline import roofline_chart
from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.profiling import size
from tinytorch.perf.recording import write_recording
from tinytorch.perf.roof import Roof
from tinytorch.perf.roofline import Machine, Roofline
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.sweeps.labels import GEMM
from tinytorch.perf.unrest import unrest, verdict

DATA = "roofline.json"
PICTURES = ("roofline.png", "bandwidth.png")
DOTS_PER_INCH = 200
CAPTION_COLUMNS = 84

DESCRIPTION = """\
Measure how fast this machine can compute and how fast its memory can deliver, and draw the two
limits as a roofline. It takes under ten seconds on two cores; --quick takes under two.

The table that it prints has a line for each roof:
  L1, L2, L3, memory  GB/s that arrive from this level, as the fastest of four streaming kernels
                      (copy, scale, add, triad) saw it; bytes counted without write-allocate
  GEMM                GFLOP/s of a large matrix product: SIMD with fused multiply-add
  np.multiply         GFLOP/s of an element-wise product in cache: SIMD without it
  Python loop         GFLOP/s of one multiplication after the other in Python
The ridge point is the FLOP/byte at which memory and GEMM allow the same rate: a kernel with less
is limited by memory, one with more by arithmetic.
"""

EPILOG = """\
Close other programs first: whatever else runs takes its share. Each figure is the median of several
rounds with its quartiles; quartiles far apart mean that the machine was busy, so measure again.
"""


def run(argv: Sequence[str] | None = None) -> int:
    """Measure this machine; the command line behind `python -m tinytorch roofline`.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after ``roofline``.

    Returns
    -------
    int
        0 when everything is written, 2 when the folder cannot be written to, 130 when the run was
        interrupted.
    """
    arguments = _parser().parse_args(argv)
    folder: Path = arguments.out
    try:
        # Now rather than after the measurement, which would be lost.
        folder.mkdir(parents=True, exist_ok=True)
        before = unrest()
        machine = Machine.measure(quick=arguments.quick, progress=sys.stderr.isatty())
        print(f"{report(machine)}\n\n{verdict(max(before, unrest()))}\n")
        written = _write(machine, folder, arguments.threads)
    except OSError as problem:
        print(
            f"{folder} cannot be written: {problem.strerror}; choose another folder with --out.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("Interrupted; nothing was written.", file=sys.stderr)
        return 130
    print(f"Wrote {', '.join(str(path) for path in written)}.")
    return 0


def report(machine: Machine) -> str:
    """Return what was measured as text: the machine, a table of roofs, and what it does not show.

    Parameters
    ----------
    machine : Machine

    Returns
    -------
    str
    """
    ceilings = machine.ceilings
    paragraphs = [
        f"measured here: {machine.context.summary}",
        text_table([row for threads in ceilings.threads for row in _rows(ceilings, threads)]),
    ]
    for threads in ceilings.threads:
        ridge = significant(machine.roofline(threads).ridge)
        remarks = [f"{_threads(threads)}: ridge point {ridge} FLOP/byte."]
        paragraphs.append(" ".join([*remarks, *ceilings.remarks(threads)]))
    if not machine.context.caches:
        paragraphs.append(
            "The system does not tell the sizes of its caches, so the levels are numbered as the "
            "curve shows them."
        )
    return "\n\n".join(paragraphs)


def _rows(ceilings: Ceilings, threads: int) -> list[dict[str, Any]]:
    rows = [
        _row(
            threads,
            level.name,
            level.gbs,
            "GB/s",
            f"{level.kernel}, {size(level.smallest)} to {size(level.largest)}"
            + (f" (cache: {size(level.reported)})" if level.reported else ""),
        )
        for level in ceilings.levels(threads)
    ]
    gemm, *others = Roofline.under(ceilings, threads).compute
    double = Roof(f"{GEMM} float64", ceilings.peak_gflops(threads, "float64"))
    for roof in (gemm, double, *others):
        rows.append(_row(threads, roof.name, roof.rate, "GFLOP/s", "best size"))
    return rows


def _row(threads: int, roof: str, rate: Spread, unit: str, seen: str) -> dict[str, Any]:
    return {
        "threads": threads,
        "roof": roof,
        "median": significant(rate.median),
        "quartiles": f"{significant(rate.q1)} to {significant(rate.q3)}",
        "unit": unit,
        "runs": rate.runs,
        "seen by": seen,
    }


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _write(machine: Machine, folder: Path, threads: str) -> list[Path]:
    write_recording(machine.recording, folder / DATA)
    count = machine.ceilings.count("all" if threads == "all" else 1)
    badge = f"measured here: {machine.context.summary}"
    charts = (
        roofline_chart(machine.roofline(count), badge),
        bandwidth_chart(machine.ceilings, count, badge),
    )
    for name, chart in zip(PICTURES, charts, strict=True):
        _draw(chart, folder / name)
    return [folder / name for name in (DATA, *PICTURES)]


def _draw(chart: Chart, path: Path) -> None:
    """Write a chart as a picture on white, with its caption below."""
    caption = [line for text in (chart.title, chart.badge) for line in wrap(text, CAPTION_COLUMNS)]
    with mpl.rc_context(STYLE):
        chart.figure.text(0.02, -0.02, "\n".join(caption), fontsize="x-small", va="top")
        chart.figure.savefig(path, dpi=DOTS_PER_INCH, facecolor="white", bbox_inches="tight")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tinytorch roofline",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer sizes and rounds: a first look, less sure"
    )
    parser.add_argument(
        "--threads",
        choices=("1", "all"),
        default="1",
        help="which roofs to draw; the table and the file have both (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help=f"where to write {DATA}, {' and '.join(PICTURES)} (default: here)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run())
