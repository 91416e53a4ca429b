"""The peak of one call is counted exactly, and nothing is left switched on."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch.core.allocation import allocations
from tinytorch.core.tensor import Tensor

ELEMENTS = 1 << 18


@settings(max_examples=12)
@given(st.integers(min_value=0, max_value=9))
def test_every_living_array_counts_once(temporaries):
    def keep(x):
        kept = [np.empty_like(x) for _ in range(temporaries)]
        return np.add(x, len(kept))

    x = np.ones(ELEMENTS, dtype=np.float32)
    counted = allocations(keep, x)
    assert counted.peak_in_outputs == pytest.approx(temporaries + 1, abs=0.02)
    assert counted.full_size_temporaries == temporaries


def test_scratch_smaller_than_the_result_is_no_full_size_temporary():
    def with_scratch(x):
        scratch = np.empty(x.size * 7 // 8, dtype=np.float32)
        return np.add(x, scratch.size)

    x = np.ones(ELEMENTS, dtype=np.float32)
    assert allocations(with_scratch, x).full_size_temporaries == 0


def test_a_call_that_writes_into_what_exists_has_none():
    x = np.ones(ELEMENTS, dtype=np.float32)
    assert allocations(np.add, x, x, out=np.empty_like(x)).full_size_temporaries == 0


def test_an_array_that_is_dropped_in_time_does_not_count_twice():
    def chain(x):
        for _ in range(5):
            x = x + np.float32(1)
        return x

    x = np.ones(ELEMENTS, dtype=np.float32)
    assert allocations(chain, x).peak_in_outputs == pytest.approx(2.0, abs=0.02)


def test_a_tensor_counts_as_its_array():
    allocation = allocations(lambda: Tensor(np.zeros(ELEMENTS, dtype=np.float32)))
    assert allocation.output_bytes == 4 * ELEMENTS
    assert allocation.peak_in_outputs == pytest.approx(1.0, abs=0.02)


def test_tracing_that_was_on_stays_on_and_tracing_that_was_off_ends():
    allocations(np.zeros, 10)
    assert not tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        allocations(np.zeros, 10)
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def test_tracing_ends_when_the_function_raises():
    def broken():
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        allocations(broken)
    assert not tracemalloc.is_tracing()


def test_nonsense_is_refused_in_one_sentence():
    with pytest.raises(TypeError, match="expected a function"):
        allocations(3)
    with pytest.raises(ValueError, match="no bytes of its own"):
        _ = allocations(lambda: None).peak_in_outputs
