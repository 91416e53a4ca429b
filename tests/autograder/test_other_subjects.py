"""The same checks examine functions that live behind a pipe: requests and answers are data."""

import io
import json

import numpy as np
import pytest

import autograder
from autograder.examination import examine
from autograder.parts import PARTS
from autograder.subject import Answer, ArrayArgument, InKernelSubject, Request
from tests.honest import fused_gelu, tiled_matmul, unfused_gelu, vectorized_matmul
from tests.honest.performance_analysis import PLAIN
from tests.mutants.fused_gelu import page_one_line
from tests.mutants.tiled_matmul import page_own


class Pipe:
    """A subject that turns every request and answer into bytes and back, without pickle."""

    def __init__(self, functions):
        self._far_end = InKernelSubject(functions)

    def ask(self, request):
        arguments = []
        for argument in request.arguments:
            if isinstance(argument, ArrayArgument):
                through = ArrayArgument(self._carry(argument.values), argument.layout)
                arguments.append(through)
            else:
                arguments.append(json.loads(json.dumps(argument)))
        words = json.dumps(
            [request.probe, request.function, dict(request.keywords), dict(request.options)]
        )
        probe, function, keywords, options = json.loads(words)
        answer = self._far_end.ask(Request(probe, function, tuple(arguments), keywords, options))
        arrays = {name: self._carry(array) for name, array in answer.arrays.items()}
        return Answer(json.loads(json.dumps(answer.facts)), arrays)

    @staticmethod
    def _carry(array):
        stream = io.BytesIO()
        np.save(stream, array, allow_pickle=False)
        stream.seek(0)
        return np.load(stream, allow_pickle=False)


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
