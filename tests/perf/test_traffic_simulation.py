"""The simulated caches: misses counted by hand, the law of tiles, and the book's file."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.perf import exact_cache
from tinytorch.perf.recording import read_recording
from tinytorch.perf.sweeps.layout import CASES
from tinytorch.perf.traffic import access, counted, simulation
from tinytorch.perf.traffic.access import Rounds
from tinytorch.perf.traffic.cases import LOOPS, NAIVE, Case, cases, padded
from tinytorch.perf.traffic.hierarchy import LEVELS, Level
from tinytorch.perf.traffic.results import Counts, Outcome, SimulationError, load_simulation

BOOK = Path(__file__).parents[2] / "book"
BOOKED = load_simulation(BOOK / "simulations")


@pytest.fixture(autouse=True)
def exact_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the exact cache in the place of pycachesim, which no test needs."""
    monkeypatch.setitem(sys.modules, "cachesim", exact_cache)


def lines(*numbers: int) -> np.ndarray:
    """Give the addresses of some lines, one access a round."""
    return np.array(numbers, dtype=np.int64)[:, None] * 64


def loads(*numbers: int) -> Rounds:
    return Rounds(lines(*numbers), np.empty((len(numbers), 0), dtype=np.int64))


def stores(*numbers: int) -> Rounds:
    return Rounds(np.empty((len(numbers), 0), dtype=np.int64), lines(*numbers))


TWO_LINES = Level("L1", 128, ways=2)
FOUR_LINES = Level("L2", 256, ways=4)


def test_the_line_that_was_unused_for_longest_is_dropped() -> None:
    # 0 and 1 come in; 0 is used again; 2 drops 1; 0 is still there; 1 comes back and drops 2.
    counts = simulation.simulate([loads(0, 1, 0, 2, 0, 1)], [TWO_LINES])
    assert counts == {"L1": Counts(hits=2, misses=4, written_back=0)}


def test_a_store_fetches_its_line_and_is_a_use_of_it() -> None:
    # 0 is stored, 1 loaded, 0 stored again: 2 drops 1, so the last store finds 0.
    stream = [stores(0), loads(1), stores(0), loads(2), stores(0)]
    counts = simulation.simulate(stream, [TWO_LINES])
    assert counts == {"L1": Counts(hits=2, misses=3, written_back=1)}


def test_a_written_line_goes_down_one_level_and_in_the_end_to_memory() -> None:
    # 1 and 2 push the written 0 down to L2; nothing pushes it out of there before the end.
    counts = simulation.simulate([stores(0), loads(1, 2)], [TWO_LINES, FOUR_LINES])
    assert counts == {
        "L1": Counts(hits=0, misses=3, written_back=1),
        "L2": Counts(hits=0, misses=3, written_back=1),
    }


def test_a_line_that_arrives_whole_is_not_fetched() -> None:
    # L2 holds one line only: 1 drops 0 there, and then L1, full, sends the written 0 down to it.
    one_line = Level("L2", 64, ways=1)
    counts = simulation.simulate([stores(0), loads(1, 2)], [TWO_LINES, one_line])
    assert counts["L2"].misses == 3
    assert counts["L2"].written_back == 1


def test_lines_compete_for_the_set_that_their_address_selects() -> None:
    four_sets = Level("L1", 256, ways=1)
    assert simulation.simulate([loads(0, 4, 0, 4)], [four_sets])["L1"].hits == 0
    assert simulation.simulate([loads(0, 5, 0, 5)], [four_sets])["L1"].hits == 2


def test_progress_counts_every_access() -> None:
    seen: list[int] = []
    simulation.simulate(access.copy(16, 16), [TWO_LINES], seen.append)
    assert sum(seen) == 2 * 16**2


def test_a_missing_library_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cachesim", None)
    with pytest.raises(SimulationError, match="run `make simulate`") as refusal:
        simulation.library()
    assert "\n" not in str(refusal.value)
    with pytest.raises(SimulationError, match="needs pycachesim"):
        simulation.simulate([], [TWO_LINES])


def test_the_library_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "version", SimpleNamespace(pycachesim="7.8").__getattribute__)
    assert simulation.library() == "pycachesim 7.8"


def whole_cache(size_lines: int) -> list[Level]:
    """Give one level in which a line may lie anywhere."""
    return [Level("L1", 64 * size_lines, ways=size_lines)]


@given(st.integers(1, 3), st.integers(1, 3))
def test_tiles_that_fit_move_what_the_law_counts(tiles: int, lines_a_tile: int) -> None:
    tile = 16 * lines_a_tile
    n = tile * tiles
    # Least-recently-used keeps tiles that are done beside the three in use: room for five.
    room = 5 * tile * lines_a_tile
    seen = simulation.simulate(access.blocked_matmul(n, tile, n), whole_cache(room))["L1"]
    law = counted.blocked_matmul(n, tile)
    assert seen.traffic_bytes <= law.with_write_allocate
    assert seen.traffic_bytes >= counted.blocked_matmul(n, n).with_write_allocate
    if tiles == 3:
        assert seen.traffic_bytes > law.with_write_allocate / 2


def test_the_law_is_met_exactly_where_nothing_but_three_tiles_stays() -> None:
    n, tile = 128, 16
    seen = simulation.simulate(access.blocked_matmul(n, tile, n), whole_cache(64))["L1"]
    assert seen.traffic_bytes == counted.blocked_matmul(n, tile).with_write_allocate


def test_columns_cost_a_line_a_value_until_a_columns_lines_fit() -> None:
    n = 32
    for room, law in ((n - 1, counted.column_traversal), (n, counted.row_traversal)):
        seen = simulation.simulate(access.column_traversal(n, n), whole_cache(room))["L1"]
        assert seen.traffic_bytes == law(n).minimal


