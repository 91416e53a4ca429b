from dataclasses import replace

import pytest

from tests.perf.machines import CACHES, LEVELS, machine_points
from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.points import RecordingError


def ceilings(**changes: object) -> Ceilings:
    return Ceilings(machine_points(**changes), CACHES)  # type: ignore[arg-type]


def test_every_level_is_the_fastest_streams_bandwidth_there() -> None:
    levels = {level.name: level for level in ceilings().levels(1)}
    assert list(levels) == ["L1", "L2", "L3", "memory"]
    for name, rate in zip(levels, LEVELS.values(), strict=True):
        assert levels[name].kernel == "add"
        assert levels[name].gbs.median == pytest.approx(rate)
        assert levels[name].gbs.runs == 3
    assert levels["L2"].reported == CACHES["L2"]
    assert levels["memory"].reported is None
    assert (levels["L2"].smallest, levels["L2"].largest) == (64 * 2**10, 512 * 2**10)


def test_bandwidth_is_that_of_memory_unless_a_level_is_named() -> None:
    assert ceilings().bandwidth_gbs().median == pytest.approx(20)
    assert ceilings().bandwidth_gbs("all").median == pytest.approx(40)
    assert ceilings().bandwidth_gbs(level="L2").median == pytest.approx(80)
    with pytest.raises(RecordingError, match="no level 'L4' with 1 threads; it shows .'L1'"):
        ceilings().bandwidth_gbs(level="L4")


def test_the_three_roofs_of_arithmetic() -> None:
    assert ceilings().peak_gflops().median == pytest.approx(100)  # the larger of two sizes
    assert ceilings().peak_gflops("all", "float64").median == pytest.approx(100)
    assert ceilings().vector_gflops().median == pytest.approx(16, rel=1e-3)
    assert ceilings().python_gflops().median == pytest.approx(0.04)


def test_a_level_that_the_passes_rule_is_said_to_be_hidden() -> None:
    # 32 KiB at 160 GB/s take 205 ns: a pass that costs 150 ns by itself is most of what is seen.
    hidden = ceilings(pass_ns=150.0)
    assert [level.name for level in hidden.levels(1)] == ["L2", "L3", "memory"]
    (remark,) = hidden.remarks(1)
    assert remark.startswith("L1 (32 KiB) is hidden")
    assert "cost of the call" in remark


def test_levels_of_the_same_speed_are_said_not_to_be_told_apart() -> None:
    same = ceilings(levels={32 * 2**10: 160.0, 16 * 2**20: 60.0, 2**40: 20.0})
    assert len(same.levels(1)) == 3
    (remark,) = same.remarks(1)
    assert "cannot be told apart" in remark


def test_a_machine_that_shows_all_its_levels_has_no_remarks() -> None:
    assert ceilings().remarks(1) == []


def test_one_core_and_unknown_caches_still_answer() -> None:
    alone = Ceilings(machine_points(thread_counts=(1,)))
    assert alone.threads == [1]
    assert alone.bandwidth_gbs("all") == alone.bandwidth_gbs(1)
    assert [level.name for level in alone.levels()] == ["level 1", "level 2", "level 3", "memory"]
    assert alone.remarks() == []


def test_the_curve_holds_every_stream_at_every_working_set() -> None:
    curve = ceilings().curve(1)
    assert list(curve) == sorted(curve)
    assert all(list(at) == ["copy", "scale", "add", "triad"] for at in curve.values())
    assert curve[2**14]["add"].median == pytest.approx(160)


def test_what_was_not_measured_is_named() -> None:
    with pytest.raises(RecordingError, match=r"No ceiling of GEMM float32 was measured with 3"):
        ceilings().peak_gflops(3)
    with pytest.raises(RecordingError, match="GEMM float16"):
        ceilings().peak_gflops(1, "float16")


def test_a_run_is_worth_the_best_of_its_rounds() -> None:
    slow_now_and_then = [2.0, 1.0, 1.0, 2.0, 2.0, 1.0]
    points = tuple(
        replace(point, samples=tuple(point.samples[0] * slow for slow in slow_now_and_then))
        for point in machine_points()
    )
    memory = Ceilings(points, CACHES).bandwidth_gbs()
    assert memory.median == pytest.approx(20)
    assert memory.runs == 3  # of two rounds each
