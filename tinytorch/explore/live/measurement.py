"""Measuring a learner's call beside others within a budget, in slices of one sample each."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from tinytorch.explore.learner.attempt import (
    Function,
    NothingToShow,
    failing_again,
    quiet,
    seconds_of_first_call,
)
from tinytorch.explore.live.stopping import TookTooLong, call_within
from tinytorch.explore.live.turns import Superseded
from tinytorch.perf.sampling import (
    SHORTEST_SAMPLE_SECONDS,
    CallSampler,
    Clock,
    garbage_collection_paused,
    order_of_turn,
    thread_pools,
)
from tinytorch.perf.spread import significant

BUDGET_SECONDS = 0.4
# Enough for quartiles; a quick call then answers long before its budget is spent.
MOST_ROUNDS = 15
# The rest is for what lies between the slices: pauses, and messages of the front end.
SHARE_FOR_ROUNDS = 0.9

Samples = dict[str, list[float]]


def measure_call(
    part: str,
    function: Function,
    inputs: Sequence[Any],
    references: Mapping[str, Callable[[], object]],
    *,
    budget: float = BUDGET_SECONDS,
    where: str = "",
    remedy: str = "choose a smaller size",
    clock: Clock = time.perf_counter,
) -> Generator[float, None, Samples]:
    """Time a learner's function and what it is compared with, in turns, on one BLAS thread.

    Parameters
    ----------
    part : str
        Name of the function's part, a key of `tinytorch.explore.learner.attempt.PART`.
    function : callable
    inputs : sequence
        Its arguments; the result must have the shape that the part promises for them.
    references : mapping of str to callable
        Calls without arguments to compare with, by name. Only the learner's is limited in time.
    budget : float
        Seconds for all calls together, those that are not counted included. What runs between two
        slices does not count.
    where : str
        At what the function is called, for sentences: ``"n = 512, tile 64"``.
    remedy : str
        What to do if one call takes longer than the budget, for the same sentence.
    clock : callable
        Returns seconds; replaced in tests.

    Yields
    ------
    float
        0: the next slice may follow at once.

    Returns
    -------
    dict of str to list of float
        Seconds a call, the learner's under `part`; all have as many samples, taken round by round.
        At least one: if there is time for no more, that of the first call. A measurement that is
        superseded returns what it has if every call has a sample.

    Raises
    ------
    NothingToShow
        If the function is not written yet, raises, returns something else, or takes too long.
    """
    own = OwnTime(clock)

    def limited(call: Callable[..., Any], *args: Any) -> Any:
        try:
            return call_within(budget, call, *args)
        except TookTooLong as late:
            raise NothingToShow(
                f"One call of {part} takes longer than the budget of {budget:g} s"
                f"{f' at {where}' if where else ''}{_held(late)}: {remedy}."
            ) from None

    def again(call: Callable[[], float]) -> float:
        left = budget - own.seconds
        with own.slice():
            try:
                return call_within(left, call)
            except TookTooLong:
                raise
            except (Exception, SystemExit) as problem:
                raise failing_again(problem) from None

    with own.slice():
        first = {
            part: seconds_of_first_call(part, function, *inputs, call=limited, clock=clock),
        }
    calls: dict[str, Callable[[], object]] = {part: partial(function, *inputs), **references}
    samplers = {name: CallSampler(call, clock=clock) for name, call in calls.items()}
    for name in references:
        yield 0.0
        with own.slice():
            first[name] = samplers[name].sample()
    expected = dict(first)
    rounds: list[dict[str, float]] = []
    with suppress(Superseded, TookTooLong):
        for name, sampler in samplers.items():
            if first[name] < SHORTEST_SAMPLE_SECONDS:
                yield 0.0
                expected[name] = again(sampler.warm_up)
        for turn in range(MOST_ROUNDS):
            if own.seconds + sum(expected.values()) > SHARE_FOR_ROUNDS * budget:
                break
            taken = {}
            for index in order_of_turn(len(calls), turn):
                name = list(calls)[index]
                yield 0.0
                taken[name] = again(samplers[name].sample)
                expected[name] = taken[name] * samplers[name].calls
            rounds.append(taken)
    return {name: [taken[name] for taken in rounds] or [first[name]] for name in calls}


class OwnTime:
    """The seconds that a measurement has spent in its own slices.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self.seconds = 0.0
        self._clock = clock

    @contextmanager
    def slice(self) -> Iterator[None]:
        """Measure in peace: quiet, on one BLAS thread, without the garbage collector.

        All of this stands around `call_within`, so it is undone even where a function is stopped.
        """
        start = self._clock()
        try:
            with (
                quiet(),
                thread_pools().limit(limits=1, user_api="blas"),
                garbage_collection_paused(),
            ):
                yield
        finally:
            self.seconds += self._clock() - start


def _held(late: TookTooLong) -> str:
    if not late.stuck:
        return ""
    return f", and held the kernel for {significant(late.taken)} s in one call of compiled code"
