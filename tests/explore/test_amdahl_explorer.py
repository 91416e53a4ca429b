"""The Amdahl explorer in Python: recorded blocks, profiles of one's own, and what is no profile."""

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explore.recorded import small_recording
from tinytorch.explore.explorers import explore_amdahl
from tinytorch.explore.explorers.amdahl import NO_TIME, sum_of_parts, whole_speedup
from tinytorch.perf.points import RecordingError, Sweep
from tinytorch.perf.profiling import duration
from tinytorch.perf.spread import percent, significant
from tinytorch.perf.sweeps.labels import WHOLE

PROFILES = st.dictionaries(
    st.text(min_size=1, max_size=5), st.floats(1e-9, 1e3), min_size=2, max_size=6
)
SPEEDUPS = st.floats(1, 1e6)


@pytest.fixture(scope="module")
def rec():
    return small_recording()


@pytest.fixture(scope="module")
def explorer(rec):
    return explore_amdahl(rec)


def with_points(rec, keep):
    """Give the recording with those points of the block that a condition keeps."""
    old = rec.sweep("transformer_block")
    points = tuple(point for point in old.points if keep(point.case))
    sweep = Sweep(old.name, old.title, old.counting, points)
    return dataclasses.replace(rec, sweeps={**rec.sweeps, "transformer_block": sweep})


def test_the_data_is_json_and_survives_the_way(explorer):
    assert json.loads(json.dumps(explorer.payload)) == explorer.payload


def test_every_part_of_every_variant_can_be_reached(rec, explorer):
    reached = {(state["variant"], state["part"]) for state in explorer.states()}
    recorded = {
        (point.case["variant"], point.case["part"])
        for point in rec.sweep("transformer_block").points
        if point.case["part"] != WHOLE
    }
    assert reached == recorded


def test_the_explorer_begins_with_what_was_measured(rec, explorer):
    sweep = rec.sweep("transformer_block")
    first, second = sweep.values("variant")
    part = sweep.ratio(
        sweep.point(part="GELU", variant=first), sweep.point(part="GELU", variant=second)
    )
    whole = sweep.ratio(
        sweep.point(part=WHOLE, variant=first), sweep.point(part=WHOLE, variant=second)
    )
    state = explorer.start()
    assert (state["variant"], state["part"]) == (first, "GELU")
    assert state["speedup"] == pytest.approx(part.median, rel=1e-5)
    facts = explorer.facts(state)
    assert facts[f"Part as {second}"] == f"{part} times"
    assert facts["Whole with it, measured"] == f"{whole} times"
    assert facts["Whole with it, law"] == facts["Speed-up of the whole"]


def test_the_parts_are_held_against_the_block_in_one_piece(rec, explorer):
    sweep = rec.sweep("transformer_block")
    for variant in explorer.payload["variants"]:
        points = sweep.where(variant=variant["name"])
        total = sum(p.seconds.median for p in points if p.case["part"] != WHOLE)
        whole = sweep.point(variant=variant["name"], part=WHOLE).seconds.median
        facts = explorer.facts({"variant": variant["name"], "part": "GELU", "speedup": 2})
        assert facts["Measured in one piece"] == duration(whole)
        more = "more" if whole >= total else "less"
        assert facts["against its parts"] == f"{percent(abs(whole / total - 1))} {more}"


def test_only_the_part_that_was_replaced_has_a_measurement(explorer):
    first, second = (variant["name"] for variant in explorer.payload["variants"])
    measured = {
        (state["variant"], state["part"])
        for state in explorer.states()
        if "Whole with it, measured" in explorer.facts(state)
    }
    assert measured == {(first, "GELU")}
    assert len(explorer.speedups(first, "GELU")) == len(explorer.speedups(second, "GELU")) + 1


def test_the_control_goes_up_and_ends_with_no_time_at_all(explorer):
    for state in explorer.states():
        *numbers, last = explorer.speedups(state["variant"], state["part"])
        assert numbers == sorted(numbers)
        assert {1, 2, 4, 8, 16, 32, 64, 128} <= set(numbers)
        assert last == NO_TIME


def test_the_law_is_that_of_the_chapter():
    explorer = explore_amdahl({"attention": 1.0, "GELU": 3.0})
    facts = explorer.facts({"part": "GELU", "speedup": 3})
    assert facts == {
        "Share of this part": "75 %",
        "This part before": "3.00 s",
        "This part after": "1.00 s",
        "All parts before": "4.00 s",
        "All parts after": "2.00 s",
        "Time saved": "2.00 s",
        "Speed-up of the whole": "2.00 times",  # 1 / (0.25 + 0.75 / 3)
        "Limit of the whole": "4.00 times",  # 1 / 0.25
    }
    facts = explorer.facts({"part": "GELU", "speedup": NO_TIME})
    assert facts["Speed-up of the whole"] == facts["Limit of the whole"] == "4.00 times"
    assert facts["This part after"] == "0 ns"


