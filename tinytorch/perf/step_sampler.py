"""Timing the steps of one call: a sampler for each step, and one call for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.perf.sampling import SHORTEST_SAMPLE_SECONDS, Clock, calls_a_sample
from tinytorch.perf.steps import trace


class TracedCall:
    """A call whose steps are played once for all who ask for one of them.

    Parameters
    ----------
    function : callable
        As `trace` takes it.
    x : Tensor or numpy.ndarray
    shortest : float
        Seconds that the steps of one sample last together at least: shorter calls are repeated.
    clock : callable
        Returns seconds.

    Raises
    ------
    RuntimeError
        If the function leaves what can be watched.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        x: Tensor | np.ndarray,
        shortest: float = SHORTEST_SAMPLE_SECONDS,
        clock: Clock = time.perf_counter,
    ) -> None:
        watched = trace(function, x, clock)
        if not watched.complete:
            raise RuntimeError(f"The steps cannot be timed: {watched.reason}")
        # Its result would stay in memory beside those of all other calls that take turns.
        self.trace = replace(watched, result=None)
        self.shortest = shortest
        self.clock = clock
        self.calls = 1
        self._untaken: dict[str, float] = {}

    def warm_up(self) -> float:
        """Play the steps twice, and choose how many calls make up a sample by the quicker time."""
        once = min(self._play({}), self._play({}))
        self.calls = calls_a_sample(once, self.shortest)
        return self.calls * once

    def take(self, name: str) -> float:
        """Return the seconds of one step within one call.

        Steps that are taken once each belong to the same calls: the call is played anew only for
        who asks for a step again.
        """
        if name not in self._untaken:
            self._untaken = {}
            for _ in range(self.calls):
                self._play(self._untaken)
        return self._untaken.pop(name) / self.calls

    def _play(self, total: dict[str, float]) -> float:
        """Add each step's seconds to its total; return those of all steps together."""
        steps = self.trace.again(self.clock).steps
        for step in steps:
            total[step.name] = total.get(step.name, 0.0) + step.seconds
        return sum(step.seconds for step in steps)


class StepSampler:
    """Time one step of a call that is shared with the samplers of its other steps.

    Parameters
    ----------
    call : TracedCall
    name : str
        Of the step.
    warms_up : bool
        Whether it warms up the call for all of them; one of them does.
    """

    def __init__(self, call: TracedCall, name: str, warms_up: bool) -> None:
        self.call = call
        self.name = name
        self.warms_up = warms_up

    def warm_up(self) -> float:
        """Return rough seconds a sample: those of the whole call, or none for who shares it."""
        return self.call.warm_up() if self.warms_up else 0.0

    def sample(self) -> float:
        """Return the seconds of the step within one call, as the mean over a sample's calls."""
        return self.call.take(self.name)

    def close(self) -> None:
        """Nothing is held."""


def step_samplers(
    function: Callable[[Any], Any], x: Tensor | np.ndarray, names: list[str]
) -> list[StepSampler]:
    """Return a sampler for each step of a call, by name; they share the call."""
    call = TracedCall(function, x)
    return [StepSampler(call, name, warms_up=index == 0) for index, name in enumerate(names)]
