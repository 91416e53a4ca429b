"""The fusion explorer: what it tells of a recording, and of a learner's own functions."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explore.instant_roofs import give_roofs_at_once
from tests.explore.recorded import small_recording
from tinytorch.core.tensor import Tensor
from tinytorch.explore.explorers import explore_fusion, live_rungs
from tinytorch.explore.explorers.step_tables import (
    TableStep,
    bytes_beyond_cache,
    bytes_moved,
    step_from,
    step_table,
)
from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.perf.acceleration import fused_gelu, unfused_gelu
from tinytorch.perf.ladders.gelu_steps import gelu_steps
from tinytorch.perf.points import Point, RecordingError, Sweep
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import percent, significant
from tinytorch.perf.steps import Step

MILLION = 2**20
SMALL = {"rung": "your fused_gelu", "n": 2**12, "step": 1, "allocate": False}


@pytest.fixture(scope="module")
def rec():
    return small_recording()


@pytest.fixture(scope="module")
def recorded(rec):
    return explore_fusion(rec)


def at(rung: str, n: int = MILLION, allocate: bool = False) -> dict[str, Any]:
    return {"rung": rung, "n": n, "step": 1, "allocate": allocate}


def with_sweeps(rec: Recording, **sweeps: Sweep | None) -> Recording:
    """Return a recording with some sweeps replaced, or left out."""
    kept = {name: sweep for name, sweep in {**rec.sweeps, **sweeps}.items() if sweep is not None}
    return dataclasses.replace(rec, sweeps=kept)


def with_points(sweep: Sweep, change: Callable[[Point], Point | None]) -> Sweep:
    """Return a sweep with each point changed, or left out."""
    points = tuple(point for point in map(change, sweep.points) if point is not None)
    return dataclasses.replace(sweep, points=points)


def test_the_data_is_json_and_survives_the_way(recorded):
    assert json.loads(json.dumps(recorded.payload)) == recorded.payload


def test_every_rung_is_reached_at_every_size_that_both_sweeps_have(rec, recorded):
    ladder, steps = rec.sweep("gelu_ladder"), rec.sweep("gelu_steps")
    reached = {(state["rung"], state["n"]) for state in recorded.states()}
    sizes = set(ladder.values("n")) & set(steps.values("n"))
    assert reached == {(rung, n) for rung in ladder.values("rung") for n in sizes}


def test_facts_are_those_of_the_recording(rec, recorded):
    ladder, split = rec.sweep("gelu_ladder"), rec.sweep("gelu_steps")
    for state in recorded.states():
        rung, n = state["rung"], state["n"]
        point = ladder.point(rung=rung, n=n)
        base = ladder.point(rung="one expression", n=n)
        times = {
            step.case["step"]: step.seconds.median / n * 1e9 for step in split.where(rung=rung, n=n)
        }
        facts = recorded.facts(state)
        assert facts["Time per element (quartiles)"] == f"{point.ns_per_element} ns"
        faster = ladder.ratio(base, point).median
        assert facts["Times as fast as one expression"] == significant(faster)
        summed = float(facts["Sum of its steps"].removesuffix(" ns").replace(",", ""))
        assert summed == pytest.approx(sum(times.values()), rel=0.01)
        name, time, share = facts["Most expensive step"].split(", ")
        assert times[name] == max(times.values())
        assert time == f"{significant(max(times.values()))} ns"
        assert share == f"{percent(max(times.values()) / summed)} of the sum"


def test_bytes_and_arrays_of_the_eight_steps_are_those_that_the_chapter_counts(recorded):
    facts = recorded.facts(at("eight named steps"))
    # 18 values of 4 bytes, and 8 more if each store fetches its line first
    assert facts["Bytes per element, all steps"] == "72, 104 with write-allocate"
    assert facts["Intensity in FLOP/byte"] == "0.111, 0.0769 with write-allocate"  # 8 / 72, 8 / 104
    assert facts["Arrays alive at most"] == "8 beside x, 8.00 times its size"
    assert facts["Each step passes over"] == "all of x, 4 MiB"
    assert "of these beyond a block's cache" not in facts


def test_in_blocks_the_steps_move_as_much_and_memory_only_two_values(recorded):
    facts = recorded.facts(at("blocked tanh"))
    assert facts["Bytes per element, all steps"] == "72, 76 with write-allocate"
    assert facts["of these beyond a block's cache"] == "8, 12 with write-allocate"
    assert facts["Intensity in FLOP/byte"] == "1.00, 0.667 with write-allocate"
    assert facts["Each step passes over"] == "32 blocks of 128 KiB"


def test_the_prediction_is_about_those_counts(recorded):
    asked = recorded.payload["asked"]
    slow, fast = (recorded.facts(at(asked[key], asked["n"])) for key in ("slow", "fast"))
    assert slow["Bytes per element, all steps"].startswith("72, ")
    assert fast["of these beyond a block's cache"].startswith("8, ")


def test_float64_shows_as_memory_beyond_the_number_of_arrays(recorded):
    facts = recorded.facts(at("page's one line"))
    assert facts["Arrays alive at most"] == "3 beside x, 5.00 times its size"


def test_the_rule_of_counting_changes_what_follows_from_bytes(recorded):
    without, with_ = (recorded.facts(at("in place", allocate=rule)) for rule in (False, True))
    changed = {term for term in without if without[term] != with_[term]}
    # The example is faster than its roofs, so nothing is to be had by either rule.
    assert changed == {"All steps' bytes over the time", "Limiting roof"}


def test_the_limiting_roof_is_that_of_the_memory_behind_the_arrays(recorded):
    # Eight arrays and x: 9 of 16 KiB, 9 of 4 MiB. In place: 2 of 4 MiB.
    states = [at("eight named steps", 2**12), at("eight named steps"), at("in place")]
    roofs = [recorded.facts(state)["Limiting roof"].split(",")[0] for state in states]
    assert roofs == ["L2", "memory", "L3"]


def test_the_rows_of_the_steps_add_up_to_the_row_of_their_rung(recorded):
    for state in recorded.states():
        rungs = len(recorded.payload["rungs"])
        rows = recorded.rows(state)
        whole = rows[recorded.payload["rungs"].index(state["rung"])]
        for column in ("bytes read", "written", "fetched"):
            assert sum(int(row[column]) for row in rows[rungs:]) == int(whole[column])
        assert max(int(row["arrays alive"]) for row in rows[rungs:]) == int(whole["arrays alive"])


def test_sizes_at_which_a_rung_does_the_same_share_a_table(recorded):
    tables = recorded.payload["tables"]
    assert len(tables) < len(recorded.payload["points"]["t"])
    assert len({tuple(table) for table in tables}) == len(tables)


def test_the_words_stand_in_the_text_of_the_explorer(recorded):
    text = str(recorded)
    for words in recorded.facts(recorded.shown_state).values():
        assert words in text
    assert recorded.payload["badge"] in text


def test_a_first_state_can_be_asked_for(rec):
    chosen = explore_fusion(rec, rung="in place", n=2**16, allocate=True)
    assert chosen.shown_state == {"rung": "in place", "n": 2**16, "step": 1, "allocate": True}


def test_what_the_data_has_not_becomes_what_is_nearest(rec):
    chosen = explore_fusion(rec, rung="in verse", n=60_000)
    assert chosen.shown_state == at("eight named steps", 2**16)


@pytest.mark.parametrize("name", ["gelu_ladder", "gelu_steps"])
def test_a_recording_without_a_sweep_says_so(rec, name):
    with pytest.raises(RecordingError, match=f"holds no sweep '{name}'.*--only {name}"):
        explore_fusion(with_sweeps(rec, **{name: None}))


def test_sweeps_without_a_common_size_say_so(rec):
    ladder = with_points(
        rec.sweep("gelu_ladder"), lambda point: point if point.case["n"] == 2**10 else None
    )
    with pytest.raises(RecordingError, match="no size in common"):
        explore_fusion(with_sweeps(rec, gelu_ladder=ladder))


@pytest.mark.parametrize("lost", ["step", "rung"])
def test_steps_without_a_label_say_which_are_missing(rec, lost):
    def without(point: Point) -> Point:
        case = {key: value for key, value in point.case.items() if key != lost}
        return dataclasses.replace(point, case=case)

    split = with_points(rec.sweep("gelu_steps"), without)
    with pytest.raises(RecordingError, match="'eight named steps' at n = 4096 are recorded as"):
        explore_fusion(with_sweeps(rec, gelu_steps=split))


def test_steps_that_numpy_does_not_take_any_more_ask_for_a_new_measurement(rec):
    def renamed(point: Point) -> Point:
        step = str(point.case["step"]).replace("tanh", "hyperbolic")
        return dataclasses.replace(point, case={**point.case, "step": step})

    split = with_points(rec.sweep("gelu_steps"), renamed)
    with pytest.raises(RecordingError, match="'hyperbolic'.*--fresh --only gelu_steps"):
        explore_fusion(with_sweeps(rec, gelu_steps=split))


def test_a_ladder_that_lost_a_rung_says_so(rec):
    ladder = with_points(
        rec.sweep("gelu_ladder"),
        lambda point: None if point.case == {"rung": "in place", "n": MILLION} else point,
    )
    with pytest.raises(RecordingError, match="rung='in place', n=1048576"):
        explore_fusion(with_sweeps(rec, gelu_ladder=ladder))


def test_a_bundle_without_the_solutions_can_explore():
    program = (
        "import sys\n"
        "for name in ('acceleration', 'ladders.gelu', 'ladders.gelu_steps'):\n"
        "    sys.modules['tinytorch.perf.' + name] = None\n"
        "from tinytorch.explore.explorers import explore_fusion\n"
        "print(explore_fusion(lambda x: x))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "not measured yet" in done.stdout


counts = st.integers(0, 2**30)


@given(
    n=st.integers(1, 2**24),
    read=counts,
    written=counts,
    alive=st.integers(0, 9),
    held=counts,
    new=st.booleans(),
    calls=st.integers(1, 1000),
    name=st.sampled_from(["power", "multiply (12)"]),
)
def test_a_step_comes_back_from_its_text(n, read, written, alive, held, new, calls, name):
    step = Step(
        name=name,
        operation=name.split()[0],
        calls=calls,
        seconds=0.0,
        elements=n,
        bytes_read=read,
        bytes_written=written,
        bytes_fetched=written,
        new_array=new,
        alive=alive,
        bytes_alive=held,
    )
    (text,) = step_table([step], n)
    back = step_from(text)
    assert (back.name, back.alive, back.new_array) == (name, alive, new)
    assert back.in_blocks == (calls > 1)
    expected = (read / n, written / n, written / n, held / (4 * n))
    assert (back.read, back.written, back.fetched, back.held) == pytest.approx(expected, rel=1e-5)


steps_in_tables = st.lists(
    st.builds(
        TableStep,
        name=st.just("add"),
        read=st.integers(0, 16),
        written=st.integers(1, 16),
        fetched=st.integers(0, 16),
        alive=st.just(1),
        held=st.just(1.0),
        new_array=st.booleans(),
        in_blocks=st.booleans(),
    ),
    min_size=1,
)


@given(steps=steps_in_tables, allocate=st.booleans())
def test_only_steps_in_blocks_are_spared_traffic(steps, allocate):
    whole = [step for step in steps if not step.in_blocks]
    spared = bytes_beyond_cache(steps, allocate)
    if len(whole) == len(steps):
        assert spared == bytes_moved(steps, allocate)
    else:
        # x comes in once and the result goes out once, which is fetched first by the other rule
        assert spared == bytes_moved(whole, allocate) + (12 if allocate else 8)


@given(steps=steps_in_tables)
def test_write_allocate_only_adds(steps):
    for count in (bytes_moved, bytes_beyond_cache):
        assert count(steps, True) >= count(steps, False)


# A learner's own functions, measured here.


@pytest.fixture(autouse=True)
def roofs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the machine its roofs at once; the list says how often they were measured."""
    return give_roofs_at_once(monkeypatch)


