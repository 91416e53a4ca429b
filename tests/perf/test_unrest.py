import pytest

from tests.perf.test_sampling import FakeClock
from tinytorch.perf.unrest import RUNS, unrest, verdict


def test_equal_loops_on_a_quiet_machine_show_no_unrest() -> None:
    clock = FakeClock()
    assert unrest(clock, lambda: clock.work(0.5)) == 0


def test_loops_that_take_twice_as_long_now_and_then_do() -> None:
    clock = FakeClock()
    turns = iter(range(RUNS + 1))
    assert unrest(clock, lambda: clock.work(1.0 if next(turns) % 3 else 0.5)) == 1


def test_a_rare_disturbance_does_not_count() -> None:
    clock = FakeClock()
    turns = iter(range(RUNS + 1))
    assert unrest(clock, lambda: clock.work(0.5 if next(turns) % 20 else 9.0)) == 0


@pytest.mark.parametrize(
    ("share", "words"), [(0.02, "was quiet"), (0.9, "not quiet"), (0.9, "1.90 times")]
)
def test_the_verdict_says_what_to_do(share: float, words: str) -> None:
    assert words in verdict(share)
