"""The layout explorer in Python: its data, its counts, its live copies, and bad recordings."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explore.recorded import small_recording
from tinytorch.explore.explorers import explore_layout
from tinytorch.explore.explorers.layout import moved, values_in_a_line
from tinytorch.explore.live import Superseded
from tinytorch.perf.points import RecordingError, Sweep
from tinytorch.perf.spread import percent, significant
from tinytorch.perf.sweeps.stride import STRIDES, lines_touched

POWERS = st.integers(0, 20).map(lambda exponent: 2**exponent)


@pytest.fixture(scope="module")
def rec():
    return small_recording()


@pytest.fixture(scope="module")
def explorer(rec):
    return explore_layout(rec)


def with_points(rec, points):
    """Give the recording with other points in its sweep of strides."""
    old = rec.sweep("stride")
    sweep = Sweep(old.name, old.title, old.counting, tuple(points))
    return dataclasses.replace(rec, sweeps={**rec.sweeps, "stride": sweep})


def test_the_data_is_json_and_survives_the_way(explorer):
    assert json.loads(json.dumps(explorer.payload)) == explorer.payload


def test_every_recorded_point_can_be_reached(rec, explorer):
    reached = [(state["n"], state["stride"]) for state in explorer.states()]
    recorded = [(point.case["n"], point.case["stride"]) for point in rec.sweep("stride").points]
    assert sorted(reached) == sorted(recorded)


def test_facts_are_those_of_the_recording(rec, explorer):
    sweep = rec.sweep("stride")
    for state in explorer.states():
        point = sweep.point(**state)
        facts = explorer.facts(state)
        assert facts["ns per value"] == str(point.ns_per_element)
        ratio = sweep.ratio(point, sweep.point(n=state["n"], stride=1))
        assert facts["Times as long as stride 1"] == str(ratio)
        assert facts["Whole lines and result"] == f"{significant(point.gbs.median)} GB/s"


def test_what_is_counted_needs_no_measurement(explorer):
    facts = explorer.facts({"n": 2**20, "stride": 4})
    assert facts["From value to value"] == "16 bytes"
    assert facts["Lines read"] == "262,144"  # 2^20 / 4, four values in each
    assert facts["Used of each line"] == "16 of 64 bytes"
    assert facts["Useful share of a line"] == "25 %"
    assert facts["Bytes of these lines"] == "16.0 MiB"
    assert facts["Lines and result"] == "20.0 MiB"
    assert facts["Smallest cache"] == "L3 (32 MiB)"
    assert explorer.facts({"n": 2**20, "stride": 16})["Smallest cache"] == "none"


@given(lines=st.integers(1, 2**16), stride=st.sampled_from(STRIDES))
def test_what_is_used_of_all_lines_is_every_value_once(lines, stride):
    n = 16 * lines
    assert lines_touched(n, stride) * values_in_a_line(stride) == n


@given(n=POWERS, stride=POWERS)
def test_twice_the_stride_never_moves_less_and_at_most_a_line_for_each_value(n, stride):
    assert moved(n, stride) <= moved(n, 2 * stride) <= (64 + 4) * n


def test_bandwidth_is_held_against_the_roof_of_the_cache_that_fits(rec, explorer):
    for state in explorer.states():
        facts = explorer.facts(state)
        level = facts["Smallest cache"].split(" ")[0].replace("none", "memory")
        shown = [level_ for level_ in rec.ceilings.levels() if level_.name == level]
        rate = rec.sweep("stride").point(**state).gbs.median
        expected = [percent(rate / level_.gbs.median) for level_ in shown]
        assert [facts[key] for key in facts if key.endswith(" roof")] == expected


def test_a_row_stands_for_each_stride(explorer):
    for state in explorer.states():
        rows = explorer.rows(state)
        assert [row["stride"] for row in rows] == [str(stride) for stride in STRIDES]
        assert "not measured" not in str(rows)


def test_the_words_stand_in_the_text_and_in_the_page(explorer):
    for words in explorer.facts(explorer.shown_state).values():
        assert words in str(explorer)
        assert words in explorer.page()


def test_a_recording_without_the_sweep_says_so(rec):
    sweeps = {name: sweep for name, sweep in rec.sweeps.items() if name != "stride"}
    with pytest.raises(RecordingError, match="no sweep 'stride'"):
        explore_layout(dataclasses.replace(rec, sweeps=sweeps))


@pytest.mark.parametrize("case", [{"n": 1024}, {"stride": 1}, {"n": 1024, "stride": "one"}])
def test_a_point_that_lacks_a_label_is_named(rec, case):
    first, *others = rec.sweep("stride").points
    bad = dataclasses.replace(first, case=case)
    with pytest.raises(RecordingError, match="expected a whole number"):
        explore_layout(with_points(rec, [bad, *others]))


def test_a_size_without_neighbours_has_nothing_to_be_compared_with(rec):
    points = [point for point in rec.sweep("stride").points if point.case["stride"] != 1]
    with pytest.raises(RecordingError, match="holds no point with n=1024, stride=1"):
        explore_layout(with_points(rec, points))


def test_a_point_without_its_number_of_elements_is_named(rec):
    points = [dataclasses.replace(p, elements=None) for p in rec.sweep("stride").points]
    with pytest.raises(RecordingError, match="without its number of elements"):
        explore_layout(with_points(rec, points))


def test_live_nothing_is_measured_before_a_control_moves():
    explorer = explore_layout(n=4096, stride=2)
    assert explorer.is_live
    assert explorer.shown_state == {"n": 4096, "stride": 2}
    assert {row["useful GB/s"] for row in explorer.rows(explorer.shown_state)} == {"not measured"}
    assert explorer.task({"n": 4096, "stride": 2}) == "2¹² values at stride 2"


def test_live_a_measurement_gives_the_copy_and_its_neighbours_and_keeps_the_others():
    explorer = explore_layout(budget=0)
    for stride in (16, 4, 1):
        assert set(explorer.measurement({"n": 1024, "stride": stride})) == {0.0}
    points = {(point["n"], point["stride"]): point for point in explorer.payload["points"]}
    assert sorted(points) == [(1024, 1), (1024, 4), (1024, 16)]
    assert len(explorer.payload["points"]) == 3
    assert points[1024, 1]["ratio"][:3] == [1.0, 1.0, 1.0]
    assert all(points[1024, stride]["ns"][0] > 0 for stride in (1, 4, 16))
    assert json.loads(json.dumps(explorer.payload)) == explorer.payload


def test_live_a_measurement_that_is_superseded_keeps_whole_rounds_and_no_half_one():
    explorer = explore_layout()
    slices = explorer.measurement({"n": 1024, "stride": 16})
    next(slices)
    with pytest.raises(Superseded):
        slices.throw(Superseded())
    assert explorer.payload["points"] == []
    slices = explorer.measurement({"n": 1024, "stride": 16})
    # Writing the source, warming up twice, a whole round, and half of the next.
    for _ in range(6):
        next(slices)
    with pytest.raises(StopIteration):
        slices.throw(Superseded())
    assert {point["ns"][3] for point in explorer.payload["points"]} == {1}
