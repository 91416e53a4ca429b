"""The roofline explorer in Python: its machines, its words, and what it says of bad recordings."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explore.recorded import data_sheet, small_accelerator, small_recording
from tests.perf.machines import CACHES, machine_points
from tinytorch.explore.charts.hardware import SPECIFICATIONS, Specification
from tinytorch.explore.explorers import explore_roofline
from tinytorch.explore.explorers.counts import HIGHEST_DEGREE, counted, polynomial
from tinytorch.explore.explorers.roofs import Roofs
from tinytorch.perf.context import Context
from tinytorch.perf.points import Point, RecordingError, Sweep
from tinytorch.perf.profiling import duration
from tinytorch.perf.recording import Recording, load_cpus, write_recording
from tinytorch.perf.roofline import Roofline
from tinytorch.perf.spread import significant

CPU = "Example, 2 cores"
SHEET = "Stated 1, data sheet"


@pytest.fixture(scope="module")
def rec():
    return small_recording()


@pytest.fixture(scope="module")
def explorer(rec):
    return explore_roofline(rec, small_accelerator(), specifications=[data_sheet()])


def at(explorer: Any, **state: Any) -> dict[str, Any]:
    """Give a whole state, with what does not go together moved to the nearest."""
    return explore_like(explorer, state).shown_state


def explore_like(explorer: Any, state: dict[str, Any]) -> Any:
    return type(explorer)(explorer.payload, state)


def timed(kernel: str, n: int, seconds: float, threads: int = 1, **counts: int) -> Point:
    labels: dict[str, str | int] = {
        "kernel": kernel,
        "n": n,
        "dtype": "float32",
        "threads": threads,
    }
    return Point(labels, (seconds,) * 3, 0, n, **counts)


def machine(*points: Point) -> Recording:
    """Give a machine of round numbers: L1 160, L2 80, L3 60, memory 20 GB/s, GEMM 100 GFLOP/s."""
    sweeps = {
        "ceilings": Sweep("ceilings", "", "", tuple(machine_points())),
        "kernels": Sweep("kernels", "", "", points),
    }
    return Recording(Context("Round", 2, CACHES, date="2026-11-22"), sweeps)


def test_the_data_is_json_and_survives_the_way(explorer):
    assert json.loads(json.dumps(explorer.payload)) == explorer.payload


def test_every_recorded_point_can_be_reached_under_every_number_of_threads(rec, explorer):
    keys = ("kernel", "n", "dtype", "threads")
    reached = {
        tuple(state[key] for key in keys)
        for state in explorer.states()
        if state["machine"] == CPU and not state["own"]
    }
    recorded = {tuple(point.case[key] for key in keys[:3]) for point in rec.sweep("kernels").points}
    assert reached == {(*labels, threads) for labels in recorded for threads in (1, 2)}


def test_every_state_has_words_and_rows_and_stays_where_it_is(explorer):
    for state in explorer.states():
        assert explorer.facts(state)
        rows = explorer.rows(state)
        assert len({tuple(row) for row in rows}) == 1
        shown = explore_like(explorer, state).shown_state
        assert shown == state


def test_facts_are_those_of_the_recording(rec, explorer):
    for state in explorer.states():
        labels = {key: state[key] for key in ("kernel", "n", "dtype", "threads")}
        points = rec.sweep("kernels").where(**labels)
        if state["machine"] != CPU or state["own"] or not points:
            continue
        point = points[0]
        roofs = Roofs.of(rec.ceilings, int(state["threads"]), str(state["dtype"]))
        kernel = roofs.kernel("", point.flops, point.bytes, point.seconds, point.bytes)
        facts = explorer.facts(state)
        assert facts["Intensity"] == f"{significant(kernel.intensity)} FLOP/byte"
        assert facts["Limiting roof"] == kernel.limit.name
        assert facts["Share of that roof"] == kernel.share
        assert facts["One call takes"] == duration(point.seconds.median)
        assert facts["Rate"].startswith(f"{significant(kernel.gflops.median)} (")


def test_a_kernel_is_held_against_the_level_that_its_working_set_comes_from():
    sizes = {2**10: "L1", 2**14: "L2", 2**18: "L3", 2**24: "memory"}
    recording = machine(
        *(timed("add", n, 12 * n / 10e9, flops=n, bytes=12 * n) for n in sizes),
        timed("matmul", 64, 1e-3, flops=2 * 64**3, bytes=12 * 64**2),
    )
    explorer = explore_roofline(recording, kernel="add")
    rows = explorer.rows(explorer.shown_state)
    assert [row["memory"] for row in rows] == list(sizes.values())
    assert [row["limiting roof"] for row in rows] == list(sizes.values())
    # 1/12 FLOP/byte times 160, 80, 60 and 20 GB/s, in rounds of which the best is 2 % faster
    attainable = [float(row["attainable GFLOP/s"]) for row in rows]
    assert attainable == pytest.approx([13.3, 6.67, 5.0, 1.67], rel=0.03)
    # 10 GB/s are reached everywhere.
    room = [float(row["still to be had"].removesuffix(" times")) for row in rows]
    assert room == pytest.approx([16, 8, 6, 2], rel=0.03)


def test_a_kernel_on_one_thread_stays_while_the_roofs_of_more_threads_rise():
    n = 2**24
    explorer = explore_roofline(machine(timed("add", n, 12 * n / 10e9, flops=n, bytes=12 * n)))
    one, two = (explorer.facts(at(explorer, kernel="add", threads=count)) for count in (1, 2))
    assert one["Rate"] == two["Rate"]
    assert [float(facts["Still to be had"].split()[0]) for facts in (one, two)] == pytest.approx(
        [2, 4], rel=0.03
    )


def test_a_time_with_as_many_threads_is_taken_where_there_is_one():
    points = (
        timed("matmul", 64, seconds, threads, flops=2 * 64**3, bytes=12 * 64**2)
        for threads, seconds in ((1, 8e-6), (2, 5e-6))
    )
    explorer = explore_roofline(machine(*points))
    for threads, words in ((1, "8.00 µs"), (2, "5.00 µs")):
        assert explorer.facts(at(explorer, threads=threads))["One call takes"] == words


def test_the_roofs_and_ridges_of_the_machine_are_told(rec, explorer):
    facts = explorer.facts(at(explorer, threads=2))
    roofline = Roofline.under(rec.ceilings, 2)
    for roof in roofline.memory:
        ridge = significant(roofline.ridge_of(roof, roofline.compute[0]))
        rate = significant(roof.rate.median)
        assert facts[roof.name] == f"{rate} GB/s, ridge {ridge}"
    assert facts["Its peak"].startswith("GEMM float32, ")


def test_the_multiplication_that_was_measured_in_float32_is_no_roof_for_float64(explorer):
    for dtype, there in (("float32", True), ("float64", False)):
        facts = explorer.facts(at(explorer, kernel="matmul", dtype=dtype))
        assert ("np.multiply" in facts) is there
        assert facts["Its peak"].startswith(f"GEMM {dtype}")
        assert "Python loop" in facts


def test_an_accelerator_has_the_kernels_that_were_timed_there(explorer):
    state = at(explorer, machine="Example GPU", kernel="PyTorch's GELU")
    facts = explorer.facts(state)
    assert state["threads"] == 1
    assert facts["Rate"].startswith("7.63 (")  # 8 x 2^20 FLOP in 1.1 ms
    assert facts["Its peak"] == "GEMM float32, 244 GFLOP/s"  # 2 x 512^3 FLOP in 1.1 ms
    assert explorer.badge(state).startswith("recorded on Example GPU")
    reached = {s["kernel"] for s in explorer.states() if s["machine"] == "Example GPU"}
    assert reached == {"matmul", "add", "eight eager steps", "PyTorch's GELU"}


def test_a_data_sheet_has_roofs_but_no_point(explorer):
    state = at(explorer, machine=SHEET, kernel="add", n=2**20)
    facts = explorer.facts(state)
    assert facts["Rate"] == "not measured"
    assert facts["Attainable"] == "130 GFLOP/s"  # 1,555 GB/s / 12
    # As the data sheet has it: no digit rounded away.
    assert facts["Its bandwidth"] == "memory, 1,555 GB/s"
    assert facts["One call takes at least"] == "8.09 µs"  # 12 x 2^20 bytes at 1,555 GB/s
    assert "Still to be had" not in facts
    assert explorer.badge(state) == "Stated 1: from the data sheet, not measured"
    assert "from the data sheet, not measured" in str(explore_like(explorer, state))


def test_the_source_of_a_data_sheet_is_named():
    for machine_ in explore_roofline(small_recording()).payload["machines"][1:]:
        assert "not measured (" in machine_["badge"]
    assert all(spec.source for spec in SPECIFICATIONS)


def test_half_the_bytes_a_value_double_the_intensity(rec):
    halves = Specification("Stated 1", "bfloat16 tensor cores", 312_000, 1_555)
    explorer = explore_roofline(rec, specifications=[data_sheet(), halves])
    intensities = [
        explorer.facts(at(explorer, machine=SHEET, kernel="matmul", n=64, dtype=dtype))["Intensity"]
        for dtype in ("float32", halves.precision)
    ]
    assert intensities == ["10.7 FLOP/byte", "21.3 FLOP/byte"]


def test_ways_to_write_gelu_in_numpy_are_no_matter_of_a_data_sheet(explorer):
    kernels = {state["kernel"] for state in explorer.states() if state["machine"] == SHEET}
    assert "fused_gelu" in kernels
    assert not kernels & {"eight named steps", "one expression", "PyTorch's GELU"}


# --- the reader's own kernel -----------------------------------------------------------------


def own(explorer: Any, **numbers: float) -> dict[str, str]:
    """Give the facts of the reader's own kernel on the machine of round numbers."""
    facts = explorer.facts(at(explorer, own=True, **numbers))
    return {
        term.removeprefix("Yours: "): words
        for term, words in facts.items()
        if term.startswith("Yours: ")
    }


