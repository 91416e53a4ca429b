"""Measuring the groups of one sweep, round by round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from tinytorch.perf.allocator import settle_allocator
from tinytorch.perf.points import Point, Sweep
from tinytorch.perf.sampling import (
    Sampler,
    affordable_rounds,
    garbage_collection_paused,
    order_of_turn,
)
from tinytorch.perf.sweeps.plan import Group, Plan


@dataclass(frozen=True)
class Effort:
    """How long to measure one group: seconds, and the fewest and most rounds."""

    budget: float
    least: int
    most: int


FULL = Effort(budget=5.0, least=5, most=15)
QUICK = Effort(budget=0.4, least=3, most=5)


@dataclass
class GroupRun:
    """A group on its way: how many rounds were planned, and the samples so far, by case."""

    rounds: int
    samples: list[list[float]]

    @property
    def done(self) -> int:
        """Rounds in which every case has had its turn."""
        return min(len(samples) for samples in self.samples)


@dataclass
class SweepRun:
    """A sweep on its way."""

    plan: Plan
    groups: list[Group]
    runs: dict[int, GroupRun] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """Number of points the finished sweep will have."""
        return sum(len(group.cases) for group in self.groups)

    def is_finished(self, index: int) -> bool:
        """Tell whether a group has all its rounds."""
        return index in self.runs and self.runs[index].done >= self.runs[index].rounds

    def recorded(self) -> Sweep:
        """Return the sweep with every point that has at least one sample."""
        points = [
            Point(
                case=case.labels,
                samples=tuple(float(f"{sample:.5g}") for sample in samples[: run.done]),
                group=index,
                elements=case.elements,
                flops=case.flops,
                bytes=case.bytes,
            )
            for index, run in sorted(self.runs.items())
            for case, samples in zip(self.groups[index].cases, run.samples, strict=True)
            if run.done
        ]
        return Sweep(self.plan.name, self.plan.title, self.plan.counting, tuple(points))

    def resume(self, sweep: Sweep, rounds: dict[str, int]) -> None:
        """Take over the samples of a former run, group by group, where its cases are the same."""
        for index, group in enumerate(self.groups):
            points = [point for point in sweep.points if point.group == index]
            same = [point.case for point in points] == [case.labels for case in group.cases]
            if same and str(index) in rounds:
                self.runs[index] = GroupRun(
                    rounds=rounds[str(index)],
                    samples=[list(point.samples) for point in points],
                )


def measure_group(run: SweepRun, index: int, effort: Effort) -> Iterator[int]:
    """Measure the rounds that a group still lacks; yields after each, so that it can be saved."""
    settle_allocator()
    samplers: list[Sampler] = run.groups[index].prepare()
    with ExitStack() as stack:
        for sampler in samplers:
            stack.callback(sampler.close)
        stack.enter_context(garbage_collection_paused())
        seconds = sum(sampler.warm_up() for sampler in samplers)
        if index not in run.runs:
            rounds = affordable_rounds(seconds, effort.budget, effort.least, effort.most)
            run.runs[index] = GroupRun(rounds, [[] for _ in samplers])
        group_run = run.runs[index]
        while group_run.done < group_run.rounds:
            turn = group_run.done
            taken: dict[int, float] = {}
            for at in order_of_turn(len(samplers), turn):
                taken[at] = samplers[at].sample()
            for at, sample in taken.items():
                group_run.samples[at].append(sample)
            yield turn
