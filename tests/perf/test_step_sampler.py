import numpy as np
import pytest

from tinytorch.perf.sampling import order_of_turn
from tinytorch.perf.step_sampler import TracedCall, step_samplers


class Ticks:
    """A clock that goes on by one whenever somebody looks, and more after each look."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return float(self.looks**2)


def three_steps(x: np.ndarray) -> np.ndarray:
    out = x + 1
    out *= x
    return np.exp(out, out=out)


X = np.ones(64, dtype=np.float32)


def test_steps_that_are_taken_once_each_belong_to_one_call() -> None:
    clock = Ticks()
    call = TracedCall(three_steps, X, shortest=0, clock=clock)
    call.warm_up()
    assert call.calls == 1
    before = clock.looks
    first = [call.take(name) for name in ("add", "multiply", "exp")]
    assert clock.looks == before + 6
    # The clock goes faster and faster, so later steps, and later calls, take longer.
    assert first == sorted(first)
    assert call.take("exp") > first[2]
    assert clock.looks == before + 12


def test_a_round_that_starts_with_a_later_step_makes_one_call_too() -> None:
    clock = Ticks()
    call = TracedCall(three_steps, X, shortest=0, clock=clock)
    call.warm_up()
    names = ["add", "multiply", "exp"]
    for turn in range(4):
        before = clock.looks
        for index in order_of_turn(len(names), turn):
            call.take(names[index])
        assert clock.looks == before + 6


def test_short_calls_are_repeated_and_their_mean_is_taken() -> None:
    seconds = iter(range(10**6))
    call = TracedCall(three_steps, X, shortest=30, clock=lambda: float(next(seconds)))
    assert call.warm_up() == 30  # three steps of one second, ten times
    assert call.calls == 10
    assert call.take("add") == 1


def test_one_of_the_samplers_warms_up_for_all() -> None:
    samplers = step_samplers(three_steps, X, ["add", "multiply", "exp"])
    roughly = [sampler.warm_up() for sampler in samplers]
    assert roughly[0] > 0 and roughly[1:] == [0, 0]
    assert all(sampler.sample() > 0 for sampler in samplers)
    for sampler in samplers:
        sampler.close()


def test_a_function_that_cannot_be_watched_is_refused() -> None:
    with pytest.raises(RuntimeError, match="cannot be timed: The function uses .tolist"):
        TracedCall(lambda x: np.array(x.tolist()), X)
