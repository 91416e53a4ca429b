"""`check`: what it refuses, and what it makes of broken functions."""

import sys
import warnings

import numpy as np
import pytest

import autograder
from autograder.parts import PARTS
from tests.honest.performance_analysis import PLAIN
from tests.honest.tiled_matmul import three_loops_and_plus_equals
from tinytorch.core.tensor import Tensor

POINTS = {
    "vectorized_matmul": 15,
    "fused_gelu": 20,
    "unfused_gelu": 10,
    "tiled_matmul": 25,
    "performance_analysis": 20,
}


def check_with(part, function):
    """Check a part whose every function is this one."""
    return autograder.check(part, *[function] * len(PARTS[part].functions))


def test_the_table_of_parts_is_that_of_the_design():
    assert {name: part.points for name, part in PARTS.items()} == POINTS
    for name, part in PARTS.items():
        assert part.solution_cell == name.replace("_", "-")
        assert part.test_cell == f"test-{part.solution_cell}"


@pytest.mark.parametrize("part", PARTS)
def test_items_stand_after_those_they_need_and_have_ids_of_their_own(part):
    before = set()
    for item in PARTS[part].items:
        assert set(item.needs) <= before
        assert item.id not in before
        assert item.function in PARTS[part].functions
        before.add(item.id)


@pytest.mark.parametrize("part", ["gelu", "", None, 3, ["fused_gelu"]])
def test_an_unknown_part_is_named_with_those_there_are(part):
    with pytest.raises(ValueError, match="expected one of vectorized_matmul, fused_gelu"):
        autograder.check(part, len)


@pytest.mark.parametrize("functions", [(), (len, len)])
def test_a_wrong_number_of_functions_is_told_with_the_right_call(functions):
    with pytest.raises(TypeError, match=r"call check\('fused_gelu', fused_gelu\)"):
        autograder.check("fused_gelu", *functions)


def unwritten(*arguments, **keywords):
    raise NotImplementedError("write me")


def nothing(*arguments, **keywords):
    return None


def first_argument(*arguments, **keywords):
    return arguments[0]


def last_argument(*arguments, **keywords):
    return arguments[-1]


def one(*arguments, **keywords):
    return 1.0


def endless_recursion(*arguments, **keywords):
    return endless_recursion(*arguments)


def leaves_python(*arguments, **keywords):
    sys.exit("goodbye")


def no_memory(*arguments, **keywords):
    raise MemoryError("all of it")


def error_without_text(*arguments, **keywords):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    raise Mute


def infinity(*arguments, **keywords):
    return Tensor(np.full(arguments[0].shape, np.inf)) if hasattr(arguments[0], "shape") else np.inf


def not_even_a_repr(*arguments, **keywords):
    class Odd:
        def __repr__(self):
            raise RuntimeError("no repr")

    return Odd()


def data_that_is_no_array(*arguments, **keywords):
    class Odd:
        data = "text"

    return Odd()


def array_of_objects(*arguments, **keywords):
    return np.array([object()] * 1_200)


def no_parameters():
    return Tensor(0.0)


BROKEN = [
    unwritten,
    nothing,
    first_argument,
    last_argument,
    one,
    endless_recursion,
    leaves_python,
    no_memory,
    error_without_text,
    infinity,
    not_even_a_repr,
    data_that_is_no_array,
    array_of_objects,
    no_parameters,
    3,
    None,
    "fused_gelu",
]


@pytest.mark.parametrize("function", BROKEN, ids=lambda f: getattr(f, "__name__", repr(f)))
@pytest.mark.parametrize("part", PARTS)
def test_a_broken_function_earns_zero_and_a_sentence(part, function, capfd):
    report = check_with(part, function)
    assert repr(report) == "0.0"
    first = report.items[0]
    assert first.status == "failed"
    assert first.failure.got and first.failure.expected and first.failure.try_next.endswith(".")
    assert str(report) and report._repr_html_()
    captured = capfd.readouterr()
    assert captured.out == "" and captured.err == ""


@pytest.mark.parametrize("part", PARTS)
def test_an_unwritten_part_says_so_and_names_its_cell(part):
    report = check_with(part, unwritten)
    assert "not written yet" in report.headline
    assert f"`{PARTS[part].solution_cell}`" in report.headline
    assert "Traceback" not in str(report)


def test_unwritten_functions_of_part_5_are_named_and_the_others_earn_their_points():
    functions = {**{name: PLAIN[name] for name in PARTS["performance_analysis"].functions}}
    functions["ridge_point"] = unwritten
    report = autograder.check("performance_analysis", *functions.values())
    assert report.score == 17
    assert "ridge_point" in report.headline and "bound" not in report.headline


def test_the_learner_can_interrupt():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        autograder.check("fused_gelu", interrupted)


def test_what_the_function_says_is_shown_in_the_report_and_nowhere_else(capfd):
    def chatty(a, b, tile_size=64):
        print("in the loop")
        print("to stderr", file=sys.stderr)
        warnings.warn("careful", UserWarning, stacklevel=1)
        return three_loops_and_plus_equals(a, b, tile_size)

    report = autograder.check("tiled_matmul", chatty)
    captured = capfd.readouterr()
    assert captured.out == "" and captured.err == ""
    assert report.score == 25
    assert "in the loop" in str(report) and "in the loop" in report._repr_html_()


def test_a_flood_of_prints_is_cut():
    def flood(x):
        for _ in range(2_000):
            print("x" * 1_000)
        return x

    assert len(autograder.check("fused_gelu", flood).printed) <= 2_000


def test_a_function_that_lies_about_equality_earns_nothing():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_function__(self, *arguments):
            return True

        def __array_ufunc__(self, *arguments, **keywords):
            return np.True_

        def __abs__(self):
            return 0

    def lies(x):
        tensor = Tensor(x.data)
        tensor.data = np.zeros(x.shape, np.float32).view(Liar)
        return tensor

    assert autograder.check("fused_gelu", lies).score == 0


def test_inputs_are_fresh_in_every_run():
    seen = []

    def spy(x):
        seen.append(x.data.tobytes())
        return x

    autograder.check("fused_gelu", spy)
    autograder.check("fused_gelu", spy)
    assert len(set(seen)) == len(seen) >= 2


def test_a_passing_check_is_the_same_score_every_time():
    scores = {autograder.check("tiled_matmul", three_loops_and_plus_equals).score for _ in range(8)}
    assert scores == {25}