@pytest.fixture(scope="module")
def round_machine():
    return explore_roofline(machine(timed("matmul", 64, 1e-3, flops=2 * 64**3, bytes=49_152)))


def test_a_counted_kernel_gets_a_roof_and_a_least_time(round_machine):
    facts = own(round_machine, flop=10**9, bytes=10**9)
    assert facts["intensity"] == "1.00 FLOP/byte"
    assert facts["limiting roof"] == "memory"
    assert float(facts["attainable"].split()[0]) == pytest.approx(20, rel=0.03)
    assert facts["one call takes at least"].endswith(" ms")
    assert facts["rate"] == "not measured"


def test_far_right_of_the_ridge_arithmetic_limits_it(round_machine):
    facts = own(round_machine, flop=10**12, bytes=10**9)
    assert facts["limiting roof"] == "GEMM float32"


def test_with_its_time_it_has_a_rate_and_room(round_machine):
    facts = own(round_machine, flop=10**9, bytes=10**9, seconds=0.1)
    assert facts["rate"] == "10.0 GFLOP/s"
    assert facts["one call takes"] == "100 ms"
    assert float(facts["still to be had"].split()[0]) == pytest.approx(2, rel=0.03)


def test_a_time_that_is_too_good_is_called_an_error(round_machine):
    assert own(round_machine, seconds=1e-12)["still to be had"] == "above its roof: an error"


