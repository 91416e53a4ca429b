"""The probes: what they see, and that they leave nothing behind."""

import contextlib
import gc
import json
import sys
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.probes import PROBES
from autograder.probes.arguments import arrange
from autograder.subject import Answer, ArrayArgument, InKernelSubject, Request
from tests.honest.tiled_matmul import HONEST as TILED
from tests.honest.tiled_matmul import three_loops_and_plus_equals
from tinytorch.core.tensor import Tensor

LAYOUTS = ("C order", "Fortran order", "negative strides", "every other element", "read-only")


def ask(probe, function, *arguments, keywords=None, **options):
    options = {"limit": 100_000, "large": 1, **options}
    request = Request(probe, "f", arguments, keywords or {}, options)
    return InKernelSubject({"f": function}).ask(request)


def matrices(m, k, n):
    rng = np.random.default_rng()
    return ArrayArgument(rng.standard_normal((m, k))), ArrayArgument(rng.standard_normal((k, n)))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (3, 4), (2, 0, 3), (2, 3, 4)])
def test_a_layout_changes_the_memory_and_not_the_values(layout, shape):
    values = np.random.default_rng().standard_normal(shape).astype(np.float32)
    array = arrange(values, layout)
    assert array.dtype == np.float32 and array.shape == shape
    assert np.array_equal(array, values)
    assert not np.may_share_memory(array, values)
    if shape == (3, 4):
        assert {
            "C order": array.strides == (16, 4),
            "Fortran order": array.strides == (4, 12),
            "negative strides": array.strides == (-16, -4),
            "every other element": array.strides == (32, 8),
            "read-only": not array.flags.writeable,
        }[layout]


def namespace():
    return {name: id(value) for name, value in vars(np).items()}


def raises(a, b):
    np.zeros(3)
    raise RuntimeError("in the middle")


def interrupted(a, b):
    raise KeyboardInterrupt


@pytest.mark.parametrize("function", [three_loops_and_plus_equals, raises, interrupted, None])
@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_leaves_everything_as_it_was(probe, function):
    def tracer(frame, event, argument):
        return None

    before, previous = namespace(), sys.gettrace()
    streams = sys.stdout, sys.stderr
    sys.settrace(tracer)
    try:
        try:
            ask(probe, function, *matrices(3, 4, 5))
        except KeyboardInterrupt:
            assert function is interrupted
        seen = sys.gettrace()
    finally:
        sys.settrace(previous)
    assert seen is tracer
    assert threading.gettrace() is None
    assert namespace() == before
    assert (sys.stdout, sys.stderr) == streams
    assert not tracemalloc.is_tracing()


@pytest.mark.parametrize("function", [three_loops_and_plus_equals, raises, lambda a, b: None, 7])
@pytest.mark.parametrize("probe", PROBES)
def test_an_answer_is_json_and_plain_arrays(probe, function):
    answer = ask(probe, function, *matrices(3, 4, 5))
    assert isinstance(answer, Answer)
    json.dumps(answer.facts, allow_nan=False)
    assert {"raised", "printed", "warned"} <= set(answer.facts)
    assert all(type(array) is np.ndarray for array in answer.arrays.values())


def test_names_imported_from_numpy_are_recorded_and_put_back():
    module = {"Tensor": Tensor}
    exec(
        "from numpy import zeros, asarray, matmul\n"
        "def f(a, b):\n"
        "    c = zeros((a.shape[0], b.shape[1]), dtype='float32')\n"
        "    c += matmul(asarray(a.data), asarray(b.data))\n"
        "    return Tensor(c)\n",
        module,
    )
    answer = ask("products", module["f"], *matrices(3, 4, 5))
    assert np.all(answer.arrays["result"] == 1)
    assert module["zeros"] is np.zeros and module["asarray"] is np.asarray


PRODUCTS = {
    "matmul": lambda a, b: np.matmul(a, b),
    "operator": lambda a, b: a @ b,
    "reflected": lambda a, b: a.view(np.ndarray) @ b,
    "in place": lambda a, b: np.matmul(a, b, out=np.empty((3, 5), np.float32)),
    "dot": lambda a, b: np.dot(a, b),
    "dot method": lambda a, b: a.dot(b),
    "dot into": lambda a, b: np.dot(a, b, out=np.empty((3, 5), np.float32)),
    "inner": lambda a, b: np.inner(a, b.T),
    "tensordot": lambda a, b: np.tensordot(a, b, axes=1),
    "tensordot of axes": lambda a, b: np.tensordot(a, b, axes=([1], [0])),
    "tensordot of an axis": lambda a, b: np.tensordot(a, b, axes=(1, 0)),
    "einsum": lambda a, b: np.einsum("ik,kj->ij", a, b),
    "einsum implicit": lambda a, b: np.einsum("ij,jk", a, b),
    "einsum of lists": lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2]),
    "einsum through blas": lambda a, b: np.einsum("ik,kj->ij", a, b, optimize=True),
    "linalg": lambda a, b: np.linalg.matmul(a, b),
    "linalg chain": lambda a, b: np.linalg.multi_dot([a, b]),
    "broadcast": lambda a, b: (a[:, :, None] * b[None]).sum(axis=1),
    "broadcast einsum order": lambda a, b: np.sum(a[:, None, :] * b.T[None], axis=2),
}


