"""The grader's half of a script: what it refuses, and that nothing gets past it."""

import contextlib
import copy
import math
import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.gelu_cases import gelu
from autograder.probes.script_format import (
    DTYPES,
    FUNCTION_KEYWORDS,
    MOST_STEPS,
    UFUNCS,
)
from autograder.replay import ScriptError, parse, replay
from autograder.replay.functions import FUNCTIONS
from autograder.replay.limits import MOST_BUFFERS, MOST_ELEMENTS, MOST_WORK
from autograder.replay.measures import (
    has_memory_of_its_own,
    most_alive,
    peak_in_results,
    products,
    written_outside,
)
from autograder.subject import ArrayArgument, InKernelSubject, Request
from tests.autograder.random_scripts import RandomScript
from tests.honest.tiled_matmul import three_loops_and_plus_equals, tiles_as_a_batch
from tests.honest.unfused_gelu import eight_names_with_multiplications

X = np.arange(12, dtype=np.float32).reshape(3, 4)
OTHER = np.random.default_rng().standard_normal((3, 4)).astype(np.float32)


def double():
    """Return a script of x + x: views 0 (the input) and 1 (the result)."""
    return {
        "buffers": [["float32", 12, -1, None], ["float32", 12, 0, None]],
        "views": [[0, 0, [3, 4], [4, 1]], [1, 0, [3, 4], [4, 1]]],
        "steps": [["call", "add", [0, 0], {}, [1], True]],
        "result": 1,
    }


def run(script, inputs=(X,), others=(OTHER,)):
    return replay(parse(script, inputs), others)


def test_the_script_that_the_forged_ones_are_made_of_runs():
    assert np.array_equal(run(double()), OTHER + OTHER)


def forged(**parts):
    return {**double(), **parts}


def with_step(*step, **parts):
    return forged(steps=[list(step)], **parts)


def with_view(*view):
    """Return the script with another view for what it reads."""
    return forged(views=[list(view), double()["views"][1]])


def with_buffer(*buffer):
    """Return the script with a third buffer, which view 2 shows whole."""
    script = double()
    elements = buffer[1] if type(buffer[1]) is int else 1
    return forged(
        buffers=[*script["buffers"], list(buffer)],
        views=[*script["views"], [2, 0, [elements], [1]]],
    )


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


ADD = ["call", "add", [0, 0], {}, [1], True]
HUGE = 2**30