def test_a_transposed_copy_costs_a_line_a_value_until_it_is_done_in_blocks() -> None:
    n, room = 64, whole_cache(40)  # two blocks of 16 lines, and a few that are done
    plain = simulation.simulate(access.transposed_copy(n, n), room)["L1"]
    assert plain.traffic_bytes == counted.transposed_copy(n).with_write_allocate
    blocked = simulation.simulate(access.blocked_transposed_copy(n, 16, n), room)["L1"]
    assert blocked.traffic_bytes == counted.copy(n).with_write_allocate


def test_the_naive_product_fetches_a_line_a_step_until_a_columns_lines_fit() -> None:
    n = 32
    # A column of B, a row of A, and a line of C.
    kept = n + n // 16 + 1
    few = simulation.simulate(access.naive_matmul(n, n), whole_cache(n // 2))["L1"]
    assert few.traffic_bytes == counted.naive_matmul_in_lines(n).with_write_allocate
    many = simulation.simulate(access.naive_matmul(n, n), whole_cache(kept))["L1"]
    assert many.traffic_bytes == counted.naive_matmul_b_per_row(n).with_write_allocate


def test_padded_rows_are_an_odd_number_of_lines() -> None:
    for n in (16, 512, 576, 1000):
        assert padded(n) >= n
        assert padded(n) // 16 % 2 == 1


def test_loops_have_the_names_of_those_that_are_measured() -> None:
    assert set(CASES) < set(LOOPS)


# --- the book's file ---------------------------------------------------------------------------


def test_the_file_holds_every_case_of_the_book() -> None:
    assert [outcome.case for outcome in BOOKED.outcomes] == [case.labels for case in cases(False)]
    assert not BOOKED.quick
    for outcome, case in zip(BOOKED.outcomes, cases(False), strict=True):
        assert (outcome.loads, outcome.stores) == case.issued


def test_the_caches_are_those_of_a_machine_that_was_measured() -> None:
    assert BOOKED.levels == LEVELS
    sizes = [level.size_bytes for level in LEVELS]
    recorded = [read_recording(path) for path in (BOOK / "measurements").glob("*.json")]
    assert sizes in [list(recording.context.caches.values()) for recording in recorded]


@pytest.mark.parametrize("pitch", [512, padded(512)])
@pytest.mark.parametrize("loop", CASES)
def test_the_library_counted_what_an_exact_cache_counts(loop: str, pitch: int) -> None:
    (case,) = [c for c in cases(True) if (c.loop, c.n, c.pitch) == (loop, 512, pitch)]
    counts = simulation.simulate(case.stream(), LEVELS)
    assert BOOKED.outcome(**case.labels) == Outcome(case.labels, *case.issued, counts)


def at(loop: str, level: str, **labels: int) -> Counts:
    return BOOKED.outcome(loop=loop, **labels).levels[level]


@pytest.mark.parametrize("tile", [16, 32])
def test_small_tiles_move_what_the_law_counts(tile: int) -> None:
    n = 576
    law = counted.blocked_matmul(n, tile).with_write_allocate
    seen = at("blocked matmul", "L1", tile=tile, pitch=padded(n))
    assert seen.traffic_bytes == law


@pytest.mark.parametrize("level", ["L1", "L2"])
def test_traffic_leaves_the_law_once_three_tiles_stop_fitting(level: str) -> None:
    n = 576
    largest = counted.largest_tile(BOOKED.level(level).size_bytes)
    for outcome in BOOKED.where(loop="blocked matmul", pitch=padded(n)):
        tile = int(outcome.case["tile"])
        excess = (
            outcome.levels[level].traffic_bytes
            / counted.blocked_matmul(n, tile).with_write_allocate
        )
        if tile <= 0.75 * largest:
            assert excess <= 1.01
        if tile > largest:
            assert excess > 1.5
        if 4 * tile**2 > BOOKED.level(level).size_bytes:  # not even the tile of B fits
            assert excess > 30


def test_everything_fits_in_the_last_level_so_memory_moves_the_least() -> None:
    n = 576
    for outcome in [*BOOKED.where(loop="blocked matmul"), *BOOKED.where(loop=NAIVE)]:
        law = counted.blocked_matmul(n, n).with_write_allocate
        assert outcome.levels["L3"].traffic_bytes == law


def test_the_naive_product_moves_what_is_counted_for_each_level() -> None:
    n = 576
    first = counted.naive_matmul_in_lines(n).with_write_allocate
    assert at(NAIVE, "L1").traffic_bytes == first
    second = counted.naive_matmul_b_per_row(n).with_write_allocate
    assert at(NAIVE, "L2").traffic_bytes == second


@pytest.mark.parametrize("n", [512, 1024, 2048, 4096])
def test_copies_and_rows_move_the_least_and_columns_sixteen_times_as_much(n: int) -> None:
    for pitch in (n, padded(n)):
        for level in ("L1", "L2", "L3"):
            rows = at("sum along rows", level, n=n, pitch=pitch).traffic_bytes
            assert rows == counted.row_traversal(n).with_write_allocate
            copied = at("copy", level, n=n, pitch=pitch).traffic_bytes
            assert copied == counted.copy(n).with_write_allocate
    columns = at("sum along columns", "L1", n=n, pitch=n).traffic_bytes
    assert columns == counted.column_traversal(n).with_write_allocate
    blocked = at("blocked transposed copy", "L1", n=n, pitch=padded(n)).traffic_bytes
    assert blocked == counted.copy(n).with_write_allocate


def test_a_case_names_itself() -> None:
    assert Case(NAIVE, 16, 32).labels == {"loop": NAIVE, "n": 16, "pitch": 32}
    assert Case("x", 16, 32, 8).labels["tile"] == 8
