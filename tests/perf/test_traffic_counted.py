"""What is counted by hand agrees with what a loop really touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.acceleration import matmul_cost
from tinytorch.perf.traffic import counted
from tinytorch.perf.traffic.counted import Traffic, largest_tile

sizes = st.integers(min_value=1, max_value=4096)


@given(sizes, sizes)
def test_write_allocate_fetches_what_is_stored_once_more(loads: int, stores: int) -> None:
    traffic = Traffic(loads, stores)
    assert traffic.minimal == loads + stores
    assert traffic.with_write_allocate - traffic.minimal == stores


@given(st.integers(min_value=12, max_value=2**26))
def test_three_of_the_largest_tile_fit_and_of_the_next_they_do_not(cache_bytes: int) -> None:
    tile = largest_tile(cache_bytes)
    assert 12 * tile**2 <= cache_bytes < 12 * (tile + 1) ** 2


def test_the_tile_of_a_256_kib_cache_is_the_one_that_the_book_computes() -> None:
    assert largest_tile(256 * 1024) == 147


@given(sizes)
def test_tiles_of_one_value_are_the_naive_loop_and_one_tile_is_the_least(n: int) -> None:
    assert counted.blocked_matmul(n, 1) == counted.naive_matmul(n)
    assert counted.blocked_matmul(n, n).minimal == matmul_cost(n, n, n)[1]


@given(sizes, st.integers(min_value=1, max_value=64))
def test_a_tile_that_divides_n_divides_the_traffic_of_the_inputs(tiles: int, tile: int) -> None:
    n = tiles * tile
    assert counted.blocked_matmul(n, tile).loads * tile == counted.naive_matmul(n).loads


@given(sizes, sizes)
def test_a_larger_tile_never_loads_more(n: int, tile: int) -> None:
    assert counted.blocked_matmul(n, tile + 1).loads <= counted.blocked_matmul(n, tile).loads


def test_the_answer_to_the_first_question_of_the_chapter_on_tiling() -> None:
    assert counted.blocked_matmul(2048, 128).loads == 512 * 2**20
    assert counted.naive_matmul(2048).loads == 64 * 2**30


@pytest.mark.parametrize("n", [16, 1024])
def test_a_column_uses_one_value_in_sixteen(n: int) -> None:
    assert counted.column_traversal(n).loads == 16 * counted.row_traversal(n).loads
    assert counted.transposed_copy(n).loads == 16 * counted.copy(n).loads
    assert counted.transposed_copy(n).stores == counted.copy(n).stores
