"""Different right solutions earn every point."""

import importlib

import pytest

import autograder
from autograder.parts import PARTS

KERNELS = ("vectorized_matmul", "fused_gelu", "unfused_gelu", "tiled_matmul")


def _solutions(part):
    return importlib.import_module(f"tests.honest.{part}").HONEST


@pytest.mark.parametrize("part", PARTS)
def test_there_are_at_least_ten_for_each_part(part):
    assert len(_solutions(part)) >= 10


@pytest.mark.parametrize(
    ("part", "solution"),
    [
        pytest.param(part, solution, id=f"{part}-{solution.__name__}")
        for part in KERNELS
        for solution in _solutions(part)
    ],
)
def test_a_kernel_loses_nothing(part, solution):
    report = autograder.check(part, solution)
    assert report.score == report.max_score, str(report)


@pytest.mark.parametrize(
    "solution",
    [pytest.param(s, id=s["__name__"]) for s in _solutions("performance_analysis")],
)
def test_an_analysis_loses_nothing(solution):
    functions = [solution[name] for name in PARTS["performance_analysis"].functions]
    report = autograder.check("performance_analysis", *functions)
    assert report.score == report.max_score, str(report)
