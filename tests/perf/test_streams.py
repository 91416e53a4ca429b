from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.sweeps.ceilings import passes, working_sets
from tinytorch.perf.sweeps.streams import (
    FACTOR,
    LINE_BYTES,
    STREAMS,
    TRIAD_BLOCK,
    StreamSampler,
    buffer_elements,
    carve,
    repeated,
    unbuffered,
)

EXPECTED = {
    "copy": lambda b, c: b,
    "scale": lambda b, c: FACTOR * b,
    "add": lambda b, c: b + c,
    "triad": lambda b, c: b + FACTOR * c,
}


def inputs(elements: int, arrays: int) -> list[np.ndarray]:
    buffer = np.zeros(buffer_elements(4 * arrays * elements), dtype=np.float32)
    carved = carve(buffer, arrays, elements)
    for index, array in enumerate(carved):
        array[:] = np.arange(elements) % 97 + index
    return carved


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("passes", [1, 3])
@pytest.mark.parametrize("elements", [1, 1000, TRIAD_BLOCK + 7, 3 * TRIAD_BLOCK])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_stream_computes_what_it_says(
    name: str, passes: int, elements: int, threads: int
) -> None:
    stream = STREAMS[name]
    arrays = inputs(elements, stream.arrays)
    b, c = arrays[1].copy(), arrays[-1].copy()
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    sampler = StreamSampler(stream, arrays, passes, threads, pool)
    sampler.call()
    sampler.close()
    np.testing.assert_array_equal(arrays[0], EXPECTED[name](b, c))
    np.testing.assert_array_equal(arrays[1], b)  # inputs stay as they are


def test_a_repeated_array_is_the_same_memory() -> None:
    array = np.arange(5, dtype=np.float32)
    rows = repeated(array, 3)
    assert rows.shape == (3, 5)
    assert rows.strides == (0, 4)
    assert np.shares_memory(rows, array)


@given(st.integers(1, 5000), st.integers(1, 3))
def test_carved_arrays_start_lines_and_share_nothing(elements: int, arrays: int) -> None:
    carved = carve(
        np.zeros(buffer_elements(4 * arrays * elements), dtype=np.float32), arrays, elements
    )
    assert [array.size for array in carved] == [elements] * arrays
    assert all(array.ctypes.data % LINE_BYTES == 0 for array in carved)
    # No two start at the same place of a page.
    assert len({array.ctypes.data % 4096 for array in carved}) == arrays
    for i, array in enumerate(carved):
        array[:] = i
    assert [int(array.min()) for array in carved] == list(range(arrays))


def test_the_buffer_size_of_numpy_is_put_back() -> None:
    before = np.getbufsize()
    with pytest.raises(RuntimeError), unbuffered():
        raise RuntimeError
    assert np.getbufsize() == before


@given(
    st.one_of(st.none(), st.integers(2**14, 2**31)),
    st.one_of(st.none(), st.integers(2**28, 2**42)),
    st.booleans(),
)
def test_working_sets_fit_the_machine(cache: int | None, memory: int | None, coarse: bool) -> None:
    sizes = working_sets(cache, memory, coarse)
    assert sizes[0] == 16 * 2**10
    assert sizes == sorted(set(sizes))
    assert sizes[-1] <= 2**30
    if memory is not None:
        assert sizes[-1] <= memory / 8
    if cache is not None and memory is None and 4 * cache <= 2**30:
        assert sizes[-1] > 2 * cache
        assert sizes[-1] <= max(4 * cache, sizes[0])


def test_working_sets_reach_four_times_a_cache_that_is_a_power_of_two() -> None:
    assert working_sets(32 * 2**20, None, coarse=True)[-1] == 128 * 2**20
    assert working_sets(32 * 2**20, None, coarse=False)[-1] == 128 * 2**20
    assert len(working_sets(32 * 2**20, None, coarse=False)) == 27


@given(st.integers(2**14, 2**30), st.integers(1, 64))
def test_a_call_moves_enough_bytes_for_its_own_cost_not_to_show(
    working_set: int, threads: int
) -> None:
    assert passes(working_set, threads) * working_set >= min(working_set, 2**20)
    assert passes(working_set, threads) >= 1
