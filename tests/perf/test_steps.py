"""What a trace says of a call is what the call did, or it says that it does not know."""

import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.core.allocation import allocations
from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import fused_gelu, unfused_gelu
from tinytorch.perf.ladders.gelu import BLOCK, GELU_RUNGS
from tinytorch.perf.ladders.gelu_expressions import PAGE
from tinytorch.perf.ladders.gelu_steps import gelu_steps
from tinytorch.perf.steps import Trace, trace

# Below and above the size from which NumPy writes over arrays that have no name (256 KiB).
SMALL, LARGE = 2**12, 2**18
# A ufunc converts this many elements at a time, in buffers that it frees before it returns.
CONVERSION_BYTES = 2 * 8 * np.getbufsize()


def values(n: int) -> np.ndarray:
    return np.random.default_rng(n).standard_normal(n, dtype=np.float32)


def watched(function: Callable[[Any], Any], n: int = SMALL) -> Trace:
    """Trace a function that can be watched, and hold its result to that of the plain call."""
    x = values(n)
    taken = trace(function, x)
    assert taken.reason == ""
    np.testing.assert_array_equal(taken.result, function(x))
    assert type(taken.result) is np.ndarray
    return taken


def facts(taken: Trace, n: int) -> list[tuple[str, float, float, float, bool, int]]:
    """Return operation, values read, written and fetched for each element, new array, alive."""
    return [
        (
            step.operation,
            step.bytes_read / (4 * n),
            step.bytes_written / (4 * n),
            step.bytes_fetched / (4 * n),
            step.new_array,
            step.alive,
        )
        for step in taken.by_kind()
    ]


NEW, REUSED = True, False

LADDER_BELOW = {
    "eight named steps": [
        ("power", 1, 1, 1, NEW, 1),
        ("multiply", 1, 1, 1, NEW, 2),
        ("add", 2, 1, 1, NEW, 3),
        ("multiply", 1, 1, 1, NEW, 4),
        ("tanh", 1, 1, 1, NEW, 5),
        ("add", 1, 1, 1, NEW, 6),
        ("multiply", 2, 1, 1, NEW, 7),
        ("multiply", 1, 1, 1, NEW, 8),
    ],
    "one expression": [
        ("multiply", 1, 1, 1, NEW, 1),
        ("power", 1, 1, 1, NEW, 2),
        ("multiply", 1, 1, 1, NEW, 3),
        ("add", 2, 1, 1, NEW, 3),
        ("multiply", 1, 1, 1, NEW, 3),
        ("tanh", 1, 1, 1, NEW, 3),
        ("add", 1, 1, 1, NEW, 3),
        ("multiply", 2, 1, 1, NEW, 3),
    ],
    "one expression, x*x*x": [
        ("multiply", 1, 1, 1, NEW, 1),
        ("multiply", 1, 1, 1, NEW, 2),
        ("multiply", 2, 1, 1, NEW, 3),
        ("multiply", 1, 1, 1, NEW, 3),
        ("add", 2, 1, 1, NEW, 3),
        ("multiply", 1, 1, 1, NEW, 3),
        ("tanh", 1, 1, 1, NEW, 3),
        ("add", 1, 1, 1, NEW, 3),
        ("multiply", 2, 1, 1, NEW, 3),
    ],
    "in place": [
        ("multiply", 1, 1, 1, REUSED, 1),
        ("multiply", 1, 1, 0, REUSED, 1),
        ("add", 1, 1, 0, REUSED, 1),
        ("multiply", 2, 1, 0, REUSED, 1),
        ("tanh", 1, 1, 0, REUSED, 1),
        ("add", 1, 1, 0, REUSED, 1),
        ("multiply", 2, 1, 0, REUSED, 1),
        ("multiply", 1, 1, 0, REUSED, 1),
    ],
    "blocked exp": [
        ("multiply", 1, 1, 1, REUSED, 1),
        ("multiply", 1, 1, 0, REUSED, 1),
        ("add", 1, 1, 0, REUSED, 1),
        ("multiply", 2, 1, 0, REUSED, 1),
        ("exp", 1, 1, 0, REUSED, 1),
        ("add", 1, 1, 0, REUSED, 1),
        ("divide", 2, 1, 0, REUSED, 1),
    ],
    # In units of float32: from the third multiplication on, results are twice as wide.
    PAGE: [
        ("multiply", 1, 1, 1, NEW, 1),
        ("power", 1, 1, 1, NEW, 2),
        ("multiply", 1, 1, 1, NEW, 3),
        ("add", 2, 1, 1, NEW, 3),
        ("multiply", 1, 2, 2, NEW, 3),
        ("tanh", 2, 2, 2, NEW, 3),
        ("add", 2, 2, 2, NEW, 3),
        ("multiply", 3, 2, 2, NEW, 3),
    ],
}
LADDER_BELOW["blocked tanh"] = LADDER_BELOW["in place"]


