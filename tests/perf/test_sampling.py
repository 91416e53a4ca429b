import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.sampling import (
    BestSampler,
    CallSampler,
    affordable_rounds,
    calls_a_sample,
    order_of_turn,
    take_turns,
)


class FakeClock:
    """A clock that only the measured calls move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> None:
        self.now += seconds


def test_a_sample_is_the_mean_of_its_calls() -> None:
    clock = FakeClock()
    sampler = CallSampler(lambda: clock.work(0.25), shortest=1.0, clock=clock)
    assert sampler.warm_up() == 1.0
    assert sampler.calls == 4
    assert sampler.sample() == 0.25


class Scripted:
    """A sampler whose samples the test wrote down."""

    def __init__(self, warm: float, samples: list[float]) -> None:
        self.warm, self.samples, self.closed = warm, samples, False

    def warm_up(self) -> float:
        return self.warm

    def sample(self) -> float:
        return self.samples.pop(0)

    def close(self) -> None:
        self.closed = True


def test_the_best_of_as_many_samples_as_fit_is_kept() -> None:
    inner = Scripted(1.0, [3.0, 1.0, 2.0, 0.5])
    best = BestSampler(inner, seconds=3.5)
    assert best.warm_up() == 3.0
    assert best.sample() == 1.0
    assert inner.samples == [0.5]
    best.close()
    assert inner.closed


def test_a_sample_longer_than_the_time_is_taken_once() -> None:
    best = BestSampler(Scripted(5.0, [5.0]), seconds=1.0)
    assert best.warm_up() == 5.0
    assert best.sample() == 5.0


def test_a_long_call_is_made_once_a_sample() -> None:
    clock = FakeClock()
    sampler = CallSampler(lambda: clock.work(5.0), shortest=1.0, clock=clock)
    sampler.warm_up()
    assert sampler.calls == 1


@given(st.floats(min_value=0, max_value=10), st.floats(min_value=1e-6, max_value=1))
def test_calls_a_sample_is_bounded(once: float, shortest: float) -> None:
    assert 1 <= calls_a_sample(once, shortest) <= 100_000


@given(
    st.floats(min_value=0, max_value=100),
    st.floats(min_value=0.01, max_value=100),
    st.integers(1, 5),
    st.integers(5, 20),
)
def test_rounds_stay_within_their_limits(
    round_seconds: float, budget: float, least: int, most: int
) -> None:
    assert least <= affordable_rounds(round_seconds, budget, least, most) <= most


@given(st.integers(1, 12), st.integers(0, 40))
def test_every_round_has_every_sampler_once(count: int, turn: int) -> None:
    assert sorted(order_of_turn(count, turn)) == list(range(count))


def test_turns_alternate_and_rotate() -> None:
    clock, order = FakeClock(), []

    def call(name: str) -> None:
        order.append(name)
        clock.work(1.0)

    samplers = [
        CallSampler(lambda name=name: call(name), clock=clock)  # type: ignore[misc]
        for name in "abc"
    ]
    samples = take_turns(list(samplers), rounds=3)
    assert "".join(order) == "abcbcacab"
    assert samples == [[1.0] * 3] * 3


def test_a_call_that_fails_leaves_the_garbage_collector_on() -> None:
    import gc

    def fail() -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        take_turns([CallSampler(fail)], rounds=1)
    assert gc.isenabled()
