"""Timing one call: warm up, repeat short calls until the clock can see them, take turns."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol

from threadpoolctl import ThreadpoolController

Clock = Callable[[], float]

# A sample shorter than this would measure the clock and the loop as much as the call.
SHORTEST_SAMPLE_SECONDS = 1e-3
# Of several samples the shortest is kept where a ceiling is looked for: short ones find the calm
# moments between what else runs.
SHORT_SAMPLE_SECONDS = 2.5e-4
MOST_CALLS = 100_000


class Sampler(Protocol):
    """Something that can be timed again and again."""

    def warm_up(self) -> float:
        """Run until caches, pages and frequency have settled; return rough seconds a sample."""

    def sample(self) -> float:
        """Return seconds a call, measured now."""

    def close(self) -> None:
        """Give back what the sampler holds."""


@cache
def thread_pools() -> ThreadpoolController:
    """Return the controller of the BLAS threads, made once: finding them takes milliseconds."""
    return ThreadpoolController()


class CallSampler:
    """Time a Python call in this process.

    Parameters
    ----------
    call : callable
        Called without arguments.
    threads : int
        Threads that BLAS may use during a sample.
    shortest : float
        Seconds that a sample lasts at least: shorter calls are repeated within it.
    clock : callable
        Returns seconds; replaced in tests.
    """

    def __init__(
        self,
        call: Callable[[], object],
        threads: int = 1,
        shortest: float = SHORTEST_SAMPLE_SECONDS,
        clock: Clock = time.perf_counter,
    ) -> None:
        self.call = call
        self.threads = threads
        self.shortest = shortest
        self.clock = clock
        self.calls = 1

    def warm_up(self) -> float:
        """Call twice, and choose how many calls make up a sample by the quicker one."""
        once = min(self.sample(), self.sample())
        self.calls = calls_a_sample(once, self.shortest)
        return self.calls * once

    def sample(self) -> float:
        """Return the seconds of one call, as the mean over the calls of this sample."""
        call, repeats = self.call, range(self.calls)
        with thread_pools().limit(limits=self.threads, user_api="blas"):
            start = self.clock()
            for _ in repeats:
                call()
            stop = self.clock()
        return (stop - start) / self.calls

    def close(self) -> None:
        """Nothing is held."""


class BestSampler:
    """Take several samples in the place of one, and keep the shortest, as STREAM does.

    For ceilings: what else runs on a machine makes a sample longer, never shorter, so the shortest
    of a few says best what the machine can do.

    Parameters
    ----------
    sampler : Sampler
    seconds : float
        Time to spend on each sample; one that takes longer is taken once.
    """

    def __init__(self, sampler: Sampler, seconds: float) -> None:
        self.sampler = sampler
        self.seconds = seconds
        self.tries = 1

    def warm_up(self) -> float:
        """Warm the sampler up, and choose how many samples fit."""
        once = self.sampler.warm_up()
        self.tries = max(1, int(self.seconds / once)) if once > 0 else 1
        return self.tries * once

    def sample(self) -> float:
        """Return the fewest seconds a call that any of the tries took."""
        return min(self.sampler.sample() for _ in range(self.tries))

    def close(self) -> None:
        """Give back what the sampler holds."""
        self.sampler.close()


def calls_a_sample(seconds_a_call: float, shortest: float) -> int:
    """Return how many calls of this length make a sample of at least `shortest` seconds."""
    if seconds_a_call * MOST_CALLS <= shortest:  # also when it is below what the clock can see
        return MOST_CALLS
    return max(1, math.ceil(shortest / seconds_a_call))


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Keep Python's cyclic garbage collector from running inside a sample."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def affordable_rounds(seconds_a_round: float, budget: float, least: int, most: int) -> int:
    """Return how many rounds fit the budget in seconds, within the limits."""
    if seconds_a_round * most <= budget:
        return most
    return min(most, max(least, int(budget / seconds_a_round)))


def take_turns(samplers: list[Sampler], rounds: int) -> list[list[float]]:
    """Return samples by sampler: in every round each takes its turn once.

    Whatever slows the machine down for a while then falls on all of them, not on one.
    """
    samples: list[list[float]] = [[] for _ in samplers]
    with garbage_collection_paused():
        for turn in range(rounds):
            for index in order_of_turn(len(samplers), turn):
                samples[index].append(samplers[index].sample())
    return samples


def order_of_turn(count: int, turn: int) -> list[int]:
    """Return the order within one round: rotated, so that no one always follows the same other."""
    return [(turn + step) % count for step in range(count)]
