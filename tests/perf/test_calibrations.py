import pytest

from tinytorch.perf.calibrations import (
    BEST_MATMUL,
    DURATION,
    UNREST,
    calibrations,
    ceilings_of,
    gemm_share,
    unsteadiness,
)

AROUND = {(BEST_MATMUL, 1): 100.0, (DURATION, 1): 0.1, (UNREST, 1): 0.5}
RUNS = [
    {("memory", 1): memory, ("GEMM float32", 1): gemm, **AROUND}
    for memory, gemm in ((20.0, 95.0), (21.0, 99.0), (18.0, 97.0))
]


def test_the_samples_give_the_ceilings_back() -> None:
    sweep = calibrations(RUNS)
    assert sweep.point(ceiling="memory").gbs.median == pytest.approx(20, rel=1e-4)
    assert sweep.point(ceiling="GEMM float32").gflops.median == pytest.approx(97, rel=1e-4)
    assert sweep.point(ceiling=DURATION).seconds.median == pytest.approx(10, rel=1e-4)


def test_unsteadiness_is_the_furthest_from_the_median() -> None:
    assert unsteadiness(calibrations(RUNS).point(ceiling="memory")) == pytest.approx(0.1, rel=1e-3)


def test_the_peak_is_held_against_the_best_matmul_of_the_same_calibration() -> None:
    assert gemm_share(calibrations(RUNS), 1).median == pytest.approx(0.97, rel=1e-3)


def test_unrest_is_kept_as_times_the_shortest_loop() -> None:
    assert calibrations(RUNS).point(ceiling=UNREST).seconds.median == 2


def test_only_ceilings_are_judged() -> None:
    names = {point.case["ceiling"] for point in ceilings_of(calibrations(RUNS))}
    assert names == {"memory", "GEMM float32"}


def test_a_level_that_one_calibration_did_not_see_is_left_out() -> None:
    sweep = calibrations([{**RUNS[0], ("L1", 1): 100.0}, *RUNS[1:]])
    assert "L1" not in sweep.values("ceiling")