@pytest.mark.parametrize("how", PRODUCTS)
def test_every_way_to_write_a_product_is_recorded_and_replaced(how):
    multiply = PRODUCTS[how]
    answer = ask("products", lambda a, b: Tensor(multiply(a.data, b.data)), *matrices(3, 4, 5))
    assert answer.facts["raised"] is None
    assert [tuple(p["sizes"]) for p in answer.facts["products"]] == [(3, 4, 5)]
    assert answer.arrays["result"].shape == (3, 5)
    assert np.allclose(answer.arrays["result"], 1)


@given(
    sizes=st.tuples(*[st.integers(1, 14)] * 3),
    tile=st.integers(1, 9),
    # With one row, a broadcast multiply cannot be told from an element-wise one.
    solution=st.sampled_from([f for f in TILED if "broadcasting" not in f.__name__]),
)
@settings(max_examples=60, deadline=None)
def test_law_of_tiles(sizes, tile, solution):
    """Each element of a tiled product is the sum of ceil(K / tile) products of tiles."""
    answer = ask("products", solution, *matrices(*sizes), keywords={"tile_size": tile})
    assert np.allclose(answer.arrays["result"], -(-sizes[1] // tile), atol=1e-3)
    assert all(max(product["sizes"]) <= tile for product in answer.facts["products"])


@given(count=st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_law_of_steps(count):
    """Steps of a loop grow with its length by the same number each."""

    def loop(repeats):
        for _ in range(repeats):
            pass

    steps = [ask("steps", loop, n).facts["steps"] for n in (count, count + 1, count + 2)]
    assert 0 < steps[1] - steps[0] == steps[2] - steps[1]


def test_what_a_garbage_collection_runs_is_no_step_of_the_call():
    def with_garbage(repeats):
        for _ in range(repeats):
            pair = []
            pair.append(pair)

    def on_collection(phase, info):
        collections.append(phase)

    collections = []
    before = ask("steps", with_garbage, 3_000).facts["steps"]
    gc.callbacks.append(on_collection)
    try:
        assert ask("steps", with_garbage, 3_000).facts["steps"] == before
    finally:
        gc.callbacks.remove(on_collection)
    assert gc.isenabled()


def test_counting_stops_at_the_limit_even_where_exceptions_are_swallowed():
    def stubborn():
        for _ in range(10**6):
            with contextlib.suppress(Exception):
                _ = 1

    answer = ask("steps", stubborn, limit=1_000)
    assert answer.facts["stopped"] and answer.facts["steps"] == 1_000


def test_steps_count_helpers_and_threads():
    def work():
        for _ in range(1_000):
            pass

    def in_a_thread():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    def in_a_helper():
        work()

    assert ask("steps", in_a_thread).facts["steps"] > 2_000
    assert ask("steps", in_a_helper).facts["steps"] > 2_000


@given(kept=st.integers(0, 6))
@settings(max_examples=7, deadline=None)
def test_law_of_allocation(kept):
    """Arrays that are kept count one each, and so does the result."""

    def keeps(x):
        named = [x.data + i for i in range(kept)]
        return Tensor(named[0] if named else x.data + 1)

    x = ArrayArgument(np.zeros(2**16, np.float32))
    peak = ask("allocation", keeps, x).facts["peak_in_outputs"]
    assert peak == pytest.approx(max(kept, 1), abs=0.02)
    alive = ask("operations", keeps, x, large=2**16).facts["most_alive"]
    assert alive == max(kept, 1)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_result_in_an_input_counts_as_one_elsewhere_does(kept):
    def over(x):
        named = [x.data.copy() for _ in range(kept)]
        x.data += 1
        return Tensor(x.data) if named else x

    facts = ask("allocation", over, ArrayArgument(np.zeros(2**16, np.float32))).facts
    assert facts["peak_in_outputs"] == pytest.approx(kept + 1, abs=0.02)


def test_a_call_sees_what_the_function_did_to_its_inputs():
    def writes(x):
        x.data[0] = 7
        return x

    facts = ask("call", writes, ArrayArgument(np.ones(3))).facts
    assert facts["changed"] == [0] and facts["shared"] == [0]

    def polite(x):
        return Tensor(x.data + 1)

    facts = ask("call", polite, ArrayArgument(np.ones(3))).facts
    assert facts["changed"] == [] and facts["shared"] == []
    assert facts["result"] | {"described": ""} == {
        "kind": "tensor",
        "dtype": "float32",
        "shape": [3],
        "described": "",
    }


def test_a_recorded_array_that_outlives_its_probe_is_an_ordinary_array():
    kept = []

    def keeps(x):
        kept.append(x.data)
        return Tensor(x.data + 1)

    ask("operations", keeps, ArrayArgument(np.ones(3)))
    assert np.array_equal(kept[0] * 2, [2, 2, 2])
    assert np.sum(kept[0]) == 3
