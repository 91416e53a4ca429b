import gc
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from tinytorch.core.tensor import Tensor
from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.explore.live import measurement as measurement_module
from tinytorch.explore.live.measurement import (
    MOST_ROUNDS,
    SHARE_FOR_ROUNDS,
    Samples,
    measure_call,
)
from tinytorch.explore.live.stopping import TookTooLong
from tinytorch.explore.live.turns import Superseded
from tinytorch.perf.benchmarking import one_vector, square_matrices
from tinytorch.perf.sampling import SHORTEST_SAMPLE_SECONDS

PART = "tiled_matmul"
INPUTS = (*square_matrices(4), 2)
GENEROUS = 60.0


class Clock:
    """A clock that only functions move which were told how long they take."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def product(self, *seconds: float) -> Callable[[Tensor, Tensor, int], Tensor]:
        """A tile loop that takes so long, call by call; the last figure holds for the rest."""
        costs = list(seconds)

        def product(a: Tensor, b: Tensor, tile_size: int) -> Tensor:
            self.now += costs.pop(0) if len(costs) > 1 else costs[0]
            return Tensor(a.data @ b.data)

        return product

    def call(self, seconds: float) -> Callable[[], None]:
        """A call that takes so long."""

        def call() -> None:
            self.now += seconds

        return call


def finish(measurement: Any) -> Samples:
    """Run a measurement to its end."""
    while True:
        try:
            assert next(measurement) == 0.0
        except StopIteration as end:
            return end.value


def measured(
    function: Any, references: dict[str, Callable[[], object]] | None = None, **options: Any
) -> Samples:
    return finish(measure_call(PART, function, INPUTS, references or {}, **options))


def test_calls_take_turns_and_have_as_many_samples():
    clock = Clock()
    samples = measured(
        clock.product(2.0), {"np.matmul": clock.call(1.0)}, budget=GENEROUS, clock=clock
    )
    assert list(samples) == [PART, "np.matmul"]
    assert samples[PART] == pytest.approx([2.0] * MOST_ROUNDS)
    assert samples["np.matmul"] == pytest.approx([1.0] * MOST_ROUNDS)


def test_the_first_call_is_not_counted_if_there_is_time_for_others():
    clock = Clock()
    samples = measured(clock.product(9.0, 2.0), budget=GENEROUS, clock=clock)
    assert samples[PART] == pytest.approx([2.0] * MOST_ROUNDS)


def test_the_first_call_is_the_sample_if_there_is_no_time_for_another():
    clock = Clock()
    samples = measured(
        clock.product(40.0), {"np.matmul": clock.call(5.0)}, budget=GENEROUS, clock=clock
    )
    assert samples == {PART: [40.0], "np.matmul": [5.0]}
    assert clock.now == 45.0


# In units that fakes and floats have exactly: what is added up compares equal.
costs = st.integers(1, 64).map(lambda eighths: eighths / 8)


@given(function=costs, reference=costs, budget=st.integers(20, 200))
def test_no_round_is_begun_that_would_not_fit_the_budget(function, reference, budget):
    clock = Clock()
    samples = measured(
        clock.product(function),
        {"np.matmul": clock.call(reference)},
        budget=float(budget),
        clock=clock,
    )
    rounds = len(samples[PART])
    assert len(samples["np.matmul"]) == rounds
    assert set(samples[PART]) == {function}
    assert set(samples["np.matmul"]) == {reference}
    assert clock.now <= max(SHARE_FOR_ROUNDS * budget, function + reference)
    # Nor is time left in which another would have fitted.
    if rounds < MOST_ROUNDS:
        assert clock.now + function + reference > SHARE_FOR_ROUNDS * budget


def test_short_calls_are_repeated_until_the_clock_can_see_them():
    clock = Clock()
    calls = []

    def product(a: Tensor, b: Tensor, tile_size: int) -> Tensor:
        calls.append(1)
        clock.now += SHORTEST_SAMPLE_SECONDS / 8
        return Tensor(a.data @ b.data)

    samples = measured(product, budget=GENEROUS, clock=clock)
    assert samples[PART] == pytest.approx([SHORTEST_SAMPLE_SECONDS / 8] * MOST_ROUNDS)
    assert len(calls) == 1 + 2 + 8 * MOST_ROUNDS  # the first, to warm up, and the samples


def test_what_runs_between_two_slices_is_not_charged():
    clock = Clock()
    measurement = measure_call(PART, clock.product(1.0), INPUTS, {}, budget=GENEROUS, clock=clock)
    while True:
        clock.now += 1000.0  # a long cell
        try:
            next(measurement)
        except StopIteration as end:
            assert len(end.value[PART]) == MOST_ROUNDS
            break


def test_a_measurement_that_is_superseded_returns_its_whole_rounds():
    clock = Clock()
    measurement = measure_call(
        PART,
        clock.product(1.0),
        INPUTS,
        {"np.matmul": clock.call(1.0)},
        budget=GENEROUS,
        clock=clock,
    )
    for _ in range(2 + 2 + 2 + 1):  # the first calls, two rounds, and a half
        next(measurement)
    with pytest.raises(StopIteration) as end:
        measurement.throw(Superseded())
    assert {name: len(samples) for name, samples in end.value.value.items()} == {
        PART: 2,
        "np.matmul": 2,
    }


def test_a_measurement_that_is_superseded_before_every_call_has_a_sample_returns_nothing():
    clock = Clock()
    measurement = measure_call(
        PART, clock.product(1.0), INPUTS, {"np.matmul": clock.call(1.0)}, clock=clock
    )
    next(measurement)
    with pytest.raises(Superseded):
        measurement.throw(Superseded())


def for_ever(*_: Any) -> Tensor:
    while True:
        pass


def endless_from_the_second_call_on() -> Callable[..., Tensor]:
    calls = []

    def product(a: Tensor, b: Tensor, tile_size: int) -> Tensor:
        calls.append(1)
        return Tensor(a.data @ b.data) if len(calls) == 1 else for_ever()

    return product


def failing_from_the_second_call_on() -> Callable[..., Tensor]:
    calls = []

    def product(a: Tensor, b: Tensor, tile_size: int) -> Tensor:
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("again")
        return Tensor(a.data @ b.data)

    return product


def test_a_call_that_takes_longer_than_the_budget_gives_a_sentence_that_says_what_to_do():
    with pytest.raises(NothingToShow) as caught:
        measured(for_ever, budget=0.05, where="n = 4, tile 2", remedy="choose a larger tile")
    assert str(caught.value) == (
        "One call of tiled_matmul takes longer than the budget of 0.05 s at n = 4, tile 2: choose "
        "a larger tile."
    )


def test_a_call_that_cannot_be_stopped_is_told_apart(monkeypatch: pytest.MonkeyPatch):
    def stuck(seconds: float, *_: Any) -> None:
        raise TookTooLong(seconds, 3.21, stuck=True)

    monkeypatch.setattr(measurement_module, "call_within", stuck)
    with pytest.raises(NothingToShow) as caught:
        measured(for_ever, where="n = 4, tile 2")
    assert str(caught.value) == (
        "One call of tiled_matmul takes longer than the budget of 0.4 s at n = 4, tile 2, and held "
        "the kernel for 3.21 s in one call of compiled code: choose a smaller size."
    )


def test_a_function_that_does_not_return_a_second_time_keeps_its_first_sample():
    samples = measured(endless_from_the_second_call_on(), budget=1.0)
    assert len(samples[PART]) == 1


def unwritten(*_: Any) -> Tensor:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (unwritten, "Part 4 is not written yet"),
        (lambda a, b, t: 1 / 0, "tiled_matmul raised ZeroDivisionError (division by zero)"),
        (lambda a, b, t: sys.exit(), "tiled_matmul raised SystemExit"),
        (lambda a, b, t: a.data, "returned ndarray, expected a Tensor of shape (4, 4)"),
        (lambda a, b, t: Tensor([1]), "returned an array of shape (1,)"),
        (None, "tiled_matmul is NoneType, expected a function"),
        (failing_from_the_second_call_on(), "raised RuntimeError when it was called again"),
    ],
)
def test_whatever_else_is_wrong_gives_one_sentence(function: Any, sentence: str):
    with pytest.raises(NothingToShow) as caught:
        measured(function, budget=GENEROUS)
    assert sentence in str(caught.value)


def chatty(x: Tensor) -> Tensor:
    print("a line for every call")
    print("and one on stderr", file=sys.stderr)
    warnings.warn("and a warning", stacklevel=1)
    np.log(np.zeros(1))
    return x


def test_a_chatty_function_stays_quiet(capfd: pytest.CaptureFixture[str]):
    samples = finish(measure_call("fused_gelu", chatty, one_vector(16), {}, budget=GENEROUS))
    assert samples["fused_gelu"]
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


def blas_threads() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.mark.parametrize("function", [for_ever, unwritten, lambda a, b, t: a @ b])
def test_between_two_slices_everything_is_as_it_was(function: Callable[..., Any]):
    def everything() -> tuple[Any, ...]:
        return (sys.stdout, sys.stderr, warnings.filters[:], gc.isenabled(), blas_threads())

    before = everything()
    measurement = measure_call(PART, function, INPUTS, {}, budget=0.05)
    with suppress(NothingToShow):
        for _ in measurement:
            assert everything() == before
    assert everything() == before
