"""The probe "script": what it writes down is what the function does, on any values."""

import copy
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.probes import script_writing
from autograder.replay import parse, replay
from autograder.replay.measures import operations, peak_in_results, products
from autograder.subject import ArrayArgument, InKernelSubject, Request
from tinytorch.core.tensor import Tensor

RNG = np.random.default_rng()


def follow(function, *arrays):
    request = Request("script", "f", tuple(map(ArrayArgument, arrays)))
    facts = InKernelSubject({"f": function}).ask(request).facts
    return json.loads(json.dumps(facts, allow_nan=False))


def matrix(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def repeated(function, *arrays):
    """Follow a function on these arrays, and repeat it on others."""
    facts = follow(lambda *tensors: Tensor(function(*(t.data for t in tensors))), *arrays)
    assert facts["raised"] is None and facts["left"] is None, facts
    others = [matrix(*array.shape) for array in arrays]
    with np.errstate(all="ignore"):
        expected = Tensor(function(*(other.copy() for other in others))).data
    script = parse(facts["script"], arrays)
    assert np.array_equal(replay(script, others), expected, equal_nan=True)
    return script


def in_place(x):
    y = np.zeros_like(x)
    y += x
    y[1:3] *= 2
    y[0, 1] = 5
    y[:, ::2] = x[:, 1::2][:, :2]
    return y


def with_masks(x):
    y = x.copy()
    y[x < 0] = 0
    np.copyto(y, 7, where=x > 1)
    np.multiply(x, 3, out=y, where=x < -1)
    return np.where(y == 0, x, y)


def picked(x):
    y = x[[2, 0, 1]] + x[np.array([1, 1, 2])]
    y[[0, 2], 1:3] = 9
    y[np.array([True, False, True])] += 1
    return y + x[0, x[0] > -10]


def joined(x):
    parts = [x[:2], np.ones((1, 4), np.float32), np.pad(x, ((0, 1), (0, 0)))]
    stacked = np.stack([x, x * 2], axis=1).sum(axis=1, keepdims=False)
    return np.concatenate([*parts, stacked, np.array([x[0], x[1]])])


def reduced(x):
    y = np.cumsum(x, axis=1) + x.sum(axis=0) - x.mean(axis=1, keepdims=True)
    y += np.subtract.outer(x[:, 0], x[0])
    return y + np.add.reduce(x, axis=(0,), dtype=np.float64, initial=2.0).astype(np.float32)


def copied(x):
    y = copy.copy(x.T) + copy.deepcopy(x.T)
    y = np.ascontiguousarray(y) * np.asarray(x.T, dtype=np.float64)
    y = y.reshape(-1) + x.T.ravel() + x.flatten("F") + x.T.reshape((2, 6), order="F").reshape(-1)
    return np.array(y, dtype=np.float32).astype(np.float32)


def numbers_of_all_kinds(x):
    return (x * 0.1 + np.float32(0.1)) * np.float64(0.1) + np.int64(3) + True - math.inf * 0


def made_of_nothing(x):
    y = np.full(x.shape, 2.5, np.float32) + np.ones_like(x) + np.zeros(4, np.float32)
    y += np.array([1, 2, 3, 4]) + np.full_like(x, 3)
    out = np.empty_like(y)
    return np.add(x, y, out=out)


def several_results(x):
    whole, part = np.divmod(x, 0.75)
    fraction, integer = np.modf(x)
    return whole + part + fraction + integer


def cleaned(x):
    return np.nan_to_num(np.log(x), nan=1.5) + np.clip(x, -1, 1) + x.clip(-0.5, None)


def by_iterator(x):
    with np.nditer(
        [x, None], ["external_loop"], [["readonly"], ["writeonly", "allocate"]]
    ) as iterator:
        for block, out in iterator:
            np.square(block, out=out)
        return iterator.operands[1]


def by_elements(x):
    y = np.zeros((3, 3), dtype=np.float32)
    for i in range(3):
        for j in range(3):
            y[i, j] += np.dot(x[i], x[j]) - x[i, j]
            total = x[i] @ x[j]
            before = total
            total += y[i, j] * x[i].max()
            y[i, j] = before + total * 0.5 + np.vdot(x[0], x[1])
    for value in x[0]:
        y += value
    return y


def backwards(x):
    y = x[::-1, ::-1].T[1:, :2]
    return np.broadcast_to(y[0], (3, 2)) * np.flip(y)


FUNCTIONS = (
    (in_place, with_masks, picked, joined, reduced, copied, numbers_of_all_kinds, made_of_nothing)
    + (several_results, cleaned, by_iterator, by_elements, backwards)
)  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_script_does_what_the_function_does(function):
    repeated(function, matrix(3, 4))


PRODUCTS = {
    "matmul": lambda a, b: a @ b,
    "batched": lambda a, b: np.matmul(np.stack([a, a]), b),
    "dot": lambda a, b: a.dot(b),
    "dot into": lambda a, b: np.dot(a, b, out=np.empty((3, 5), np.float32)),
    "inner": lambda a, b: np.inner(a, b.T),
    "tensordot": lambda a, b: np.tensordot(a, b, axes=(1, 0)),
    "einsum": lambda a, b: np.einsum("ik,kj->ij", a, b),
    "einsum of lists": lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2], optimize=True),
    "einsum implicit": lambda a, b: np.einsum("ij,jk", a, b),
    "linalg": lambda a, b: np.linalg.multi_dot([a, b]),
    "broadcast": lambda a, b: (a[:, :, None] * b[None]).sum(axis=1),
    "repeated": lambda a, b: (
        np.broadcast_to(a[:, :, None], (3, 4, 5)) * np.broadcast_to(b[None], (3, 4, 5))
    ).sum(axis=1),
    "outer": lambda a, b: sum(np.outer(a[:, k], b[k]) for k in range(4)),
}


