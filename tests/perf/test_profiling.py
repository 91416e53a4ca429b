import json

import numpy as np
import pytest

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import fused_gelu, unfused_gelu
from tinytorch.perf.profiling import Profiler, capacity, duration, size


def test_time_is_that_of_the_repeats_not_of_the_warm_up() -> None:
    now, costs = [0.0], iter([100.0, 50.0, 30.0, 1.0, 2.0, 3.0])

    def call() -> None:
        now[0] += next(costs)  # the first call counts allocations, two more warm up

    profile = Profiler(warmup=2, repeats=3, clock=lambda: now[0]).profile(call)
    assert profile.seconds.median == 2.0
    assert (profile.seconds.q1, profile.seconds.q3) == (1.5, 2.5)
    assert profile.seconds.runs == 3
    assert profile.peak_in_outputs is None


def test_peak_allocation_is_exact() -> None:
    x = Tensor(np.linspace(-3, 3, 2**16, dtype=np.float32))
    profiler = Profiler(warmup=0, repeats=1)
    assert profiler.profile(fused_gelu, x).peak_in_outputs == pytest.approx(1.0, abs=0.05)
    assert profiler.profile(unfused_gelu, x).peak_in_outputs == pytest.approx(8.0, abs=0.05)


def test_arguments_and_result_are_passed_on() -> None:
    profile = Profiler(0, 1).profile(lambda a, b=0: a - b, 5, b=3)
    assert profile.result == 2


def test_it_prints_shows_itself_and_goes_to_json() -> None:
    now = [0.0]

    def step() -> np.ndarray:
        now[0] += 0.5e-3
        return np.zeros(1024, dtype=np.float32)

    profile = Profiler(clock=lambda: now[0]).profile(step)
    assert "500 µs (500 µs to 500 µs), 7 runs" in str(profile)
    assert "times the result" in str(profile)
    assert profile._repr_html_().startswith("<table>")
    facts = json.loads(json.dumps(profile.to_dict()))
    assert facts["name"] == "step"
    assert facts["seconds"]["runs"] == 7
    assert facts["context"]["numpy"] == np.__version__


@pytest.mark.parametrize(
    "arguments", [{"warmup": -1}, {"repeats": 0}, {"repeats": 2.5}, {"warmup": True}]
)
def test_nonsense_counts_are_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected an integer of at least"):
        Profiler(**arguments)


def test_nonsense_calls_are_refused() -> None:
    with pytest.raises(TypeError, match="expected a function and then its arguments"):
        Profiler().profile(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="clock is 1"):
        Profiler(clock=1)  # type: ignore[arg-type]


def test_what_the_function_raises_is_passed_on() -> None:
    with pytest.raises(ZeroDivisionError):
        Profiler().profile(lambda: 1 / 0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1.5, "1.50 s"), (2e-3, "2.00 ms"), (3.21e-6, "3.21 µs"), (4e-9, "4.00 ns"), (0, "0 ns")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(12, "12 bytes"), (2048, "2.00 KiB")])
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("count", "words"),
    [(48 * 2**10, "48 KiB"), (5 * 2**18, "1.25 MiB"), (32 * 2**20, "32 MiB"), (512, "0.5 KiB")],
)
def test_a_capacity_is_written_as_it_is(count: int, words: str) -> None:
    assert capacity(count) == words
