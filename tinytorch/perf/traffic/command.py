"""`python -m tinytorch.perf.traffic`: simulate the book's loops and write what came out.

While it runs, finished cases are kept in ``traffic.unfinished`` beside the file that the book
reads, so an interrupted run loses only the case that it was at.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from tinytorch.core.whole_file import write_whole
from tinytorch.perf.traffic.cases import Case, cases
from tinytorch.perf.traffic.hierarchy import LEVELS
from tinytorch.perf.traffic.results import (
    FILE,
    Outcome,
    Simulation,
    SimulationError,
    read_simulation,
)
from tinytorch.perf.traffic.simulation import library, simulate


class Run:
    """One run of the command: the cases asked for, and those that are done."""

    def __init__(self, folder: Path, todo: Sequence[Case], quick: bool) -> None:
        self.target = folder / FILE
        self.journal = self.target.with_suffix(".unfinished")
        self.todo = list(todo)
        self.quick = quick
        self.library = library()
        self.done: dict[Case, Outcome] = {}

    def load(self, fresh: bool) -> None:
        """Keep what the file, or an interrupted run, holds of the cases.

        Raises
        ------
        SimulationError
            If it was simulated otherwise than now, or if a quick run would replace a full one.
        """
        if self.target.exists():
            kept = read_simulation(self.target)
            if self.quick and not kept.quick:
                raise SimulationError(
                    f"{self.target} is a full simulation, which --quick would replace by a small "
                    f"one; give --quick another folder with --out."
                )
            if kept.quick == self.quick and not fresh:
                self._keep(kept, self.target)
        if self.journal.exists() and not fresh:
            self._keep(read_simulation(self.journal), self.journal)

    def _keep(self, former: Simulation, path: Path) -> None:
        now = (self.library, LEVELS, self.quick)
        if (former.library, former.levels, former.quick) != now:
            raise SimulationError(
                f"{path} was {former.badge}, and cannot be continued by another library, for other "
                f"caches, or with --quick changed; start again with --fresh."
            )
        for case in self.todo:
            for outcome in former.outcomes:
                if outcome.case == case.labels:
                    self.done[case] = outcome

    @property
    def left(self) -> list[Case]:
        """Cases that are not simulated yet."""
        return [case for case in self.todo if case not in self.done]

    def go(self) -> None:
        """Simulate what is left, then put the file where the book reads it."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        total = sum(sum(case.issued) for case in self.left)
        with tqdm(
            total=total, unit="access", unit_scale=True, disable=None, dynamic_ncols=True
        ) as bar:
            for case in self.left:
                bar.set_description(f"{case.loop}, n {case.n}")
                counts = simulate(case.stream(), LEVELS, bar.update)
                loads, stores = case.issued
                self.done[case] = Outcome(case.labels, loads, stores, counts)
                self.write(self.journal)
        self.write(self.target)
        self.journal.unlink(missing_ok=True)

    def write(self, path: Path) -> None:
        """Write the cases that are done, whole or not at all."""
        done = [self.done[case] for case in self.todo if case in self.done]
        simulation = Simulation(
            library=self.library,
            date=datetime.date.today().isoformat(),
            levels=LEVELS,
            outcomes=tuple(done),
            quick=self.quick,
        )
        write_whole(path, _one_case_per_line(simulation))


def _one_case_per_line(simulation: Simulation) -> str:
    """Lay out a simulation so that a diff shows one line for one case."""
    content = simulation.to_dict()
    outcomes = ",\n".join(f"    {json.dumps(outcome)}" for outcome in content.pop("cases"))
    head = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    return f'{{\n{head},\n  "cases": [\n{outcomes}\n  ]\n}}\n'


def run(argv: Sequence[str] | None = None) -> int:
    """Simulate the book's loops; the command line behind `python -m tinytorch.perf.traffic`.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments.

    Returns
    -------
    int
        0 when the file is written, 2 when something was wrong with the request, 130 when the run
        was interrupted.
    """
    arguments = _parser().parse_args(argv)
    try:
        this = Run(arguments.out, cases(arguments.quick), arguments.quick)
        this.load(arguments.fresh)
        if not this.left:
            print(f"{this.target} holds all of that already; --fresh simulates it again.")
            return 0
        this.go()
    except SimulationError as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"{arguments.out} cannot be written: {problem.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; finished cases are kept: run the same command again to go on.")
        return 130
    print(f"Wrote {this.target}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tinytorch.perf.traffic",
        description=(
            "Run the memory accesses of matrix products, traversals and copies through a simulated "
            "cache hierarchy, and write the counts that the book's figures read. Takes a few "
            "minutes; the counts are the same on every machine."
        ),
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("book/simulations"),
        metavar="FOLDER",
        help=f"folder for {FILE} (default: %(default)s)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small matrices only, in a few seconds"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="simulate again what the file holds already"
    )
    return parser