def measured(function: Callable[[Any], Any], **state: Any) -> Any:
    live = explore_fusion(function, budget=5)
    live.state = {**SMALL, **state}
    return live


def test_nothing_is_measured_before_a_control_moves():
    calls: list[object] = []
    live = explore_fusion(calls.append)
    assert calls == []
    assert live.facts(live.shown_state) == {"Time per element": "not measured yet"}
    assert "not measured" in str(live)


def test_a_learners_function_is_measured_and_split_beside_the_expressions():
    live = measured(fused_gelu)
    assert (live.trouble, live.activity) == ("", "")
    facts = live.facts(SMALL)
    steps = gelu_steps("blocked exp", 2**12)
    assert facts["Bytes per element, all steps"].startswith("64, ")
    assert facts["Arrays alive at most"] == "1 beside x, 1.00 times its size"
    assert facts["Most expensive step"].split(",")[0] in [step.name for step in steps]
    assert "Limiting roof" in facts
    for rung in ("one expression", "one expression, x*x*x"):
        beside = live.facts({**SMALL, "rung": rung})
        assert beside["Arrays alive at most"].startswith("3 beside x")
    assert live.facts({**SMALL, "rung": "one expression"})["Times as fast as one expression"] == (
        "1.00"
    )


def test_both_functions_of_a_learner_are_offered():
    live = explore_fusion(fused_gelu, unfused_gelu, budget=5)
    assert live.payload["call"] == "explore_fusion(fused_gelu, unfused_gelu"
    live.state = {**SMALL, "rung": "your unfused_gelu"}
    assert live.facts(live.shown_state)["Arrays alive at most"].startswith("8 beside x")


