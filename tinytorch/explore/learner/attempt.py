"""Trying a learner's function: whatever it does, one sentence, no traceback, nothing on stderr.

nbgrader takes anything on stderr for a failure, and a traceback below a cell that only shows
something would look like a failed check.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytorch.perf.sampling import CallSampler, Clock, Sampler, affordable_rounds, take_turns
from tinytorch.perf.spread import Spread

PART = {"vectorized_matmul": 1, "fused_gelu": 2, "unfused_gelu": 3, "tiled_matmul": 4}

Function = Callable[..., Any]


class NothingToShow(Exception):
    """Why a function cannot be shown, in one sentence for its author."""


@dataclass(frozen=True)
class Timing:
    """What was measured of one function: its samples in seconds, and its result."""

    samples: tuple[float, ...]

    @property
    def seconds(self) -> Spread:
        """Time of one call in seconds."""
        return Spread.of(self.samples)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep a function's prints and warnings out of the notebook: they would come by hundreds."""
    with (
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


def plainly(function: Function, *inputs: Any) -> Any:
    """Call a function as it is."""
    return function(*inputs)


def seconds_of_first_call(
    part: str,
    function: Function,
    *inputs: Any,
    call: Callable[..., Any] = plainly,
    clock: Clock = time.perf_counter,
) -> float:
    """Call a learner's function once, look at what it returns, and say how long it took.

    Parameters
    ----------
    part : str
        Name of the part, a key of `PART`.
    function : callable
    *inputs
        Its arguments; the result must have the shape that the part promises for them.
    call : callable
        Called with the function and its arguments; it may set a limit, and raise `NothingToShow`.
    clock : callable
        Returns seconds; replaced in tests.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    NothingToShow
        If the function is not written yet, raises, or returns something else.
    """
    number = PART[part]
    if not callable(function):
        raise NothingToShow(
            f"Part {number} cannot be shown: {part} is {type(function).__name__}, expected a "
            f"function; run the cell that defines it again."
        )
    try:
        with quiet():
            start = clock()
            result = call(function, *inputs)
            seconds = clock() - start
    except NothingToShow:
        raise
    except NotImplementedError:
        raise NothingToShow(
            f"Part {number} is not written yet: write {part}, run its cell, then run this one."
        ) from None
    except (Exception, SystemExit) as problem:
        said = str(problem).splitlines()
        raise NothingToShow(
            f"Part {number} cannot be shown: {part} raised {type(problem).__name__}"
            f"{f' ({said[0]})' if said else ''}; the check above says more."
        ) from None
    expected = _promised_shape(part, inputs)
    array = getattr(result, "data", None)
    if not isinstance(array, np.ndarray) or array.shape != expected:
        found = (
            f"an array of shape {array.shape}"
            if isinstance(array, np.ndarray)
            else type(result).__name__
        )
        raise NothingToShow(
            f"Part {number} cannot be shown: {part} returned {found}, expected a Tensor of shape "
            f"{expected}."
        )
    return seconds


def _promised_shape(part: str, inputs: tuple[Any, ...]) -> tuple[int, ...]:
    if part in ("fused_gelu", "unfused_gelu"):
        return tuple(inputs[0].shape)
    return (inputs[0].shape[0], inputs[1].shape[1])


def failing_again(problem: BaseException) -> NothingToShow:
    """Say what it means that a call that worked before fails now."""
    return NothingToShow(
        f"A function that worked once raised {type(problem).__name__} when it was called again: "
        f"look for something that it changes between two calls."
    )


def side_by_side(calls: dict[str, Callable[[], object]], budget: float) -> dict[str, Timing]:
    """Time calls in turns for about `budget` seconds, on one BLAS thread.

    Raises
    ------
    NothingToShow
        If a call that worked before fails now.
    """
    samplers: list[Sampler] = [CallSampler(call) for call in calls.values()]
    try:
        with quiet():
            seconds = sum(sampler.warm_up() for sampler in samplers)
            samples = take_turns(samplers, affordable_rounds(seconds, budget, 3, 9))
    except (Exception, SystemExit) as problem:
        raise failing_again(problem) from None
    return {name: Timing(tuple(taken)) for name, taken in zip(calls, samples, strict=True)}