@pytest.mark.parametrize("how", PRODUCTS)
def test_a_script_tells_every_way_to_write_a_product(how):
    script = repeated(PRODUCTS[how], matrix(3, 4), matrix(4, 5))
    found = products(script)
    assert {product.sizes for product in found} == {(3, 1 if how == "outer" else 4, 5)}


STEPS = {
    "double": lambda x, y: x + x,
    "multiply": lambda x, y: x * y,
    "scale": lambda x, y: x * np.float64(0.5) + 1,
    "transpose": lambda x, y: x.T,
    "tanh": lambda x, y: np.tanh(x),
    "rows": lambda x, y: x[[0, 2, 1]],
    "flip": lambda x, y: np.flip(y, axis=0),
    "product": lambda x, y: (x @ y).astype(np.float32),
    "into": lambda x, y: np.subtract(x, y, out=np.empty_like(x)),
    "sum": lambda x, y: x - y.sum(axis=0),
    "reshaped": lambda x, y: x.T.reshape(9).reshape(3, 3),
}


@given(steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.booleans()), max_size=12))
@settings(max_examples=60)
def test_law_of_scripts(steps):
    """Any chain of steps, some of them assigned in place, does the same when it is repeated."""

    def chain(x):
        y, z = x, x * 1
        for name, assigned in steps:
            result = STEPS[name](y, z)
            if assigned:
                z = z.copy()
                z[...] = result
            else:
                y, z = result, y
        return y + z

    repeated(chain, matrix(3, 3))


@given(kept=st.integers(0, 6))
@settings(max_examples=7)
def test_law_of_lifetimes(kept):
    """Arrays that are kept to the end count one each, and so does the result."""

    def keeps(x):
        named = [x.data + i for i in range(kept)]
        assert len(named) == kept
        return Tensor(x.data + 1)

    x = matrix(50)
    script = parse(follow(keeps, x)["script"], [x])
    assert peak_in_results(script) == kept + 1


def test_an_operand_without_a_name_is_written_over_as_numpy_does_it():
    def peak(function):
        x = matrix(2**17)
        facts = follow(lambda x: Tensor(function(x.data)), x)
        measured = InKernelSubject({"f": lambda x: Tensor(function(x.data))}).ask(
            Request("allocation", "f", (ArrayArgument(x),))
        )
        return (
            peak_in_results(parse(facts["script"], [x])),
            pytest.approx(measured.facts["peak_in_outputs"], abs=0.02),
        )

    for function in (
        lambda x: x * x * x * x,
        lambda x: 0.5 * x * (1 + np.tanh(x + 0.1 * x * x * x)),
        lambda x: np.exp(np.tanh(x)),
        lambda x: (x * x).astype(np.float64) * 2,
        lambda x: np.multiply(x, x, out=np.empty_like(x)),
        lambda x: np.multiply(x, x, out=x),
        lambda x: np.multiply(x.copy(), 2, out=x),
    ):
        counted, expected = peak(function)
        assert counted == expected