def with_reuse(steps: list[Any], *places: int) -> list[Any]:
    """Let NumPy write over an operand at some places: no new array, nothing fetched, one less."""
    return [
        (name, read, written, 0, REUSED, 2) if place in places else (name, read, written, *rest)
        for place, (name, read, written, *rest) in enumerate(steps)
    ]


LADDER_ABOVE = {
    **LADDER_BELOW,
    "one expression": with_reuse(LADDER_BELOW["one expression"], 3, 7),
    "one expression, x*x*x": with_reuse(LADDER_BELOW["one expression, x*x*x"], 2, 4, 8),
    PAGE: with_reuse(LADDER_BELOW[PAGE], 3, 6, 7),
}


@pytest.mark.parametrize("rung", GELU_RUNGS)
def test_the_steps_of_each_rung_are_counted(rung: str) -> None:
    assert facts(watched(GELU_RUNGS[rung], SMALL), SMALL) == LADDER_BELOW[rung]
    assert facts(watched(GELU_RUNGS[rung], LARGE), LARGE) == LADDER_ABOVE[rung]


def test_eight_named_steps_move_the_18_values_of_the_book_and_26_with_write_allocate() -> None:
    steps = watched(GELU_RUNGS["eight named steps"]).steps
    assert sum(step.bytes for step in steps) == 18 * 4 * SMALL
    assert sum(step.bytes_with_write_allocate for step in steps) == 26 * 4 * SMALL


@pytest.mark.parametrize("rung", GELU_RUNGS)
@pytest.mark.parametrize("n", [SMALL, 2**15, 2**16, LARGE])
def test_the_most_memory_alive_is_what_the_allocator_counted(rung: str, n: int) -> None:
    taken = watched(GELU_RUNGS[rung], n)
    peak = allocations(GELU_RUNGS[rung], values(n)).peak_bytes
    # In the allocator's count are small objects too, and what a ufunc converts types in.
    extra = 4096 + (CONVERSION_BYTES if rung == PAGE else 0)
    assert 0 <= peak - max(step.bytes_alive for step in taken.steps) < extra


@pytest.mark.parametrize("rung", ["blocked tanh", "blocked exp"])
def test_a_blocked_rung_has_each_kind_of_step_once_a_block(rung: str) -> None:
    blocks = 3
    n = (blocks - 1) * BLOCK + 1000
    taken = watched(GELU_RUNGS[rung], n)
    kinds = taken.by_kind()
    assert [step.calls for step in kinds] == [blocks] * len(kinds)
    assert [step.elements for step in kinds] == [n] * len(kinds)
    names = [step.name for step in taken.steps]
    assert names == [step.name for step in kinds] * blocks


def test_places_in_the_program_have_names_of_their_own() -> None:
    names = [step.name for step in watched(GELU_RUNGS["in place"]).by_kind()]
    assert names == [
        "multiply",
        "multiply (2)",
        "add",
        "multiply (3)",
        "tanh",
        "add (2)",
        "multiply (4)",
        "multiply (5)",
    ]


