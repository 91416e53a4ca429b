"""Manners are seen from outside: in memory that both processes map, and in the kernel's counts."""

import numpy as np
import pytest

from autograder.sandbox import Limits, SandboxedSubject
from autograder.sandbox.arena import Arena
from autograder.subject import ArrayArgument, InKernelSubject, Request
from autograder.submissions.prepared import CodeCell
from tests.autograder.in_sandbox import bubblewrap

LAYOUTS = ("C order", "Fortran order", "negative strides", "every other element", "read-only")
FUNCTIONS = """
import numpy as np
from tinytorch.core.tensor import Tensor

def fresh(a, b):
    return Tensor(a.data * b.data)

def changes_second(a, b):
    result = Tensor(a.data * b.data)
    b.data.flags.writeable = True
    b.data[...] = 0
    return result

def gives_first_back(a, b):
    return a

def gives_a_view_of_second(a, b):
    return Tensor(b.data[:1].T)

def gives_another_array(a, b):
    a.data = a.data + 1
    return Tensor(a.data * 1)

def reuses_one_buffer(a, b):
    global buffer
    try:
        np.multiply(a.data, b.data, out=buffer)
    except (NameError, ValueError):
        buffer = a.data * b.data
    return Tensor(buffer)

def no_array(a, b):
    return 3

def raises(a, b):
    a.data.flags.writeable = True
    a.data[...] = 1
    raise ValueError("after the harm")

def shapes(a, b):
    return (list(a.shape), list(b.shape), a.data.flags.writeable)
"""
# Forges whatever the worker would say about manners.
LIES = """
import sys
np.may_share_memory = lambda *arrays: False
sys.modules["autograder.probes.call"]._same_bits = lambda *arrays: True
"""


def cells(*sources):
    return [CodeCell(source, "a cell") for source in sources]


@pytest.fixture(scope="module")
def honest():
    with SandboxedSubject(cells(FUNCTIONS), bubblewrap(), Limits()) as subject:
        subject.run()
        yield subject


@pytest.fixture(scope="module")
def lying():
    with SandboxedSubject(cells(FUNCTIONS, LIES), bubblewrap(), Limits()) as subject:
        subject.run()
        yield subject


@pytest.fixture(scope="module")
def in_kernel():
    namespace = {}
    exec(FUNCTIONS, namespace)
    return InKernelSubject(namespace)


def arguments(rng, shape, layout="C order"):
    return tuple(ArrayArgument(rng.standard_normal(shape), layout) for _ in range(2))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(3, 4), (5,), (), (0, 3), (2, 3, 4)])
def test_the_sandbox_sees_what_the_kernel_sees(honest, in_kernel, layout, shape):
    rng = np.random.default_rng(0)
    for function in ("fresh", "changes_second", "gives_first_back", "gives_another_array"):
        given = arguments(rng, shape, layout)
        request = Request("call", function, given)
        here, there = in_kernel.ask(request), honest.ask(request)
        for fact in ("raised", "changed", "shared", "result"):
            assert there.facts[fact] == here.facts[fact], (function, fact)
        np.testing.assert_array_equal(there.arrays["result"], here.arrays["result"])


@pytest.mark.parametrize(
    ("function", "changed", "shared"),
    [
        ("fresh", [], []),
        ("changes_second", [1], []),
        ("gives_first_back", [], [0]),
        ("gives_a_view_of_second", [], [1]),
        ("no_array", [], []),
        ("raises", [0], []),
    ],
)
def test_a_worker_that_lies_about_manners_is_not_believed(lying, function, changed, shared):
    given = arguments(np.random.default_rng(1), (3, 4))
    facts = lying.ask(Request("call", function, given)).facts
    assert (facts["changed"], facts["shared"]) == (changed, shared)


def test_arguments_lie_as_they_should(honest):
    for layout in LAYOUTS:
        given = arguments(np.random.default_rng(2), (2, 3), layout)
        value = honest.ask(Request("call", "shapes", given)).facts["result"]["value"]
        assert value == [[2, 3], [2, 3], layout != "read-only"]


def test_two_results_are_read_after_both_calls(honest, lying):
    rng = np.random.default_rng(3)
    a, b, c, d = (rng.standard_normal((4, 4)).astype(np.float32) for _ in range(4))
    given = tuple(ArrayArgument(array) for array in (a, b, c, d))
    for subject in (honest, lying):
        apart = subject.ask(Request("twice", "fresh", given)).arrays
        np.testing.assert_array_equal(apart["first"], a * b)
        np.testing.assert_array_equal(apart["second"], c * d)
        subject.ask(Request("call", "reuses_one_buffer", given[:2]))
        together = subject.ask(Request("twice", "reuses_one_buffer", given)).arrays
        np.testing.assert_array_equal(together["first"], c * d)
    failed = honest.ask(Request("twice", "raises", given))
    assert failed.facts["raised"]["type"] == "ValueError" and not failed.arrays


