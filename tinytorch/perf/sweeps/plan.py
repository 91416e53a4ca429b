"""What a sweep is before it is measured: title, counting rule, groups of cases that take turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinytorch.perf.points import Label
from tinytorch.perf.sampling import CallSampler, Sampler


@dataclass(frozen=True)
class Case:
    """One case to measure: its labels, and what one call does by the sweep's counting rule."""

    labels: dict[str, Label]
    elements: int | None = None
    flops: int | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class Group:
    """Cases that take turns within each round.

    Attributes
    ----------
    cases : list of Case
    prepare : callable
        Makes the inputs and returns one sampler per case. Called when the group's turn has come,
        so that only one group's arrays are alive at a time.
    """

    cases: list[Case]
    prepare: Callable[[], list[Sampler]]


@dataclass(frozen=True)
class Plan:
    """One sweep as it will be measured.

    Attributes
    ----------
    name : str
        Key in the recording.
    title, counting : str
        What it shows, and by which rule FLOP and bytes are counted.
    groups : callable
        Takes ``quick`` (bool) and returns the groups; an empty list where this machine cannot
        measure the sweep.
    """

    name: str
    title: str
    counting: str
    groups: Callable[[bool], list[Group]]


def in_turns(calls: list[Callable[[], object]], threads: list[int] | None = None) -> list[Sampler]:
    """Return samplers that time these calls in this process, with one BLAS thread unless told."""
    counts = threads or [1] * len(calls)
    return [CallSampler(call, count) for call, count in zip(calls, counts, strict=True)]