MALFORMED = {
    "nothing": None,
    "a list": [],
    "text": "x + x",
    "a number": 7,
    "a field too few": {key: value for key, value in double().items() if key != "result"},
    "a field too many": {**double(), "code": "import os"},
    "deep nesting": nested(900),
    "deep nesting inside": forged(steps=[["call", "add", nested(900), {}, [1], True]]),
    "steps that are no list": forged(steps={"0": ADD}),
    "a step that is too short": forged(steps=[ADD[:4]]),
    "a step that is a number": forged(steps=[3]),
    "too many steps": forged(steps=[["copy", "copy", [0], {}, [1], False]] * (MOST_STEPS + 1)),
    "too many views": forged(views=[[0, 0, [3, 4], [4, 1]]] * 1_000_000),
    "too many buffers": forged(buffers=[["float32", 1, 0, 0]] * (MOST_BUFFERS + 1)),
    "no buffers": forged(buffers=[]),
    "no views": forged(views=[]),
    "true for a number": forged(result=True),
    "a float for a number": forged(result=1.0),
    "a result that is not there": forged(result=2),
    "a negative result": forged(result=-1),
    "a number of a million digits": with_view(0, 10**1_000_000, [1], [1]),
    "another input": forged(buffers=[["float64", 12, -1, None], ["float32", 12, 0, None]]),
    "a larger input": forged(buffers=[["float32", 13, -1, None], ["float32", 12, 0, None]]),
    "an input that is made late": forged(
        buffers=[["float32", 12, 0, None], ["float32", 12, 0, None]]
    ),
    "an object dtype": with_buffer("object", 1, 0, None),
    "a dtype of text": with_buffer("U1000000", 1, 0, None),
    "a complex dtype": with_buffer("complex128", 1, 0, None),
    "a dtype that is a list": with_buffer(["f4", "f4"], 1, 0, None),
    "an empty buffer": with_buffer("float32", 0, 0, None),
    "a giant buffer": with_buffer("float32", MOST_ELEMENTS + 1, 0, None),
    "a buffer freed before it is made": with_buffer("float32", 1, 1, 0),
}  # fmt: skip
OUT_OF_BOUNDS = {
    "a view past the end": with_view(0, 9, [4], [1]),
    "a view before the beginning": with_view(0, 2, [4], [-1]),
    "a negative offset": with_view(0, -1, [3, 4], [4, 1]),
    "strides past the end": with_view(0, 0, [3, 4], [5, 1]),
    "negative strides past the beginning": with_view(0, 11, [3, 4], [-4, -2]),
    "a giant shape of no memory": with_view(0, 0, [HUGE, HUGE], [0, 0]),
    "many axes": with_view(0, 0, [1] * 60, [0] * 60),
    "a shape of zero": with_view(0, 0, [0], [1]),
    "a negative shape": with_view(0, 0, [-3, -4], [4, 1]),
    "fewer strides than axes": with_view(0, 0, [3, 4], [4]),
    "a view of a buffer that is not there": with_view(5, 0, [1], [1]),
    "a giant stride": with_view(0, 0, [2], [2**50]),
}
UNKNOWN = {
    "an unknown kind": with_step("call it", "add", [0, 0], {}, [1], True),
    "an unknown ufunc": with_step("call", "frompyfunc", [0, 0], {}, [1], True),
    "a function that is no ufunc": with_step("call", "load", [0, 0], {}, [1], True),
    "an unknown function": with_step("function", "fromfile", [0], {}, [1], True),
    "a path to a function": with_step("function", "lib.npyio.save", [0], {}, [1], True),
    "a dunder": with_step("call", "__class__", [0, 0], {}, [1], True),
    "a name that is no text": with_step("call", ["add"], [0, 0], {}, [1], True),
    "an unknown keyword": with_step("call", "add", [0, 0], {"signature": "OO->O"}, [1], True),
    "an output by keyword": with_step("call", "add", [0, 0], {"out": 0}, [1], True),
    "an output as an operand": with_step("call", "add", [0, 0, 0], {}, [1], False),
    "a function's output as an operand": with_step("function", "dot", [0, 0, 0], {}, [1], False),
    "an object dtype by keyword": with_step("call", "add", [0, 0], {"dtype": "object"}, [1], True),
    "keywords that are a list": with_step("call", "add", [0, 0], [["dtype"]], [1], True),
    "no target": with_step("call", "add", [0, 0], {}, [], True),
    "two targets of one result": with_step("call", "add", [0, 0], {}, [1, 1], False),
    "no operand": with_step("reduce", "add", [], {}, [1], True),
    "an index that is not there": with_step("get", "get", [0], {}, [1], True),
    "an index that is text": with_step("get", "get", [0], {"index": "x"}, [1], True),
    "an index of a kind unknown": with_step("get", "get", [0], {"index": [["code", 1]]}, [1], True),
    "an axis that is text": with_step("reduce", "add", [0], {"axis": "0"}, [1], True),
    "nan in text": with_step("function", "nan_to_num", [0], {"nan": "__import__"}, [1], True),
}
CONSTANTS = {
    "a constant of a kind unknown": ["complex", "0x1.0p+0"],
    "a constant that is empty": [],
    "a float that is a number": ["float", 0.5],
    "a float that is no hexadecimal": ["float", "0.5"],
    "a float with a space": ["float", " 0x1.0p+0"],
    "a float beyond all floats": ["float", "0x1.0p+9999"],
    "an int that is true": ["int", True],
    "an int beyond all ints": ["int", 2**70],
    "an int that does not fit": ["array", "int8", [1], [300]],
    "an array that holds the answer": ["array", "float32", [12, 12], ["0x1.0p+0"] * 144],
    "an array of another size": ["array", "float32", [3], ["0x1.0p+0"] * 2],
    "an array of objects": ["array", "object", [1], [None]],
    "an array of lists": ["array", "float32", [1], [["0x1.0p+0"]]],
    "an array of a giant shape": ["array", "float32", [HUGE, HUGE], []],
}
EXPENSIVE = {
    "an outer product": {
        "views": [[0, 0, [2**20], [0]], [1, 0, [12], [1]]],
        "steps": [["function", "outer", [0, 0], {}, [1], True]],
    },
    "a ufunc's outer product": {
        "views": [[0, 0, [2**20], [0]], [1, 0, [12], [1]]],
        "steps": [["outer", "add", [0, 0], {}, [1], True]],
    },
    "a matmul": {
        "views": [[0, 0, [4_000, 4_000], [0, 0]], [1, 0, [3, 4], [4, 1]]],
        "steps": [["call", "matmul", [0, 0], {}, [1], True]],
    },
    "a matmul of batches": {
        "views": [
            [0, 0, [99, 9, 9, 9], [0] * 4], [1, 0, [3, 4], [4, 1]], [0, 0, [99, 1, 9, 9], [0] * 4],
        ],
        "steps": [["call", "matmul", [0, 2], {}, [1], False]] * 2_000,
    },
    "a broadcast": {
        "views": [[0, 0, [2**20, 1], [0, 0]], [1, 0, [12], [1]], [0, 0, [1, 2**20], [0, 0]]],
        "steps": [["call", "add", [0, 2], {}, [1], True]],
    },
    "an einsum": {
        "views": [[0, 0, [99, 99, 99], [0] * 3], [1, 0, [12], [1]]],
        "steps": [["function", "einsum", [0, 0], {"subscripts": "abc,def->"}, [1], True]],
    },
    "an einsum with a plan": {
        "views": [[0, 0, [99, 99, 99], [0] * 3], [1, 0, [12], [1]]],
        "steps": [
            ["function", "einsum", [0, 0], {"subscripts": "abc,def", "optimize": True}, [1], True]
        ],
    },
    "an einsum of many": {
        "steps": [["function", "einsum", [0] * 4, {"subscripts": "ab,cd,ef,gh"}, [1], True]],
    },
    "an einsum of a word": {
        "steps": [["function", "einsum", [0, 0], {"subscripts": "a" * 10**6}, [1], True]],
    },
    "a concatenation": {
        "views": [[0, 0, [2**20], [0]], [1, 0, [12], [1]]],
        "steps": [["function", "concatenate", [0] * 2_000, {}, [1], True]],
    },
    "a concatenation of very many": {
        "steps": [["function", "concatenate", [0] * 10**6, {}, [1], True]],
    },
    "a tensordot": {
        "views": [[0, 0, [2**20], [0]], [1, 0, [12], [1]]],
        "steps": [["function", "tensordot", [0, 0], {"axes": 0}, [1], True]],
    },
    "a tensordot with more axes than there are": {
        "steps": [["function", "tensordot", [0, 0], {"axes": 5}, [1], True]],
    },
    "picked rows": {
        "views": [[0, 0, [16, 2**10], [0, 0]], [1, 0, [12], [1]], [2, 0, [2**16], [0]]],
        "buffers": [*double()["buffers"], ["int64", 1, -1, None]],
        "steps": [["get", "get", [0], {"index": [["array", 2]]}, [1], True]],
    },
    "two lists of places that broadcast": {
        "views": [
            [0, 0, [3, 4], [4, 1]], [1, 0, [12], [1]],
            [2, 0, [2**16, 1], [0, 0]], [2, 0, [1, 2**16], [0, 0]],
        ],
        "buffers": [*double()["buffers"], ["int64", 1, -1, None]],
        "steps": [
            ["put", "put", [["int", 1]], {"index": [["array", 2], ["array", 3]]}, [0], False]
        ],
    },
    "very many places": {
        "views": [[0, 0, [12], [1]], [1, 0, [12], [1]], [2, 0, [2**24], [0]]],
        "buffers": [*double()["buffers"], ["int64", 1, -1, None]],
        "steps": [["put", "put", [["int", 1]], {"index": [["array", 2]]}, [1], False]] * 50,
    },
    "long steps many times": {
        "buffers": [*double()["buffers"], ["float32", 2**22, 0, None]],
        "views": [*double()["views"], [2, 0, [2**22], [1]]],
        "steps": [["copy", "copy", [["int", 1]], {}, [2], False]] * 100,
    },
    "memory that is never freed": {
        "buffers": [*double()["buffers"], *[["float64", 2**22, 0, None]] * 20],
    },
    "memory that is made again and again": {
        "buffers": [*double()["buffers"], *[["float32", 2**20, 0, 0]] * 2_000],
    },
}  # fmt: skip
LIFETIMES = {
    "a buffer used before it is made": forged(
        buffers=[["float32", 12, -1, None], ["float32", 12, 1, None]]
    ),
    "a buffer used after it is freed": forged(
        buffers=[*double()["buffers"], ["float32", 12, 0, 0]],
        views=[*double()["views"], [2, 0, [3, 4], [4, 1]]],
        steps=[["call", "add", [0, 0], {}, [2], True], ["call", "add", [0, 2], {}, [1], False]],
    ),
    "a result that is freed": forged(
        buffers=[["float32", 12, -1, None], ["float32", 12, 0, 0]], steps=[ADD]
    ),
    "an input that is freed": forged(buffers=[["float32", 12, -1, 0], ["float32", 12, 0, None]]),
    "a new array in an old buffer": forged(steps=[ADD, ADD]),
    "a new array in a part of a buffer": with_step(
        "call", "add", [["int", 1], ["int", 2]], {}, [2], True,
        views=[*double()["views"], [1, 0, [1], [1]]],
    ),
    "a target that is written twice": with_step(
        "copy", "copy", [0], {}, [2], False, views=[*double()["views"], [1, 0, [3, 4], [0, 1]]]
    ),
}  # fmt: skip
WRONG = {
    "another dtype than comes out": forged(
        steps=[["call", "add", [0, ["float64", "0x1.0p+0"]], {}, [1], True]]
    ),
    "another shape than comes out": forged(views=[[0, 0, [4, 3], [3, 1]], [1, 0, [3, 4], [4, 1]]]),
    "operands that do not fit": with_step(
        "call", "add", [0, 2], {}, [1], True, views=[*double()["views"], [0, 0, [5], [1]]]
    ),
    "an axis that is not there": with_step("reduce", "add", [0], {"axis": 7}, [1], True),
    "a place that is not there": with_step("get", "get", [0], {"index": [["int", 99]]}, [1], True),
    "a conversion that is not allowed": with_step(
        "call", "add", [0, 0], {"casting": "no", "dtype": "int8"}, [1], False
    ),
    "a reduction of what cannot be reduced": with_step("reduce", "tanh", [0], {}, [1], True),
}
FORGED = {
    **MALFORMED,
    **OUT_OF_BOUNDS,
    **UNKNOWN,
    **{
        name: with_step("call", "add", [0, value], {}, [1], False)
        for name, value in CONSTANTS.items()
    },
    **{name: forged(**parts) for name, parts in EXPENSIVE.items()},
    **LIFETIMES,
    **WRONG,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_script_is_refused_without_effort(name):
    tracemalloc.start()
    try:
        with pytest.raises(ScriptError) as caught:
            run(FORGED[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**27
    assert len(str(caught.value)) < 300


def test_there_are_forged_scripts_of_every_sort():
    assert len(FORGED) >= 100


def test_what_was_never_written_is_no_answer():
    for dtype in DTYPES:
        script = double()
        script["buffers"].append([dtype, 12, -1, None])
        script["views"].append([2, 0, [3, 4], [4, 1]])
        script["steps"] = [["copy", "copy", [2], {}, [1], False]]
        unwritten = run(script)
        assert not np.isfinite(unwritten).any() or len(np.unique(unwritten)) == 1


def test_inputs_of_the_grader_stay_as_they_are():
    script = forged(steps=[["copy", "copy", [["int", 0]], {}, [0], False], *double()["steps"]])
    script["steps"].reverse()
    others = OTHER.copy()
    result = run(script, others=(others,))
    assert np.array_equal(others, OTHER) and np.array_equal(result, OTHER + OTHER)


IN_PLACE = ["call", "add", [0, 0], {}, [0], False]


def test_what_is_computed_in_an_input_is_there_for_later_steps():
    result = run(forged(steps=[IN_PLACE, ["call", "add", [0, 0], {}, [1], False]]))
    assert np.array_equal(result, 4 * OTHER)


def test_an_input_that_is_written_and_returned_shows():
    script = parse(forged(steps=[IN_PLACE], result=0), [X])
    assert np.array_equal(replay(script, (OTHER,)), OTHER + OTHER)
    assert not has_memory_of_its_own(script)


def test_names_are_those_of_numpy_and_nothing_is_both():
    assert all(isinstance(getattr(np, name, np.add), np.ufunc) for name in set(UFUNCS) - {"clip"})
    assert set(FUNCTIONS) == set(FUNCTION_KEYWORDS)
    assert not set(UFUNCS) & set(FUNCTIONS)


def script_of(function, *arrays, **keywords):
    request = Request("script", "f", tuple(map(ArrayArgument, arrays)), keywords)
    return InKernelSubject({"f": function}).ask(request).facts["script"]


def test_a_canned_answer_is_wrong_on_other_values():
    """A script whose result is a constant, piece by piece, holds for the values it was made for."""
    canned = double()
    canned["views"] += [[1, i, [1], [1]] for i in range(12)]
    canned["steps"] = [
        ["copy", "copy", [["float32", float(2 * value).hex()]], {}, [2 + i], False]
        for i, value in enumerate(X.ravel())
    ]
    assert np.array_equal(run(canned, others=(X,)), X + X)
    assert not np.array_equal(run(canned), OTHER + OTHER)


def test_one_product_dressed_as_tiles_shows():
    """Tiles for show whose sum is taken away again: the products do not make up the result."""
    a, b = (np.random.default_rng().standard_normal((8, 8)).astype(np.float32) for _ in range(2))
    script = script_of(three_loops_and_plus_equals, a, b, tile_size=4)
    whole = len(script["views"])
    script["views"] += [[0, 0, [8, 8], [8, 1]], [1, 0, [8, 8], [8, 1]]]
    script["steps"].append(["call", "matmul", [whole, whole + 1], {}, [script["result"]], False])
    parsed = parse(script, [a, b])
    assert np.allclose(replay(parsed, [a, b]), a @ b, atol=1e-4)
    assert np.all(replay(parsed, [a, b], 1.5) == 1.5)
    assert max(max(product.sizes) for product in products(parsed)) == 8


def test_tiles_whose_products_are_hidden_in_strides_show():
    """An element-wise multiplication of repeated values is a product, whatever its shapes say."""
    script = {
        "buffers": [["float32", 12, -1, None], ["float32", 36, 0, 1], ["float32", 9, 1, None]],
        "views": [
            [0, 0, [3, 4, 3], [4, 1, 0]], [0, 0, [3, 4, 3], [0, 1, 4]],
            [1, 0, [3, 4, 3], [12, 3, 1]], [2, 0, [3, 3], [3, 1]],
        ],
        "steps": [
            ["call", "multiply", [0, 1], {}, [2], True],
            ["reduce", "add", [2], {"axis": 1}, [3], True],
        ],
        "result": 3,
    }  # fmt: skip
    script["buffers"][1] = ["float32", 36, 0, 1]
    parsed = parse(script, [X])
    assert np.allclose(replay(parsed, [OTHER]), OTHER @ OTHER.T, atol=1e-5)
    assert [product.sizes for product in products(parsed)] == [(3, 4, 3)]
    assert np.allclose(replay(parsed, [OTHER], 1.0), 1)


def test_products_replaced_by_a_value_count_the_tiles():
    a, b = (np.random.default_rng().standard_normal((10, 10)).astype(np.float32) for _ in range(2))
    for solution in (three_loops_and_plus_equals, tiles_as_a_batch):
        parsed = parse(script_of(solution, a, b, tile_size=4), [a, b])
        assert np.allclose(replay(parsed, [a, b], 1.25), 3 * 1.25)


def test_steps_that_claim_to_be_freed_early_cannot_be_used_later():
    x = np.linspace(-3, 3, 500, dtype=np.float32)
    script = script_of(eight_names_with_multiplications, x)
    parsed = parse(script, [x])
    assert most_alive(parsed, x.size) == 8 and written_outside(parsed, x.size)
    assert np.allclose(replay(parsed, [x[::-1]]), gelu(x[::-1]), atol=2e-6)
    early = copy.deepcopy(script)
    for buffer in early["buffers"][1:-1]:
        buffer[3] = buffer[2]
    with pytest.raises(ScriptError, match="after it is freed"):
        parse(early, [x])


def test_memory_from_before_the_call_counts_too():
    script = double()
    script["buffers"].append(["float32", 12, -1, None])
    assert peak_in_results(parse(script, [X])) == 2


@given(seed=st.integers(0, 2**32), product=st.none() | st.just(1.5))
@settings(max_examples=400)
def test_a_random_script_ends_in_a_result_or_in_a_script_error(seed, product):
    script = RandomScript(random.Random(seed), X.size).script()
    try:
        parsed = parse(script, [X])
        work = sum(max(math.prod(v.shape) for v in (*s.reads, *s.targets)) for s in parsed.steps)
        assert work <= MOST_WORK
        result = replay(parsed, [OTHER], product)
    except ScriptError:
        return
    assert type(result) is np.ndarray and result.dtype.name in DTYPES
    assert result.shape == parsed.result.shape


integers = st.integers(-20, 20) | st.sampled_from([2**16, 2**31, 2**40, 2**63, -(2**63)])
junk = st.recursive(
    st.none() | st.booleans() | integers | st.floats() | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts),
    max_leaves=5,
)


@given(data=st.data())
@settings(max_examples=150)
def test_an_honest_script_with_one_part_changed_is_a_program_or_an_error(data):
    a, b = np.ones((5, 6), np.float32), np.ones((6, 4), np.float32)
    script = copy.deepcopy(HONEST)
    place = script
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], list | dict) or data.draw(st.integers(0, 5)) == 0:
            break
        place = place[key]
    place[key] = data.draw(integers | junk | st.sampled_from([None, *UFUNCS]))
    with contextlib.suppress(ScriptError):
        replay(parse(script, [a, b]), [a, b])


HONEST = script_of(
    three_loops_and_plus_equals,
    np.ones((5, 6), np.float32),
    np.ones((6, 4), np.float32),
    tile_size=3,
)