def test_it_has_a_row_of_its_own(round_machine):
    rows = round_machine.rows(at(round_machine, own=True))
    assert rows[-1]["size"] == "your own kernel"
    assert len(rows) == 1 + len(round_machine.rows(at(round_machine)))


@pytest.mark.parametrize("wrong", [0, -1, "many", 1e30, None])
def test_counts_that_make_no_sense_fall_back(round_machine, wrong):
    state = at(round_machine, own=True, flop=wrong, bytes=wrong)
    assert (state["flop"], state["bytes"]) == (20_000_000, 120_000_000)


# --- where the controls stand ----------------------------------------------------------------


def test_what_a_machine_lacks_becomes_what_it_has(explorer):
    state = at(explorer, machine=SHEET, kernel="one expression", dtype="float64", threads=2)
    assert (state["kernel"], state["dtype"], state["threads"]) == ("matmul", "float32", 1)
    assert at(explorer, machine="nowhere")["machine"] == CPU


def test_a_size_between_two_becomes_the_nearest_and_one_of_another_kind_the_largest(explorer):
    assert at(explorer, kernel="matmul", n=130)["n"] == 128
    largest = max(int(n) for n in small_recording().sweep("kernels").values("n"))
    assert at(explorer, kernel="add", n=100)["n"] == largest