@given(PROFILES, SPEEDUPS, st.data())
def test_the_whole_gains_less_than_the_part_and_than_its_limit(profile, speedup, data):
    part = data.draw(st.sampled_from(sorted(profile)))
    total = math.fsum(profile.values())
    share = profile[part] / total
    whole = whole_speedup(share, speedup)
    assert 1 - 1e-9 <= whole <= speedup * (1 + 1e-9)
    assert whole <= whole_speedup(share, NO_TIME) * (1 + 1e-9)
    after = total - profile[part] + profile[part] / speedup
    assert whole == pytest.approx(total / after, rel=1e-6)


@given(PROFILES)
def test_shares_of_a_profile_are_one_whole_and_each_part_has_a_row(profile):
    explorer = explore_amdahl(profile)
    variant = explorer.payload["variants"][0]
    assert sum_of_parts(variant) == pytest.approx(math.fsum(profile.values()), rel=1e-5)
    rows = explorer.rows(explorer.start())
    assert [row["part"] for row in rows] == list(profile)
    for state in explorer.states():
        assert "nan" not in " ".join(explorer.facts(state).values())


def test_a_profile_of_your_own_begins_with_its_longest_part():
    explorer = explore_amdahl({"attention": 0.012, "GELU": np.float32(0.02)})
    assert explorer.shown_state == {"part": "GELU", "speedup": 2.0}
    assert explorer.payload["badge"] == "your own profile, 2 parts"
    assert not explorer.is_live
    state = {"part": "attention", "speedup": 4}
    assert explore_amdahl({"attention": 0.012, "GELU": 0.02}, **state).shown_state == state


def test_a_part_that_is_everything_has_no_limit():
    facts = explore_amdahl({"all": 2.0}).facts({"part": "all", "speedup": 4})
    assert facts["Speed-up of the whole"] == "4.00 times"
    assert facts["Limit of the whole"] == "no limit"


@pytest.mark.parametrize(
    ("profile", "sentence"),
    [
        ({}, "The profile is empty"),
        ({"GELU": 0}, "The part 'GELU' takes 0, expected seconds above 0."),
        ({"GELU": -1.0}, "expected seconds above 0"),
        ({"GELU": math.nan}, "expected seconds above 0"),
        ({"GELU": math.inf}, "expected seconds above 0"),
        ({"GELU": 10**400}, "expected seconds above 0"),
        ({"GELU": "20 ms"}, "The part 'GELU' takes '20 ms'"),
        ({"GELU": True}, "The part 'GELU' takes True"),
        ({"GELU": [1.0]}, "The part 'GELU' takes [1.0]"),
        ({1: 1.0}, "a part named 1, expected text"),
        ("GELU", "The profile is str, expected a dictionary"),
        (None, "The profile is NoneType"),
    ],
)
def test_what_is_no_profile_gives_one_printed_sentence(profile, sentence, capsys):
    assert explore_amdahl(profile) is None
    said = capsys.readouterr()
    assert sentence in said.out
    assert said.out.count("\n") == 1
    assert said.err == ""


@pytest.mark.parametrize("state", [{"part": "softmax"}, {"speedup": 0}, {"speedup": "fast"}])
def test_a_state_that_there_is_not_gives_one_printed_sentence(state, capsys):
    assert explore_amdahl({"GELU": 1.0}, **state) is None
    assert capsys.readouterr().out.count("expected") == 1


def test_a_recording_without_the_sweep_says_so(rec):
    sweeps = {name: sweep for name, sweep in rec.sweeps.items() if name != "transformer_block"}
    with pytest.raises(RecordingError, match="no sweep 'transformer_block'"):
        explore_amdahl(dataclasses.replace(rec, sweeps=sweeps))


def test_a_recording_that_lacks_a_part_of_one_variant_says_which(rec):
    last = rec.sweep("transformer_block").values("variant")[-1]
    broken = with_points(rec, lambda case: case != {**case, "part": "softmax", "variant": last})
    with pytest.raises(RecordingError, match="holds no point with part='softmax'"):
        explore_amdahl(broken)


def test_a_recording_that_has_nothing_to_compare_says_so(rec):
    first = rec.sweep("transformer_block").values("variant")[0]
    for keep in (
        lambda case: case["variant"] == first,
        lambda case: case["part"] == WHOLE,
    ):
        with pytest.raises(RecordingError, match="expected two variants at least and one part"):
            explore_amdahl(with_points(rec, keep))


def test_the_words_stand_in_the_text_and_in_the_page(explorer):
    for words in explorer.facts(explorer.shown_state).values():
        assert words in str(explorer)
        assert words in explorer.page()
    assert (
        f"{significant(128.0)} times"
        in explorer.rows({**explorer.start(), "speedup": 128})[0]["speed-up of the part"]
    )


def test_names_of_a_profile_cannot_break_the_page():
    page = explore_amdahl({"</script><script>alert(1)</script>": 1.0, "GELU": 2.0}).page()
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