def test_points_stay_and_one_place_has_one_point():
    live = measured(fused_gelu)
    live.state = {**SMALL, "n": 2**10}
    live.state = SMALL
    measured_points = [ns for ns in live.payload["points"]["ns"] if ns]
    assert len(measured_points) == 6  # two sizes, each with two expressions beside it


def test_a_walk_through_the_steps_measures_nothing_anew():
    calls = 0

    def counted(x: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return fused_gelu(x)

    live = measured(counted)
    before = calls
    live.state = {**SMALL, "step": 3}
    live.state = {**SMALL, "step": 3, "allocate": True}
    assert calls == before


def test_scratch_of_a_block_is_no_full_size_array():
    def by_blocks(x: Tensor) -> Tensor:
        out = np.empty_like(x.data)
        for start in range(0, out.size, 256):
            block = x.data[start : start + 256]
            np.add(block * block, block, out=out[start : start + 256])
        return Tensor(out)

    facts = measured(by_blocks).facts(SMALL)
    assert facts["Arrays alive at most"] == "1 beside x, 1.06 times its size"  # 1 + 256 / 4096
    assert facts["Each step passes over"] == "16 blocks of 1 KiB"
    assert facts["of these beyond a block's cache"] == "8, 12 with write-allocate"


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: Tensor(np.array(x.data.tolist(), dtype=np.float32)), "tolist"),
        (lambda x: x, "nothing with the values"),
    ],
)
def test_steps_that_cannot_be_watched_are_told_in_words(function, reason):
    live = measured(function)
    assert live.trouble == ""
    facts = live.facts(SMALL)
    assert reason in facts["Steps"]
    assert "Memory held at most" in facts
    assert "Sum of its steps" not in facts
    assert live.rows(SMALL)[-1]["bytes read"] == "not seen"


