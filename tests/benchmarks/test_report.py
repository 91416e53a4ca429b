from dataclasses import replace

import pytest

from benchmarks.peers.kernels import GELU, MATMUL
from benchmarks.peers.report import gelu_lines, ratio, report, table
from tests.explore.recorded_peers import peers_recording
from tinytorch.perf.points import Point, Sweep


def gelu() -> Sweep:
    return peers_recording().sweep("peers_gelu")


def test_a_table_orders_peers_by_time_and_divides_by_the_yardstick() -> None:
    lines = table(GELU, gelu(), threads=1).splitlines()
    assert lines[0] == "gelu, 1 thread (medians, quartiles in brackets)"
    assert lines[1].split("  ")[0] == "n"
    assert lines[2].split() == ["2¹⁶", "fused_gelu", "1.25", "(1.12", "to", "1.38)", "1"]
    assert "PyTorch" in lines[5]
    assert lines[5].endswith("4.00 (4.00 to 4.00)")
    assert lines[6].split()[:2] == ["2¹⁶", "JAX"]
    assert lines[7].split()[:2] == ["2²⁰", "fused_gelu"]


def test_each_number_of_threads_has_a_table_and_the_machine_a_line() -> None:
    text = report(peers_recording())
    for heading in (
        "gelu, 1 thread ",
        "gelu, 2 threads ",
        "matmul, 1 thread ",
        "matmul, 2 threads ",
    ):
        assert text.count(heading) == 1
    assert text.endswith(
        "recorded on Example, 2 cores, 2026-11-22, NumPy 2.4.6, PyTorch 2.13.0, JAX 0.10.2"
    )


def test_products_are_divided_by_np_matmul() -> None:
    sweep = peers_recording().sweep("peers_matmul")
    ours = sweep.point(peer="vectorized_matmul", n=128, threads=2)
    assert ratio(MATMUL, sweep, ours) == "0.333 (0.333 to 0.333)"
    assert ratio(MATMUL, sweep, sweep.point(peer="np.matmul", n=128, threads=2)) == "1"


def test_without_the_yardstick_there_is_no_ratio() -> None:
    others = tuple(point for point in gelu().points if point.case["peer"] != "fused_gelu")
    sweep = replace(gelu(), points=others)
    assert ratio(GELU, sweep, others[0]) == "-"


def scaled(peer: str, factor: float) -> Sweep:
    """Return the sweep with the samples of one peer multiplied."""

    def changed(point: Point) -> Point:
        if point.case["peer"] != peer:
            return point
        return replace(point, samples=tuple(sample * factor for sample in point.samples))

    return replace(gelu(), points=tuple(changed(point) for point in gelu().points))


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [
        (1.0, "Goal: at least 1.3 at each size: reached."),
        (0.25, "Goal: at least 1.3 at each size: missed, the lowest is 1.00."),
    ],
)
def test_the_goal_is_judged_by_the_lowest_median(factor: float, verdict: str) -> None:
    against_torch, against_line = gelu_lines(scaled("PyTorch", factor))
    assert against_torch.startswith("fused_gelu is times as fast as PyTorch, one thread: 2¹⁶: ")
    assert against_torch.endswith(verdict)
    assert "Goal" not in against_line
    assert "2²⁰: 2.00 (2.00 to 2.00)." in against_line


def test_without_pytorch_no_goal_is_judged() -> None:
    others = tuple(point for point in gelu().points if point.case["peer"] != "PyTorch")
    (line,) = gelu_lines(replace(gelu(), points=others))
    assert "page's one line" in line
