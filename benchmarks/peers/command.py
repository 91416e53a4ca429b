"""`python -m benchmarks peers`: our kernels beside other libraries, in turns, in one run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from benchmarks.counts import positive
from benchmarks.peers.comparison import Comparison
from benchmarks.peers.kernels import KERNELS
from benchmarks.peers.process import PeerFailed, ProcessEnded, measuring_process
from benchmarks.peers.report import report
from tinytorch.perf.context import Context, thread_counts
from tinytorch.perf.measuring import Effort
from tinytorch.perf.points import RecordingError

FULL = Effort(budget=6.0, least=7, most=15)
QUICK = Effort(budget=0.5, least=3, most=7)
# Processes that want a core, on average over the minute before the measurement begins.
QUIET_LOAD = 0.5


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables and write the recording; return the exit status of the command."""
    arguments = _parser().parse_args(argv)
    kernels = [kernel for name, kernel in KERNELS.items() if name in (arguments.only or KERNELS)]
    effort = QUICK if arguments.quick else FULL
    if arguments.rounds:
        effort = Effort(budget=0, least=arguments.rounds, most=arguments.rounds)
    context = Context.here()
    comparison = Comparison(
        context,
        kernels,
        thread_counts(),
        effort,
        arguments.quick,
        arguments.out / f"{context.slug}.json",
    )
    if arguments.fresh:
        comparison.journal.unlink(missing_ok=True)
    busy = os.getloadavg()[0]
    if busy > QUIET_LOAD:
        print(
            f"Something else is using this machine (load {busy:.1f}): wait until it is done, or "
            f"expect times that are too long, above all those of several threads."
        )
    try:
        _measure(comparison)
    except KeyboardInterrupt:
        print("Interrupted; the sizes that were finished are kept: the same command goes on.")
        return 130
    except (PeerFailed, ProcessEnded) as problem:
        print(f"{problem} The sizes that were finished are kept.", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"{arguments.out} cannot be written: {problem.strerror}.", file=sys.stderr)
        return 2
    print(report(comparison.recording()))
    try:
        comparison.write()
    except RecordingError as problem:
        print(f"Not written: {problem}")
        return 0
    print(f"Wrote {comparison.target}.")
    return 0


def _measure(comparison: Comparison) -> None:
    said: set[str] = set()

    def announce(sentence: str) -> None:
        if sentence not in said:
            tqdm.write(sentence)
            said.add(sentence)

    with tqdm(total=comparison.groups_to_do, unit="size", disable=None, dynamic_ncols=True) as bar:

        def advance(what: str) -> None:
            bar.set_description(what)
            bar.update()

        for position, threads in enumerate(comparison.threads):
            bar.set_description(f"threads {threads}: compiling and checking every peer")
            with measuring_process(threads) as process:
                for sentence in process.left_out:
                    announce(sentence)
                if position == 0:
                    comparison.context = replace(comparison.context, packages=process.packages)
                    kept = comparison.resume()
                    if kept:
                        sizes = "1 size is" if kept == 1 else f"{kept} sizes are"
                        announce(f"Going on with an interrupted run: {sizes} measured.")
                        bar.update(kept)
                comparison.measure(process, announce, advance)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks peers",
        description=(
            "Compare the course's kernels with NumPy, PyTorch, numexpr, numba and JAX. Within a "
            "round each library has its turn on the same values, so a ratio compares neighbours; "
            "one process measures on one core and another on all. A library that is not installed "
            "or gives a wrong result is named and left out. Takes some minutes; run it on a "
            "machine that does nothing else."
        ),
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer sizes and rounds, in about a minute"
    )
    parser.add_argument(
        "--rounds",
        type=positive,
        metavar="N",
        help="samples of each peer at each size (default: as many as some seconds allow)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=list(KERNELS),
        metavar="KERNEL",
        help=f"compare only these: {', '.join(KERNELS)}",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("book/measurements/peers"),
        metavar="FOLDER",
        help="folder of the recording (default: %(default)s)",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="do not go on with a run that was interrupted"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
