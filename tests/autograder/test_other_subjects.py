"""The same checks examine functions that live behind a pipe: requests and answers are data."""

import pytest

import autograder
from autograder.examination import examine
from autograder.parts import PARTS
from tests.autograder.pipe import Pipe
from tests.honest import fused_gelu, tiled_matmul, unfused_gelu, vectorized_matmul
from tests.honest.performance_analysis import PLAIN
from tests.mutants.fused_gelu import page_one_line
from tests.mutants.tiled_matmul import page_own


@pytest.mark.parametrize(
    ("part", "function"),
    [
        ("vectorized_matmul", vectorized_matmul.with_matmul),
        ("fused_gelu", fused_gelu.in_blocks_by_the_exponential),
        ("unfused_gelu", unfused_gelu.eight_names_with_a_power),
        ("tiled_matmul", tiled_matmul.three_loops_and_plus_equals),
        ("fused_gelu", page_one_line),
        ("tiled_matmul", page_own),
    ],
)
def test_a_kernel_scores_the_same_through_a_pipe(part, function):
    near = autograder.check(part, function)
    far = examine(PARTS[part], Pipe({part: function}))
    assert [r.status for r in far.items] == [r.status for r in near.items], str(far)


def test_the_analysis_scores_the_same_through_a_pipe():
    part = PARTS["performance_analysis"]
    report = examine(part, Pipe({name: PLAIN[name] for name in part.functions}))
    assert report.score == report.max_score, str(report)
