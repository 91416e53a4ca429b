import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.sweeps import stride
from tinytorch.perf.sweeps.stride import SIZES, STRIDES, lines_touched, passes, strided_copy


@given(st.integers(1, 500), st.sampled_from(STRIDES))
def test_lines_are_those_of_the_addresses(elements: int, apart: int) -> None:
    lines = np.unique(np.arange(elements) * 4 * apart // 64)
    assert lines_touched(elements, apart) == lines.size


@pytest.mark.parametrize("elements", SIZES)
def test_a_call_copies_at_least_as_many_elements_as_hide_its_own_cost(elements: int) -> None:
    assert passes(elements) * elements >= 2**16
    assert passes(elements) == 1 or passes(elements) * elements == 2**16


@pytest.mark.parametrize("apart", STRIDES)
@pytest.mark.parametrize("elements", [SIZES[0], SIZES[3]])
def test_a_copy_gathers_the_elements_that_lie_a_stride_apart(elements: int, apart: int) -> None:
    source = np.random.default_rng(0).random(elements * max(STRIDES), dtype=np.float32)
    copy = strided_copy(source, elements, apart)
    copy()
    target = copy.args[0].reshape(-1, elements)
    # Each pass writes a line further on, over the end of the one before.
    np.testing.assert_array_equal(target[-1], source[::apart][:elements])


def test_counts_are_those_of_all_passes() -> None:
    for group in stride.PLAN.groups(False):
        for case in group.cases:
            n, apart = case.labels["n"], case.labels["stride"]
            assert case.elements == passes(n) * n
            assert case.bytes == passes(n) * (64 * lines_touched(n, apart) + 4 * n)


def test_the_largest_size_is_the_million_of_the_chapter() -> None:
    assert max(SIZES) == 2**20 and passes(2**20) == 1
