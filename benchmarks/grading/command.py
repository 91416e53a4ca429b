"""`python -m benchmarks grading`: the autograder beside nbgrader, and the memory that it needs."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from authoring.grading_labels import MEMORY, SPEED
from benchmarks.counts import positive
from benchmarks.grading.report import report
from tinytorch.perf.context import Context
from tinytorch.perf.points import RecordingError, Sweep
from tinytorch.perf.recording import Recording, read_recording, write_recording
from tinytorch.perf.unrest import unrest, verdict

ROUNDS, EACH = 6, 10


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print what was seen and write the recording; return the exit status."""
    arguments = _parser().parse_args(argv)
    if importlib.util.find_spec("nbgrader") is None:
        print("Left out: nbgrader is not installed here; `make bench-grading` has it.")
        return 0
    # Everything below leads to nbgrader, which other benchmarks do without.
    from benchmarks.grading.course import GradingFailed

    print(verdict(unrest()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            measure = _memory if arguments.memory else _speed
            sweep, differences = measure(Path(folder), arguments)
    except GradingFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    context = replace(Context.here(), packages={"nbgrader": importlib.metadata.version("nbgrader")})
    recording = _with_former(Recording(context, {sweep.name: sweep}), arguments.out)
    print(report(recording))
    if differences:
        print(
            "\n".join([*differences, "Not written: both ways must grade alike."]), file=sys.stderr
        )
        return 1
    path = arguments.out / f"{recording.name}.json"
    write_recording(recording, path)
    print(f"Wrote {path}.")
    return 0


def _speed(folder: Path, arguments: argparse.Namespace) -> tuple[Sweep, list[str]]:
    from benchmarks.grading.course import COMMANDS, make_course
    from benchmarks.grading.speed import compare
    from benchmarks.grading.submissions import ordinary

    notebooks = ordinary(arguments.rounds * arguments.each)
    blocks = [notebooks[start :: arguments.rounds] for start in range(arguments.rounds)]
    course = make_course(folder / "course")
    with _bar(len(COMMANDS) * arguments.rounds, "block") as bar:

        def advance(way: str) -> None:
            bar.set_description(way)
            bar.update()

        return compare(course, folder, blocks, advance)


def _memory(folder: Path, arguments: argparse.Namespace) -> tuple[Sweep, list[str]]:
    from benchmarks.grading.course import make_course
    from benchmarks.grading.memory import measure

    course = make_course(folder / "course")
    with _bar(len(arguments.sizes), "class") as bar:
        return measure(course, folder, arguments.sizes, bar.update), []


def _bar(total: int, unit: str) -> tqdm:
    return tqdm(total=total, unit=unit, disable=None, dynamic_ncols=True)


def _with_former(recording: Recording, folder: Path) -> Recording:
    """Keep the other half of a recording that was made in the same setting."""
    try:
        former = read_recording(folder / f"{recording.name}.json")
    except RecordingError:
        return recording
    if not former.context.same_setting(recording.context):
        return recording
    sweeps = {**former.sweeps, **recording.sweeps}
    return replace(
        recording, sweeps={name: sweeps[name] for name in (SPEED, MEMORY) if name in sweeps}
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks grading",
        description=(
            "Grade ordinary submissions of the assignment with `autograder grade`, in the sandbox, "
            "and with `nbgrader autograde`, in turns: round by round, the same submissions both "
            "ways. Takes about half an hour; run it on a machine that does nothing else."
        ),
    )
    parser.add_argument(
        "--rounds", type=positive, default=ROUNDS, metavar="N", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--each",
        type=positive,
        default=EACH,
        metavar="N",
        help="submissions in a round (default: %(default)s)",
    )
    parser.add_argument(
        "--memory",
        action="store_true",
        help="measure instead the peak memory of the grader in a small and in a large class",
    )
    parser.add_argument(
        "--sizes",
        type=positive,
        nargs="+",
        default=[100, 2000],
        metavar="N",
        help="submissions in a class, with --memory (default: 100 2000)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("book/measurements/grading"),
        metavar="FOLDER",
        help="folder of the recording (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
