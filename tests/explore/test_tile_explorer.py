"""The tile explorer in Python: its data, its words, and what it says of bad recordings."""

import dataclasses
import json

import pytest

from tests.explore.recorded import small_recording
from tinytorch.explore.explorers import explore_tiles
from tinytorch.perf.points import RecordingError
from tinytorch.perf.spread import percent, significant
from tinytorch.perf.sweeps.labels import NO_TILE


@pytest.fixture(scope="module")
def rec():
    return small_recording()


@pytest.fixture(scope="module")
def explorer(rec):
    return explore_tiles(rec)


def test_the_data_is_json_and_survives_the_way(explorer):
    assert json.loads(json.dumps(explorer.payload)) == explorer.payload


def test_every_recorded_point_can_be_reached(rec, explorer):
    reached = {(state["n"], state["tile"]) for state in explorer.states()}
    recorded = {
        (point.case["n"], point.case["tile"])
        for point in rec.sweep("tiled_matmul").points
        if point.case["tile"] != NO_TILE
    }
    assert reached == recorded


def test_facts_are_those_of_the_recording(rec, explorer):
    sweep = rec.sweep("tiled_matmul")
    for state in explorer.states():
        point = sweep.point(n=state["n"], tile=state["tile"])
        whole = sweep.point(n=state["n"], tile=NO_TILE)
        facts = explorer.facts(state)
        assert facts["Rate (quartiles)"].startswith(f"{significant(point.gflops.median)} (")
        assert facts["Of the rate of one call"] == percent(1 / sweep.ratio(point, whole).median)


def test_what_is_counted_needs_no_measurement(explorer):
    facts = explorer.facts({"n": 1024, "tile": 64, "step": 1})
    assert facts["Three tiles take"] == "48 KiB"  # 3 x 64 x 64 values of 4 bytes
    assert facts["Steps of the loop"] == "4,096"  # (1024 / 64)^3
    assert facts["FLOP in a full step"] == "524,288"  # 2 x 64^3
    # 2 x 1024^3 / 64 values loaded, 1024^2 stored, 4 bytes each
    assert facts["Bytes moved, counted"] == "132 MiB"
    assert facts["Intensity"] == "15.5 FLOP/byte"


def test_a_row_stands_for_each_tile_of_the_size(explorer):
    for state in explorer.states():
        rows = explorer.rows(state)
        assert [row["tile"] for row in rows] == [str(t) for t in explorer.tiles(state["n"])]


def test_the_words_stand_in_the_text_of_the_explorer(explorer):
    text = str(explorer)
    for words in explorer.facts(explorer.shown_state).values():
        assert words in text
    assert explorer.payload["badge"] in text


def test_a_first_state_can_be_asked_for(rec):
    n = rec.sweep("tiled_matmul").values("n")[0]
    tile = explore_tiles(rec).tiles(n)[0]
    explorer = explore_tiles(rec, n=n, tile=tile)
    assert explorer.shown_state == {"n": n, "tile": tile, "step": 1}


def test_a_recording_without_the_sweep_says_so(rec):
    sweeps = {name: sweep for name, sweep in rec.sweeps.items() if name != "tiled_matmul"}
    with pytest.raises(RecordingError, match="no sweep 'tiled_matmul'"):
        explore_tiles(dataclasses.replace(rec, sweeps=sweeps))


def test_a_page_cannot_be_broken_by_words_of_a_recording(rec):
    context = dataclasses.replace(rec.context, cpu="</script><script>alert(1)</script>")
    page = explore_tiles(dataclasses.replace(rec, context=context)).page()
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