def test_large_inputs_fit(honest):
    x = np.ones(2**22, dtype=np.float32)
    given = (ArrayArgument(x, "every other element"), ArrayArgument(x))
    answer = honest.ask(Request("call", "fresh", given))
    assert (answer.facts["changed"], answer.facts["shared"]) == ([], [])
    assert answer.arrays["result"].sum() == x.size


def test_the_arena_begins_anew_where_it_ends():
    arena = Arena(2**20)
    wide = ArrayArgument(np.ones(2**16))
    starts = []
    for _ in range(6):
        region = arena.fill((wide,))
        starts.append(region.places[0]["offset"])
        region.release()
    assert starts[4:] == starts[:2] and len(set(starts)) == 4
    arena.close()


def test_what_does_not_fit_in_the_arena_is_not_laid_out():
    arena = Arena(2**20)
    wide = np.zeros(2**18 + 1)
    assert arena.fill((ArrayArgument(wide),)) is None
    arena.close()


def test_a_region_is_zero_when_it_was_given_back():
    arena = Arena()
    region = arena.fill((ArrayArgument(np.ones(4)), 3))
    assert region.changed() == set()
    region.spoil(0)
    assert region.changed() == {0}
    array = region._arrays[0]
    region.release()
    assert not array.any()
    arena.close()


MEMORY = """
import numpy as np
from tinytorch.core.tensor import Tensor

def result_alone(x):
    return Tensor(x.data + 1)

def seven_beside_it(x):
    kept = [x.data * i for i in range(1, 8)]
    return Tensor(x.data + 1)

def seven_never_written(x):
    kept = [np.empty_like(x.data) for _ in range(7)]
    return Tensor(x.data + 1)

def freed_before(x):
    np.zeros(8 * x.data.size).sum()
    return Tensor(x.data + 1)

class Later:
    def __init__(self, x):
        self.x = x
    @property
    def data(self):
        return seven_beside_it(self.x).data

def computed_when_read(x):
    return Later(x)

def in_room_that_was_kept(x):
    global room
    room = None
    result = seven_beside_it(x)
    return result

def keep_room(x):
    global room
    room = np.ones(8 * x.data.size, dtype=np.float32)
    return x

def in_its_input(x):
    x.data += 1
    return x

def by_a_helper(x):
    import os
    if os.fork() == 0:
        os._exit(0)
    os.wait()
    return Tensor(x.data + 1)
"""
HIDDEN = """
import ctypes
ctypes.CDLL(None).prctl(15, b"\\xff\\xfe) R 1", 0, 0, 0)
"""


@pytest.fixture(scope="module")
def counted():
    with SandboxedSubject(cells(MEMORY, HIDDEN), bubblewrap(), Limits()) as subject:
        subject.run()
        yield subject


@pytest.mark.parametrize(
    ("function", "before", "peak"),
    [
        ("result_alone", "freed_before", 1),
        ("seven_beside_it", None, 8),
        ("seven_never_written", None, 1),
        ("computed_when_read", None, 8),
        ("in_room_that_was_kept", "keep_room", 8),
        # The pages were there before; the result counts wherever it lies.
        ("in_its_input", None, 1),
    ],
)
def test_resident_memory_is_counted_by_the_kernel(counted, function, before, peak):
    x = np.random.default_rng(4).standard_normal(2**20).astype(np.float32)
    if before is not None:
        counted.ask(Request("call", before, (ArrayArgument(x),)))
    answer = counted.ask(Request("resident", function, (ArrayArgument(x),)))
    assert answer.facts["raised"] is None
    np.testing.assert_array_equal(answer.arrays["result"], x + 1)
    if answer.facts["resident_in_outputs"] is None:
        pytest.skip("this kernel does not say how much memory a process had at most")
    assert answer.facts["resident_in_outputs"] == pytest.approx(peak, abs=0.6)


def test_a_call_whose_memory_is_counted_starts_no_process(counted):
    x = ArrayArgument(np.ones(2**20))
    for probe, error in (("call", None), ("resident", "BlockingIOError"), ("call", None)):
        facts = counted.ask(Request(probe, "by_a_helper", (x,))).facts
        assert (facts["raised"] or {}).get("type") == error


def test_a_function_that_is_not_there_takes_no_memory(counted):
    answer = counted.ask(Request("resident", "missing", (ArrayArgument(np.ones(3)),)))
    assert answer.facts["raised"]["type"] == "NameError"
    assert answer.facts["resident_in_outputs"] is None
