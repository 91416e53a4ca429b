import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.roofline import Machine, Roofline
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.ceilings import memory_array_elements

numbers = st.floats(min_value=1e-3, max_value=1e6)


@given(numbers, numbers, numbers)
def test_attainable_is_the_lower_roof(peak: float, bandwidth: float, intensity: float) -> None:
    roofline = Roofline(peak, bandwidth)
    attainable = roofline.attainable(intensity)
    assert attainable <= peak
    assert attainable <= intensity * bandwidth
    assert attainable in (peak, intensity * bandwidth)


@given(numbers, numbers)
def test_both_roofs_meet_at_the_ridge(peak: float, bandwidth: float) -> None:
    roofline = Roofline(peak, bandwidth)
    assert math.isclose(roofline.ridge * bandwidth, peak, rel_tol=1e-12)


def test_a_placed_kernel() -> None:
    kernel = Roofline(100, 10).place("k", flops=2000, bytes_moved=1000, seconds=1e-6)
    assert kernel.intensity == 2
    assert kernel.gflops == pytest.approx(2)
    assert kernel.attainable == 20
    assert kernel.bound == "memory"
    assert kernel.headroom == pytest.approx(10)
    assert not kernel.above_roof
    assert "10 % of its memory roof" in kernel.verdict


def test_a_spread_is_placed_by_its_median() -> None:
    spread = Spread(median=1e-6, q1=1e-7, q3=1e-5, runs=3)
    assert Roofline(100, 10).place("k", 2000, 1000, spread).gflops == pytest.approx(2)


def test_a_point_above_its_roof_is_called_an_error() -> None:
    kernel = Roofline(100, 10).place("k", flops=2000, bytes_moved=1000, seconds=1e-8)
    assert kernel.above_roof
    assert "above its memory roof" in kernel.verdict


def test_a_point_within_noise_of_its_roof_is_not() -> None:
    assert not Roofline(100, 10).place("k", 20_000, 1000, 20_000 / 105e9).above_roof


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="peak"):
        Roofline(0, 10)
    with pytest.raises(ValueError, match="bandwidth"):
        Roofline(10, -1)
    with pytest.raises(ValueError, match="took 0 seconds"):
        Roofline(10, 10).place("k", 1, 1, 0)
    with pytest.raises(ValueError, match="bytes"):
        Roofline(10, 10).place("k", 1, 0, 1)


@given(
    st.one_of(st.none(), st.integers(1, 2**31)),
    st.one_of(st.none(), st.integers(2**28, 2**42)),
)
def test_streaming_arrays_fit_the_machine(cache: int | None, memory: int | None) -> None:
    total = 3 * 4 * memory_array_elements(cache, memory)
    assert total <= 3 * 512 * 2**20
    if memory is not None:
        assert total <= memory / 8


def test_streaming_arrays_are_four_times_the_last_level_cache() -> None:
    cache = 96 * 2**20
    assert 3 * 4 * memory_array_elements(cache, 2**38) >= 4 * cache - 12


@pytest.mark.slow
def test_this_machine_can_be_measured() -> None:
    machine = Machine.measure(quick=True)
    assert machine.roofline().ridge > 0
    assert machine.ceilings.peak_gflops("all").runs >= 3
    assert "GFLOP/s" in str(machine)
