"""Whatever a worker answers, examining a part ends with a report, and no check stumbles over it."""

import importlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.examination import examine
from autograder.hidden import CONFIRMATIONS
from autograder.parts import PARTS
from autograder.probes import PROBES
from autograder.sandbox.answers import Unreadable, read_answer
from autograder.subject import Answer
from tests.honest.performance_analysis import PLAIN

pytestmark = pytest.mark.slow

FUNCTIONS = {
    part: importlib.import_module(f"tests.honest.{part}").HONEST[0]
    for part in PARTS
    if part != "performance_analysis"
} | {name: PLAIN[name] for name in PARTS["performance_analysis"].functions}

PROBED = (*PROBES, "resident")
WORDS = (
    "",
    "float32",
    "float64",
    "matmul",
    "power",
    "ValueError",
    "NotImplementedError",
    "x" * 999,
)
numbers = st.one_of(
    st.integers(-2, 70), st.sampled_from((2**40, 2**61, -(10**299), 10**299)), st.floats()
)
counts = st.sampled_from((0, 1, 3, 8, 64, 2**20, 2**61))
texts = st.sampled_from(WORDS)
plain = st.recursive(
    st.one_of(numbers, texts, st.none(), st.booleans()), lambda part: st.lists(part, max_size=3)
)
shapes = st.lists(st.integers(0, 6), max_size=3)


def records(**fields: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.fixed_dictionaries(fields), max_size=3)


FACTS = {
    "raised": st.none()
    | st.fixed_dictionaries({"type": texts, "lineage": st.lists(texts, max_size=3)}).map(
        lambda raised: {**raised, "message": "(2, 3) (4, 5)"}
    ),
    "printed": texts,
    "warned": st.lists(texts, max_size=2),
    "changed": st.lists(st.integers(0, 1), max_size=2),
    "shared": st.lists(st.integers(0, 1), max_size=2),
    "steps": counts,
    "stopped": st.booleans(),
    "peak_bytes": st.none() | counts,
    "peak_in_outputs": st.none() | st.floats(0, 1e299),
    "resident_in_outputs": st.none() | st.floats(0, 1e299),
    "most_alive": counts,
    "outside": st.lists(texts, max_size=2),
    "operations": records(
        name=texts, dtype=texts, shape=st.lists(counts, max_size=3), times=counts
    ),
    "products": records(how=texts, sizes=st.lists(counts, max_size=3), dtype=texts, times=counts),
    "defaults": st.dictionaries(texts | st.just("tile_size"), plain, max_size=2),
    "script": st.none() | st.dictionaries(texts, plain, max_size=2),
    "left": st.none() | texts,
}


@st.composite
def arrays(draw: st.DrawFn, like: np.ndarray) -> np.ndarray:
    shape = draw(st.just(list(like.shape)) | shapes)
    code = draw(st.sampled_from(("<f4", ">f4", "<f8", "<f2", "<i8", "<u1", "?", "<c8", "<f16")))
    value = draw(st.sampled_from((0.0, 1.0, -3.5, 1e38, np.nan, np.inf)))
    with np.errstate(all="ignore"):
        return np.full(shape, value).astype(code)


class Lying:
    """Answers as an honest worker would, but for some facts and arrays."""

    def __init__(self, about: str, data: st.DataObject) -> None:
        # About one probe, so that the checks that come after others are reached as well.
        self._about = about
        self._data = data

    def ask(self, request):
        probe = "call" if request.probe == "resident" else request.probe
        answer = PROBES[probe](
            FUNCTIONS[request.function],
            request.arguments,
            dict(request.keywords),
            dict(request.options),
        )
        if request.probe == "resident":
            answer.facts["resident_in_outputs"] = 1.0
        if request.probe != self._about:
            return answer
        facts, results = self._changed(answer)
        try:
            return read_answer(request.probe, facts, results, len(request.arguments))
        except Unreadable:
            return answer

    def _changed(self, answer: Answer):
        draw = self._data.draw
        facts, results = dict(answer.facts), dict(answer.arrays)
        for name in draw(st.sets(st.sampled_from(sorted(facts)), max_size=3)):
            if name in FACTS:
                facts[name] = draw(FACTS[name])
        for name in results:
            results[name] = draw(arrays(results[name]))
        if "result" in results:
            array = results["result"]
            kind = draw(st.sampled_from(("tensor", "array")))
            described = {"dtype": str(array.dtype), "shape": list(array.shape)}
            facts["result"] = {"kind": kind, "described": "Tensor", **described}
        elif "result" in facts:
            facts["result"] = {"kind": "plain", "described": "", "value": draw(plain)}
        return facts, results


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_examining_ends_with_a_report(data):
    part = PARTS[data.draw(st.sampled_from(sorted(PARTS)))]
    about = data.draw(st.sampled_from(PROBED))
    confirmations = CONFIRMATIONS if about in ("script", "resident") else None
    report = examine(
        part, Lying(about, data), rng=np.random.default_rng(0), confirmations=confirmations
    )
    assert 0 <= report.score <= part.points
    assert report.to_dict()["score"] == report.score
    assert str(report)
