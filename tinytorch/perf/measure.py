"""`python -m tinytorch measure`: run the sweeps on this machine and write its recording.

While it runs, samples are kept in ``<machine>.unfinished`` beside the recordings; when all is
measured that file gives way to ``<machine>.json``. So a reader never sees half a recording, and an
interrupted run can go on where it stopped: Ctrl+C and SIGTERM keep every finished round, and a run
that is killed loses one second at most.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tinytorch.perf.context import Context
from tinytorch.perf.measuring import FULL, QUICK, Effort, SweepRun, measure_group
from tinytorch.perf.points import RecordingError, Sweep
from tinytorch.perf.recording import (
    Recording,
    broken_recordings,
    read_recording,
    recording_from_dict,
    write_json,
    write_recording,
)
from tinytorch.perf.sweeps.accelerator.device import NoAcceleratorError, find_device
from tinytorch.perf.sweeps.accelerator.registry import ACCELERATOR_SWEEPS, plans_for
from tinytorch.perf.sweeps.plan import Plan
from tinytorch.perf.sweeps.registry import SWEEPS

# Keep samples at least this often, in seconds: rounds may be far shorter than a write to disk.
SAVE_EVERY = 1.0


class Measurement:
    """One run of the command: the sweeps that are finished, and those on their way.

    Parameters
    ----------
    folder : Path
        Where recordings lie.
    effort : Effort
        How long to measure a group.
    quick : bool
        Whether the recording will be a rough one.
    context : Context
        What is measured; it names the files.
    plans : mapping of str to Plan
        Every sweep that this machine's recording may hold, in order.
    """

    def __init__(
        self,
        folder: Path,
        effort: Effort,
        quick: bool,
        context: Context,
        plans: Mapping[str, Plan],
    ) -> None:
        self.effort = effort
        self.quick = quick
        self.context = context
        self.plans = plans
        self.finished: dict[str, Sweep] = {}
        self.open: dict[str, SweepRun] = {}
        self.target = folder / f"{context.slug}.json"
        self.journal = folder / f"{context.slug}.unfinished"

    def load(self, fresh: bool, names: Sequence[str]) -> None:
        """Read what is there already: the machine's recording, and an interrupted run.

        Raises
        ------
        RecordingError
            If what is there was measured in another setting, or in more detail than asked for.
        """
        if self.target.exists():
            try:
                kept = read_recording(self.target)
            except RecordingError as problem:
                raise RecordingError(f"{problem} Move it away to measure anew.") from None
            self._check_setting(kept, self.target)
            if self.quick and not kept.quick:
                raise RecordingError(
                    f"{self.target} is a full recording, which --quick would replace by a rough "
                    f"one; give --quick another folder with --out."
                )
            if kept.quick == self.quick:
                self.finished = {
                    name: sweep
                    for name, sweep in kept.sweeps.items()
                    if not (fresh and name in names)
                }
        for name in names:
            if name not in self.finished:
                plan = self.plans[name]
                self.open[name] = SweepRun(plan, plan.groups(self.quick))
        if fresh:
            self.journal.unlink(missing_ok=True)
        elif self.journal.exists():
            self._resume()

    def _resume(self) -> None:
        try:
            content = json.loads(self.journal.read_text(encoding="utf-8"))
            rounds = content.pop("rounds")
            former = recording_from_dict(content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise RecordingError(
                f"{self.journal} cannot be read; start again with --fresh."
            ) from None
        self._check_setting(former, self.journal)
        if former.quick != self.quick:
            kind = "a quick" if former.quick else "a full"
            raise RecordingError(
                f"{self.journal} is {kind} measurement that was interrupted; resume it the way it "
                f"was started, or start again with --fresh."
            )
        for name, sweep in former.sweeps.items():
            # A sweep that was under way is finished even if it was not asked for this time.
            if name in self.plans and name not in self.finished and name not in self.open:
                plan = self.plans[name]
                self.open[name] = SweepRun(plan, plan.groups(self.quick))
            if name in self.open:
                self.open[name].resume(sweep, rounds.get(name, {}))

    def _check_setting(self, former: Recording, path: Path) -> None:
        if not former.context.same_setting(self.context):
            raise RecordingError(
                f"{path} was measured with another setting ({former.context.summary}) than now "
                f"({self.context.summary}); move it away to measure anew."
            )

    @property
    def points_to_do(self) -> int:
        """Points that are not finished yet."""
        return sum(
            len(group.cases)
            for run in self.open.values()
            for index, group in enumerate(run.groups)
            if not run.is_finished(index)
        )

    def recording(self) -> Recording:
        """Everything measured so far, in the order of the registry."""
        sweeps = {**self.finished, **{name: run.recorded() for name, run in self.open.items()}}
        in_order = {name: sweeps[name] for name in self.plans if name in sweeps}
        return Recording(
            context=self.context,
            sweeps={name: sweep for name, sweep in in_order.items() if sweep.points},
            quick=self.quick,
        )

    def save(self) -> None:
        """Keep every sample so far, so that an interrupted run can go on."""
        open_sweeps = {name: run.recorded() for name, run in self.open.items() if run.runs}
        so_far = replace(
            self.recording(),
            sweeps={name: sweep for name, sweep in open_sweeps.items() if sweep.points},
        )
        content: dict[str, Any] = so_far.to_dict()
        content["rounds"] = {
            name: {str(index): group.rounds for index, group in run.runs.items()}
            for name, run in self.open.items()
        }
        write_json(content, self.journal)

    def measure(self) -> None:
        """Run whatever is not finished, keeping samples on the way, then write the recording."""
        total = self.points_to_do
        saved = time.monotonic()
        try:
            with tqdm(total=total, unit="point", disable=None, dynamic_ncols=True) as bar:
                for name, run in self.open.items():
                    bar.set_description(name)
                    for index, group in enumerate(run.groups):
                        if run.is_finished(index):
                            continue
                        for _ in measure_group(run, index, self.effort):
                            if time.monotonic() - saved > SAVE_EVERY:
                                self.save()
                                saved = time.monotonic()
                        bar.update(len(group.cases))
        except BaseException:
            self.save()
            raise
        write_recording(self.recording(), self.target)
        self.journal.unlink(missing_ok=True)


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """Let SIGTERM, and SIGHUP where it exists, do what Ctrl+C does: keep the samples, then stop."""
    former = {}
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        # A signal that somebody ignores (nohup) or handles stays theirs.
        if signal.getsignal(number) is signal.SIG_DFL:
            former[number] = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def run(argv: Sequence[str] | None = None) -> int:
    """Measure this machine; the command line behind `python -m tinytorch measure`.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after ``measure``.

    Returns
    -------
    int
        0 when the recording is written, 2 when something was wrong with the request or there is
        nothing to measure, 130 when the run was interrupted.
    """
    arguments = _parser().parse_args(argv)
    offered = ACCELERATOR_SWEEPS if arguments.accelerator else SWEEPS
    unknown = [name for name in arguments.only if name not in offered]
    if unknown:
        print(
            f"There is no sweep {unknown[0]!r}; choose from {', '.join(offered)}.", file=sys.stderr
        )
        return 2
    try:
        with signals_interrupt():
            print(_measure(arguments))
    except NoAcceleratorError as problem:
        print(f"Nothing was measured: {problem}", file=sys.stderr)
        return 2
    except RecordingError as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"{arguments.out} cannot be written: {problem.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; what was measured is kept: run the same command again to go on.")
        return 130
    for broken in broken_recordings(arguments.out):
        print(f"The book passes over another file there: {broken}", file=sys.stderr)
    return 0


def _measure(arguments: argparse.Namespace) -> str:
    """Measure what is missing; return the sentence that says what is there now."""
    plans: Mapping[str, Plan]
    if arguments.accelerator:
        device = find_device()
        context, plans = device.context(), plans_for(device)
    else:
        context, plans = Context.here(), SWEEPS
    effort = QUICK if arguments.quick else FULL
    measurement = Measurement(arguments.out, effort, arguments.quick, context, plans)
    measurement.load(arguments.fresh, arguments.only or list(plans))
    if not measurement.points_to_do:
        return f"{measurement.target} holds all of that already; --fresh measures it again."
    measurement.measure()
    return f"Wrote {measurement.target}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tinytorch measure",
        description="Measure this machine and write the recording that the book's figures read.",
    )
    parser.add_argument(
        "--accelerator",
        action="store_true",
        help="measure the GPU instead of the CPU, with PyTorch: a machine of its own",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("book/measurements"),
        metavar="FOLDER",
        help="folder of recordings (default: %(default)s)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="SWEEP",
        help=f"measure only these: {', '.join(SWEEPS)}; with --accelerator: "
        f"{', '.join(ACCELERATOR_SWEEPS)}",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a rough recording in less than a minute"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="measure again what is recorded already"
    )
    return parser


if __name__ == "__main__":
    sys.exit(run())