def test_the_page_stays_small_enough(explorer):
    assert len(explore_roofline(small_recording()).page().encode()) <= 60_000


# --- where the data comes from ---------------------------------------------------------------


def test_a_folder_gives_every_machine_in_it(tmp_path: Path, rec):
    other = dataclasses.replace(rec, context=dataclasses.replace(rec.context, cpu="Other"))
    lacking = dataclasses.replace(
        rec, context=dataclasses.replace(rec.context, cpu="Lacking"), sweeps={}
    )
    for one in (other, rec, lacking, small_accelerator()):
        write_recording(one, tmp_path / f"{one.name}.json")
    names = [one["name"] for one in explore_roofline(tmp_path).payload["machines"]]
    sheets = list(dict.fromkeys(f"{spec.device}, data sheet" for spec in SPECIFICATIONS))
    assert names == ["Other, 2 cores", CPU, "Example GPU", *sheets]
    assert load_cpus(tmp_path)[0].context.cpu == "Other"
    assert str(tmp_path) not in json.dumps(explore_roofline(str(tmp_path)).payload)


def test_an_accelerator_of_which_only_a_part_was_measured_is_passed_over(rec):
    whole = small_accelerator()
    part = dataclasses.replace(whole, sweeps={"gemm": whole.sweep("gemm")})
    names = [one["name"] for one in explore_roofline(rec, part).payload["machines"]]
    assert "Example GPU" not in names


def test_a_recording_without_kernels_says_what_to_run(rec):
    lacking = dataclasses.replace(rec, sweeps={"ceilings": rec.sweep("ceilings")})
    with pytest.raises(RecordingError, match="--only kernels"):
        explore_roofline(lacking)


def test_an_accelerator_alone_is_no_source():
    with pytest.raises(RecordingError, match="no recording of a CPU"):
        explore_roofline(small_accelerator())


@pytest.mark.parametrize("field", ["kernel", "n", "dtype", "threads", "flops", "bytes"])
def test_a_point_that_lacks_a_field_is_named(field):
    point = timed("matmul", 64, 1e-3, flops=2 * 64**3, bytes=12 * 64**2)
    if field in point.case:
        broken = dataclasses.replace(
            point, case={key: value for key, value in point.case.items() if key != field}
        )
    else:
        broken = dataclasses.replace(point, **{field: None})
    with pytest.raises(RecordingError, match=r"lacks .*measure it again"):
        explore_roofline(machine(broken))


def test_a_precision_that_nobody_knows_is_named():
    point = timed("matmul", 64, 1e-3, flops=2 * 64**3, bytes=12 * 64**2)
    strange = dataclasses.replace(point, case={**point.case, "dtype": "float7"})
    with pytest.raises(RecordingError, match="'float7' is none of"):
        explore_roofline(machine(strange))


def test_one_kernel_with_two_counts_is_refused():
    points = (timed("add", 8, 1e-6, threads, flops=8 * threads, bytes=96) for threads in (1, 2))
    with pytest.raises(RecordingError, match="kernels of one name need one count"):
        explore_roofline(machine(*points))


def test_counts_that_follow_no_rule_are_refused():
    points = (timed("add", n, 1e-6, flops=2 ** (n - 1), bytes=12 * n) for n in range(1, 9))
    with pytest.raises(RecordingError, match="add cannot be shown"):
        explore_roofline(machine(*points))


def test_any_other_source_is_refused_in_a_sentence():
    for source in ((), (3,), (small_recording(), print), (print, print)):
        with pytest.raises(TypeError, match="expected a folder of recordings, recordings, or your"):
            explore_roofline(*source)


# --- counts as polynomials -------------------------------------------------------------------

sizes = st.lists(st.integers(1, 10**4), min_size=4, max_size=8, unique=True)
coefficients = st.lists(st.integers(0, 100), min_size=1, max_size=HIGHEST_DEGREE + 1).filter(
    lambda some: some[0] > 0
)


@given(coefficients, sizes)
def test_the_polynomial_behind_counts_is_found(rule, some):
    assert polynomial({n: counted(rule, n) for n in some}) == rule


@given(coefficients, sizes)
def test_few_sizes_still_give_the_counts_back(rule, some):
    counts = {n: counted(rule, n) for n in some[:2]}
    found = polynomial(counts)
    assert {n: counted(found, n) for n in counts} == counts
