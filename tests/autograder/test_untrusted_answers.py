"""Answers are data from a stranger: what is not exactly what a probe gives is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.probes import PROBES
from autograder.sandbox.answers import FACTS, Unreadable, ended_answer, read_answer
from autograder.sandbox.endings import raised
from autograder.subject import ArrayArgument, InKernelSubject, Request
from tinytorch.core.tensor import Tensor

QUIET = {"raised": None, "printed": "", "warned": []}
TENSOR = {"described": "Tensor", "kind": "tensor", "dtype": "float32", "shape": [2]}
CALLED = {**QUIET, "result": TENSOR, "changed": [], "shared": []}
OPTIONS = {"limit": 1_000, "large": 2}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def functions():
    def returns(x):
        return Tensor(x.data * 2)

    def prints(x):
        print("said")
        return (1, 2.5, "text", None)

    def raises(x):
        raise ValueError("no")

    return {"returns": returns, "prints": prints, "raises": raises, "missing": None}


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("function", functions())
def test_what_the_probes_say_is_read_as_it_is(probe, function):
    arguments = (ArrayArgument(np.ones(4, dtype=np.float32)),) * (2 if probe == "twice" else 1)
    request = Request(probe, function, arguments, {}, OPTIONS)
    answer = InKernelSubject(functions()).ask(request)
    read = read_answer(probe, answer.facts, answer.arrays, arguments=1)
    assert read.facts == answer.facts
    assert set(read.arrays) == set(answer.arrays)


@given(
    st.sampled_from(sorted(FACTS)),
    json_values | st.dictionaries(st.sampled_from(sorted(CALLED)), json_values, max_size=5),
)
def test_random_facts_are_read_or_refused(probe, facts):
    try:
        answer = read_answer(probe, facts, {})
    except Unreadable:
        return
    assert set(answer.facts) == set(FACTS[probe])


@pytest.mark.parametrize(
    "facts",
    [
        None,
        [],
        {},
        {**CALLED, "score": 100},
        {**CALLED, "changed": [1]},
        {**CALLED, "changed": [-1]},
        {**CALLED, "changed": [True]},
        {**CALLED, "changed": "0"},
        {**CALLED, "raised": {"type": "X", "lineage": [], "message": "m", "more": 1}},
        {**CALLED, "raised": {"type": "X", "lineage": "ValueError", "message": "m"}},
        {**CALLED, "warned": ["w"] * 101},
        {**CALLED, "printed": 3},
        {**CALLED, "result": {**TENSOR, "kind": "right"}},
        {**CALLED, "result": {**TENSOR, "value": 1}},
        {**CALLED, "result": {**TENSOR, "shape": [2.0]}},
        {**CALLED, "result": {**TENSOR, "shape": [1] * 65}},
    ],
)
def test_ill_typed_facts_are_refused(facts):
    with pytest.raises(Unreadable):
        read_answer("call", facts, {}, arguments=1)


@pytest.mark.parametrize(
    "arrays",
    [
        {"result": np.zeros(2)},
        {"result": np.zeros(3, dtype=np.float32)},
        {"other": np.zeros(2, dtype=np.float32)},
        {"first": np.zeros(2, dtype=np.float32)},
    ],
)
def test_an_array_that_was_not_described_is_refused(arrays):
    with pytest.raises(Unreadable):
        read_answer("call", CALLED, arrays, arguments=1)


def test_an_array_beside_a_plain_value_is_refused():
    facts = {**CALLED, "result": {"described": "3", "kind": "plain", "value": 3}}
    with pytest.raises(Unreadable):
        read_answer("call", facts, {"result": np.zeros(2, dtype=np.float32)}, arguments=1)


def test_text_is_cut_and_cannot_act():
    printed = "\x1b[2J" + "\ud800" + "x" * 10_000
    facts = read_answer("call", {**CALLED, "printed": printed}, {}).facts
    assert facts["printed"].startswith("\\x1b[2J\\ud800xxx")
    assert len(facts["printed"]) < 5_000


def test_a_number_that_arithmetic_refuses_becomes_infinite():
    facts = {**CALLED, "result": {"described": "n", "kind": "plain", "value": [-(10**400), 1]}}
    assert read_answer("call", facts, {}).facts["result"]["value"] == [-np.inf, 1]


@pytest.mark.parametrize("probe", [*PROBES, "resident"])
def test_a_function_that_ended_its_process_answers_every_probe(probe):
    facts = ended_answer(probe, raised("TimeLimit", "f did not end.")).facts
    assert facts["raised"] == {
        "type": "TimeLimit",
        "lineage": ["TimeLimit"],
        "message": "f did not end.",
    }
    assert set(facts) >= set(FACTS[probe])