def test_steps_and_operations_are_counted_once_each():
    def two(x):
        y = np.zeros(x.shape, np.float32)
        y[...] = x.data
        return Tensor(y * y + x.data)

    script = parse(follow(two, matrix(5))["script"], [matrix(5)])
    assert [step.operation for step in script.steps] == ["copy", "copy", "multiply", "add"]
    assert {operation.name: times for operation, times in operations(script).items()} == {
        "multiply": 1,
        "add": 1,
    }


_KEPT = np.empty(1_000, dtype=np.float32)


def test_an_array_that_the_module_keeps_is_followed_and_counts():
    before = _KEPT

    def uses_it(x):
        scratch = _KEPT[: x.size]
        np.multiply(x.data, x.data, out=scratch)
        scratch *= 2
        return Tensor(scratch + 1)

    x = matrix(100)
    script = parse(follow(uses_it, x)["script"], [x])
    assert peak_in_results(script) == 2
    assert np.array_equal(replay(script, [x]), x * x * 2 + 1)
    assert _KEPT is before and type(_KEPT) is np.ndarray


LEFT = {
    "reads 100 values (more than 64) from an array": lambda x: np.array(x.tolist()) * x,
    "returns an array that no followed step": lambda x: x.view(np.ndarray) * 2,
    "sorts an array in place": lambda x: np.sort(x) * 2,
    "calls np.<lambda>": lambda x: np.vectorize(lambda v: v, otypes=[np.float32])(x),
    "computes with a complex": lambda x: np.add(x, 1j, dtype=np.complex64).real,
    "reads the memory of a float32 array as int32": lambda x: x.copy().view(np.int32) + 1,
    "calls np.add.at": lambda x: np.add.at(x, [0, 0], 1),
    "calls np.add.reduceat": lambda x: np.add.reduceat(x, [0, 5]),
    "returns no array": lambda x: None,
    "makes an array of object": lambda x: x.astype(object) * 2,
}


@pytest.mark.parametrize("words", LEFT)
def test_what_a_script_cannot_say_is_named(words):
    def function(x):
        value = LEFT[words](x.data)
        return Tensor(value) if isinstance(value, np.ndarray) else None

    facts = follow(function, matrix(100))
    assert facts["script"] is None and facts["raised"] is None
    assert words in facts["left"]


def test_following_ends_where_a_script_would_be_too_long(monkeypatch):
    monkeypatch.setattr(script_writing, "MOST_STEPS", 20)
    taken = []

    def loops(x):
        for index in range(50):
            taken.append(index)
            x.data[:1] + 1
        return x

    facts = follow(loops, matrix(3))
    assert facts["left"] == "takes more than 20 steps on arrays"
    assert facts["raised"] is None and len(taken) == 21


def test_a_function_that_raises_has_no_script():
    def raises(x):
        raise RuntimeError("in the middle")

    facts = follow(raises, matrix(3))
    assert facts["script"] is None and facts["left"] is None
    assert facts["raised"]["type"] == "RuntimeError"


def test_a_step_that_goes_unnoticed_makes_the_script_wrong():
    def orders(x):
        y = x.data + 0
        y.partition(50)
        return Tensor(y * 2)

    x, other = matrix(100), matrix(100)
    script = parse(follow(orders, x)["script"], [x])
    assert not np.array_equal(replay(script, [other]), orders(Tensor(other.copy())).data)


def test_a_number_behaves_as_one_that_numpy_hands_out():
    def curious(x):
        value = x.data[1]
        total = x.data.sum()
        assert total == x.data.sum() and hash(value) == hash(float(value))
        assert round(value, 3) == round(float(value), 3) and f"{value:.3f}"
        before = total
        total *= 2
        assert before is not total and before * 2 == total
        assert value in {value} and int(value) == int(float(value)) and np.isfinite(value)
        return Tensor(x.data + total)

    x = matrix(10)
    facts = follow(curious, x)
    assert facts["raised"] is None and facts["script"] is not None


def test_a_number_that_leaves_numpy_is_a_constant():
    def scaled(x):
        return Tensor(x.data * float(x.data[0]))

    x, other = matrix(10), matrix(10)
    script = parse(follow(scaled, x)["script"], [x])
    assert np.allclose(replay(script, [other]), other * x[0])


def test_an_input_is_there_to_the_end_even_if_another_takes_its_place():
    def replaces(x):
        y = x.data * 2
        x.data = x.data.copy()
        return Tensor(y + x.data)

    x = matrix(10)
    assert np.array_equal(replay(parse(follow(replaces, x)["script"], [x]), [x]), x * 2 + x)