@pytest.mark.parametrize("gelu", [fused_gelu, unfused_gelu])
def test_functions_of_tensors_are_watched_too(gelu: Callable[[Tensor], Tensor]) -> None:
    x = Tensor(values(SMALL))
    taken = trace(gelu, x)
    assert taken.complete
    np.testing.assert_array_equal(taken.result, gelu(x).data)
    assert taken.arrays_at_most == (1 if gelu is fused_gelu else 8)


@pytest.mark.parametrize("rung", GELU_RUNGS)
@pytest.mark.parametrize("n", [SMALL, LARGE, 2**20])
def test_facts_without_a_clock_are_those_of_a_trace(rung: str, n: int) -> None:
    taken = trace(GELU_RUNGS[rung], np.zeros(n, dtype=np.float32), clock=lambda: 0.0)
    assert gelu_steps(rung, n) == taken.by_kind()


class Ticks:
    """A clock that goes on by one whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> float:
        self.now += 1
        return float(self.now)


@pytest.mark.parametrize("rung", GELU_RUNGS)
def test_played_again_a_call_takes_the_same_steps_with_new_seconds(rung: str) -> None:
    taken = trace(GELU_RUNGS[rung], values(3 * BLOCK), clock=Ticks())
    assert {step.seconds for step in taken.steps} == {1.0}
    again = taken.again(clock=lambda: 0.0)
    assert {step.seconds for step in again.steps} == {0.0}
    assert [(step.name, step.bytes) for step in again.steps] == [
        (step.name, step.bytes) for step in taken.steps
    ]
    assert [step.seconds for step in again.again(Ticks()).by_kind()] == [
        float(step.calls) for step in taken.by_kind()
    ]


@pytest.mark.parametrize("rung", GELU_RUNGS)
def test_what_is_played_holds_as_much_memory_as_the_call(rung: str) -> None:
    x = values(LARGE)
    taken = trace(GELU_RUNGS[rung], x)
    peak = allocations(taken.again).peak_bytes
    assert abs(peak - allocations(GELU_RUNGS[rung], x).peak_bytes) < 2**16


# Ways to write that a learner may choose: each with what it makes of x.
def halves_in_blocks(x: np.ndarray) -> np.ndarray:
    flat = x.reshape(-1)
    out = np.empty(flat.shape, dtype=np.float32)
    for start in range(0, flat.size, 1000):
        block = flat[start : start + 1000]
        scratch = block * block
        out[start : start + 1000] = scratch
        out[start : start + 1000] *= np.float32(0.5)
    return out.reshape(x.shape)


def joined_blocks(x: np.ndarray) -> np.ndarray:
    return np.concatenate([np.tanh(block) for block in np.array_split(x, 4)])


def through_conversions(x: np.ndarray) -> np.ndarray:
    y = np.asarray(x, dtype=np.float64)
    y = np.ascontiguousarray(y[::-1])
    np.clip(y, -1, 1, out=y)
    return y.astype(np.float32)


def with_functions(x: np.ndarray) -> np.ndarray:
    out = np.zeros_like(x)
    np.copyto(out, x)
    return np.where(out > 0, out, np.full(x.shape, -1, np.float32)) - x.mean()


def iterating(x: np.ndarray) -> np.ndarray:
    iterator = np.nditer(
        [x, None],
        flags=["external_loop", "buffered"],
        op_flags=[["readonly"], ["writeonly", "allocate"]],
    )
    with iterator:
        for source, result in iterator:
            result[...] = source * 2
        return iterator.operands[1]


@pytest.mark.parametrize(
    ("function", "operations"),
    [
        (halves_in_blocks, ["multiply", "copy", "multiply"]),
        (joined_blocks, ["tanh", "concatenate"]),
        (through_conversions, ["astype", "copy", "clip", "astype"]),
        (with_functions, ["fill", "copy", "greater", "fill", "where", "add.reduce", "subtract"]),
        (iterating, ["multiply", "copy"]),
        (lambda x: x, []),
        (lambda x: abs(-x), ["negative", "absolute"]),
        (lambda x: 2**x // 3 % 2, ["power", "floor_divide", "remainder"]),
        (lambda x: x**2, ["square"]),
        (lambda x: np.modf(x)[1], ["modf"]),
        (lambda x: x - x.max(), ["maximum.reduce", "subtract"]),
        (lambda x: np.hstack([x, np.stack([x, x])[0]]), ["concatenate", "concatenate"]),
        (lambda x: np.add.accumulate(x), ["add.accumulate"]),
        (lambda x: x.reshape(64, -1) @ x.reshape(-1, 64), ["matmul"]),
        (lambda x: np.ones_like(x) + x.flatten(), ["fill", "copy", "add"]),
    ],
)
def test_ways_to_write_a_function_are_followed(
    function: Callable[[Any], Any], operations: list[str]
) -> None:
    taken = watched(function)
    assert [step.operation for step in taken.by_kind()] == operations


def test_blocks_of_scratch_are_no_full_size_arrays() -> None:
    taken = watched(halves_in_blocks, 2**16)
    assert taken.arrays_at_most == 1
    # While the next block is computed, the name of the last one still holds it.
    assert max(step.bytes_alive for step in taken.steps) == 4 * (2**16 + 2 * 1000)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: np.array(x.tolist(), np.float32), r"\.tolist"),
        (lambda x: np.array([2 * value for value in x], np.float32), "single values"),
        (lambda x: x * float(x[:1].reshape(())), "__float__"),
        (lambda x: np.einsum("i->i", x), r"np\.einsum"),
        (lambda x: np.multiply.outer(x[:2], x[:2]), r"np\.multiply\.outer"),
        (lambda x: x[x > 0], "copies values"),
        (lambda x: np.add(x, x, where=x > 0, out=np.zeros_like(x)), "where="),
        (lambda x: np.multiply(x, x, out=SCRATCH), "made before or apart"),
        (lambda x: x + SCRATCH, "made before or apart"),
        (lambda x: np.ndarray.view(x, np.ndarray) * 2, "was not watched"),
        (lambda x: np.empty_like(x), "no watched step has written"),
        (lambda x: np.empty(x.shape, np.float32) + x, "no watched step has written"),
        (lambda x: x.view(np.ndarray), "a view"),
        (lambda x: np.frompyfunc(abs, 1, 1)(x), "Python objects"),
        (
            lambda x: next(
                iter(np.nditer(x, op_dtypes=[float], flags=["buffered"], casting="safe"))
            ),
            "buffer of its own",
        ),
        (lambda x: np.nan_to_num(x), r"np\.copyto|np\.nan_to_num"),
        (lambda x: np.round(x, 2), r"np\.round"),
        (lambda x: np.vectorize(abs)(x), "copies values|Python objects"),
        (lambda x: np.sort(x), r"np\.sort"),
        (lambda x: np.asarray(memoryview(x)) * 2, "was not watched"),
        (lambda x: np.multiply(x, 2, out=x), "changes the array that it was given"),
        (lambda x: x.base * 2, r"\.base"),
        (lambda x: None, "NoneType"),
        (lambda x: 3.0, "float"),
    ],
)
def test_what_cannot_be_watched_is_said_and_nothing_is_counted(
    function: Callable[[Any], Any], reason: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        taken = trace(function, values(SMALL))
    assert not taken.complete
    assert taken.steps == () and taken.by_kind() == () and taken.arrays_at_most == 0
    assert taken.again() is taken
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(taken.reason)
    assert taken.reason.endswith(".")


SCRATCH = np.ones(SMALL, dtype=np.float32)


def test_steps_of_other_threads_are_not_counted() -> None:
    def in_a_thread(x: np.ndarray) -> np.ndarray:
        out = np.empty_like(x)
        thread = threading.Thread(target=np.multiply, args=(x, x, out))
        thread.start()
        thread.join()
        return out

    assert "several threads" in trace(in_a_thread, values(SMALL)).reason


def test_other_threads_see_numpy_as_it_is() -> None:
    seen = []

    def function(x: np.ndarray) -> np.ndarray:
        thread = threading.Thread(target=lambda: seen.append(type(np.empty(3))))
        thread.start()
        thread.join()
        return x + 1

    assert trace(function, values(SMALL)).complete
    assert seen == [np.ndarray]


def test_numpy_is_what_it_was_even_after_an_error() -> None:
    before = {name: getattr(np, name) for name in ("empty", "asarray", "nditer", "full")}

    def fails(x: np.ndarray) -> np.ndarray:
        raise ZeroDivisionError("no")

    with pytest.raises(ZeroDivisionError, match="no"):
        trace(fails, values(SMALL))
    assert before == {name: getattr(np, name) for name in before}
    assert watched(lambda x: x + 1).complete


def test_what_a_function_says_about_warnings_holds_for_its_steps() -> None:
    def loud(x: np.ndarray) -> np.ndarray:
        return np.exp(1000 + abs(x))

    def silent(x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return np.exp(1000 + abs(x))

    with pytest.warns(RuntimeWarning, match="overflow"):
        trace(loud, values(SMALL))
    trace(silent, values(SMALL))
    assert np.geterr()["over"] == "warn"


def test_what_a_function_keeps_is_an_ordinary_array_afterwards() -> None:
    kept = []

    def keeps(x: np.ndarray) -> np.ndarray:
        kept.append(x + 1)
        return kept[0] * 2

    taken = trace(keeps, values(SMALL))
    assert taken.complete
    later = kept[0] + 1
    assert type(later) is np.ndarray
    kept[0] *= 2
    assert len(kept[0].tolist()) == SMALL
    assert len(taken.steps) == 2


def test_a_trace_within_a_trace_is_refused() -> None:
    with pytest.raises(RuntimeError, match="trace itself"):
        trace(lambda x: trace(np.exp, np.ones(3)).result, values(SMALL))
    assert watched(lambda x: x + 1).complete


def test_something_else_than_an_array_is_refused() -> None:
    with pytest.raises(TypeError, match="list; expected a Tensor or an array"):
        trace(np.exp, [1.0, 2.0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(0, np.float32),
        np.ones((3, 5), np.float32).T,
        np.ones(64, np.float32)[::-2],
        np.asfortranarray(np.ones((8, 4), np.float32)),
    ],
)
@pytest.mark.parametrize("gelu", [fused_gelu, unfused_gelu])
def test_any_layout_is_followed_or_said_not_to_be(
    gelu: Callable[[Tensor], Tensor], array: np.ndarray
) -> None:
    taken = trace(gelu, Tensor(array))
    np.testing.assert_array_equal(taken.result, gelu(Tensor(array)).data)
    # np.nditer copies what does not lie side by side.
    assert taken.complete or (gelu is fused_gelu and "np.nditer" in taken.reason)


# Expressions of two leaves, an array and a number, with functions and operators around them.
leaves = st.sampled_from(["x", "y", "2.0", "np.float32(0.5)", "np.float64(2)", "3"])
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
        st.builds("(-{})".format, inner),
        st.builds("np.tanh({})".format, inner),
        st.builds("np.multiply({}, {})".format, inner, inner),
    ),
    max_leaves=8,
)


@given(expression=expressions, n=st.sampled_from([100, 2**16]))
def test_any_expression_is_counted_as_numpy_runs_it(expression: str, n: int) -> None:
    code = compile(expression, "expression", "eval")

    def function(x: np.ndarray) -> Any:
        y = x + 1
        return eval(code, {"np": np, "x": x, "y": y}) + y

    x = values(n)
    with np.errstate(all="ignore"):
        taken = trace(function, x)
        plain = allocations(function, x)
    assert taken.reason == ""
    np.testing.assert_array_equal(taken.result, plain.result)
    for step in taken.steps:
        assert step.elements == n
        assert step.bytes_written in (4 * n, 8 * n)
        assert step.bytes_fetched == (step.bytes_written if step.new_array else 0)
        # One or two operands, each float32 or float64.
        assert step.bytes_read % (4 * n) == 0 and step.bytes_read <= 16 * n
    peak = max(step.bytes_alive for step in taken.steps)
    assert peak <= plain.peak_bytes < peak + 8192 + CONVERSION_BYTES
