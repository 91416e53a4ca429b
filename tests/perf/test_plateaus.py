import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.perf.machines import CACHES, WORKING_SETS, bandwidth
from tinytorch.perf.plateaus import find_plateaus, level_name, split_into_levels

curves = st.lists(st.floats(min_value=0.1, max_value=1e4), min_size=1, max_size=20)


@given(curves)
def test_pieces_cover_the_curve_in_order(rates: list[float]) -> None:
    pieces = split_into_levels(rates)
    assert [i for first, last in pieces for i in range(first, last + 1)] == list(range(len(rates)))


@given(st.integers(1, 30), st.floats(min_value=0.1, max_value=1e4))
def test_a_level_curve_is_one_piece(count: int, rate: float) -> None:
    assert split_into_levels([rate] * count) == [(0, count - 1)]


@given(curves, st.floats(min_value=1e-3, max_value=1e3))
def test_pieces_do_not_depend_on_the_unit(rates: list[float], factor: float) -> None:
    scaled = [rate * factor for rate in rates]
    # Equal costs may be cut either way once rounding differs: the number of pieces may not.
    assert len(split_into_levels(scaled)) == len(split_into_levels(rates))


@given(curves)
def test_plateaus_fall_from_one_to_the_next_and_there_is_always_one(rates: list[float]) -> None:
    sizes = [2**14 * 2**i for i in range(len(rates))]
    for caches in ({}, CACHES):
        plateaus = find_plateaus(sizes, rates, caches)
        assert plateaus
        assert len({plateau.name for plateau in plateaus}) == len(plateaus)
        for plateau, following in zip(plateaus, plateaus[1:], strict=False):
            assert plateau.last < following.first


def test_four_levels_are_read_and_named_by_the_reported_caches() -> None:
    rates = [bandwidth(size) for size in WORKING_SETS]
    found = {p.name: rates[p.first] for p in find_plateaus(WORKING_SETS, rates, CACHES)}
    assert found == {"L1": 160.0, "L2": 80.0, "L3": 60.0, "memory": 20.0}


def test_without_reported_caches_the_levels_are_numbered() -> None:
    rates = [bandwidth(size) for size in WORKING_SETS]
    names = [plateau.name for plateau in find_plateaus(WORKING_SETS, rates, {})]
    assert names == ["level 1", "level 2", "level 3", "memory"]


def test_a_wrong_report_moves_no_plateau() -> None:
    rates = [bandwidth(size) for size in WORKING_SETS]
    wrong = {"L1d": 2**30}
    (plateau, *_) = find_plateaus(WORKING_SETS, rates, wrong)
    right = find_plateaus(WORKING_SETS, rates, CACHES)
    assert (plateau.first, plateau.last) in {(p.first, p.last) for p in right}


def test_two_caches_of_the_same_speed_are_one_plateau() -> None:
    rates = [60.0 if size < 16 * 2**20 else 20.0 for size in WORKING_SETS]
    names = [plateau.name for plateau in find_plateaus(WORKING_SETS, rates, CACHES)]
    assert len(names) == 2
    assert names[-1] == "memory"


def test_a_machine_without_any_step_has_only_memory() -> None:
    (only,) = find_plateaus(WORKING_SETS, [20.0] * len(WORKING_SETS), CACHES)
    assert only.name == "memory"


def test_where_the_cost_of_the_call_shows_there_is_no_plateau() -> None:
    """Small working sets that look slow are no level: bandwidth cannot grow with the size."""
    rates = [5.0, 5.0, 40.0, 40.0, 40.0, 40.0, 10.0, 10.0]
    sizes = [2**14 * 4**i for i in range(len(rates))]
    assert all(p.first >= 2 for p in find_plateaus(sizes, rates, {}))


def test_a_slope_between_two_levels_belongs_to_none() -> None:
    rates = [60.0] * 6 + [45.0, 33.0, 25.0] + [20.0] * 6
    sizes = [2**14 * 2**i for i in range(len(rates))]
    first, *_, last = find_plateaus(sizes, rates, {})
    assert (first.first, first.last) == (0, 5)
    assert last.first >= 8


@pytest.mark.parametrize(("cache", "level"), [("L1d", "L1"), ("L2", "L2"), ("L3", "L3")])
def test_a_level_is_named_without_the_kind_of_its_cache(cache: str, level: str) -> None:
    assert level_name(cache) == level


@given(st.lists(st.floats(min_value=-0.05, max_value=0.05), min_size=14, max_size=14))
def test_noise_of_a_few_percent_hides_no_level(noise: list[float]) -> None:
    rates = [bandwidth(w) * math.exp(n) for w, n in zip(WORKING_SETS, noise, strict=True)]
    plateaus = find_plateaus(WORKING_SETS, rates, CACHES)
    names = {plateau.name for plateau in plateaus}
    assert {"L1", "memory"} <= names