def test_a_function_that_knows_its_watcher_is_timed_all_the_same():
    def strict(x: Tensor) -> Tensor:
        if type(x.data) is not np.ndarray:
            raise TypeError("an array, please")
        return Tensor(x.data * 0.5)

    facts = measured(strict).facts(SMALL)
    assert facts["Steps"] == "The function raised TypeError when it was watched."
    assert "Times as fast as one expression" in facts


def test_a_part_that_is_not_written_yet_says_so_and_the_expressions_can_be_explored():
    def unwritten(x: Tensor) -> Tensor:
        raise NotImplementedError

    live = measured(unwritten)
    assert live.trouble.startswith("Part 2 is not written yet")
    live.state = {**SMALL, "rung": "one expression"}
    assert live.trouble == ""
    assert "Sum of its steps" in live.facts(live.shown_state)


def test_an_expression_that_takes_too_long_is_called_by_its_own_name(monkeypatch):
    def too_long(part: str, *arguments: Any, **options: Any) -> Iterator[float]:
        yield 0
        raise NothingToShow(f"One call of {part} takes longer than the budget.")

    monkeypatch.setattr(live_rungs, "measure_call", too_long)
    live = measured(fused_gelu, rung="one expression")
    assert live.trouble == "One call of one expression takes longer than the budget."
