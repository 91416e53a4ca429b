"""Confirmations: honest work keeps every point, and no forged measure gains one."""

import importlib
import json
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import autograder
from autograder import hidden
from autograder.examination import Examination, examine
from autograder.hidden import CONFIRMATIONS
from autograder.items import Unconfirmed
from autograder.parts import PARTS
from autograder.subject import Answer
from tests.autograder.pipe import Pipe
from tests.honest.fused_gelu import in_blocks_by_the_exponential, whole_array_tanh_in_place
from tests.honest.tiled_matmul import three_loops_and_plus_equals
from tests.honest.unfused_gelu import eight_names_with_a_power
from tests.honest.vectorized_matmul import with_matmul
from tests.mutants.fused_gelu import float64_in_blocks, one_expression, unfused
from tests.mutants.tiled_matmul import another_default, float64_accumulator, page_own
from tests.mutants.unfused_gelu import one_name_for_all
from tests.mutants.vectorized_matmul import broadcast_multiply_and_sum, float64_inside

HONEST = {
    "vectorized_matmul": with_matmul,
    "fused_gelu": in_blocks_by_the_exponential,
    "unfused_gelu": eight_names_with_a_power,
    "tiled_matmul": three_loops_and_plus_equals,
}
LAZY = {
    "vectorized_matmul": broadcast_multiply_and_sum,
    "fused_gelu": one_expression,
    "unfused_gelu": one_name_for_all,
    "tiled_matmul": page_own,
}
CONFIRMED = defaultdict(set)
# These look at what others had followed, and believe the worker where that is nothing.
BESIDE = {"contract", "extremes"}
for part, item in CONFIRMATIONS:
    if item not in BESIDE:
        CONFIRMED[part].add(item)
MUTANTS = [
    mutant
    for part in CONFIRMED
    for mutant in importlib.import_module(f"tests.mutants.{part}").MUTANTS
]
# What takes no step on arrays is seen by counting the interpreter's steps alone, and the tile that
# nobody gives by the item itself.
NOT_SEEN = {
    ("waits_in_a_loop", "one-gemm"),
    ("another_default", "tiles-inner"),
    ("no_default", "tiles-inner"),
    ("no_default", "tiles-rows-and-columns"),
}
# Loops that take minutes to be followed to where following ends.
ENDLESS = {
    "blocks_of_one",
    "elements_one_by_one",
    "list_comprehension",
    "loop_into_the_result",
    "visible_example_only",
}


def confirmed(part, function, item, examination=None):
    """Say whether an item of a function is confirmed, whatever the item itself found."""
    examination = examination or Examination(Pipe({part: function}))
    try:
        # Whatever the function does, nothing of it may leave a confirmation as a warning.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            CONFIRMATIONS[part, item](examination)
    except Unconfirmed:
        return False
    return True


def beside(part):
    """Items of a part that are confirmed by what the others had followed."""
    return sorted(item for item in BESIDE if (part, item) in CONFIRMATIONS)


def named(values):
    return [pytest.param(*value, id=f"{value[0]}-{value[1].__name__}") for value in values]


def test_every_confirmation_belongs_to_an_item():
    items = {(part.name, item.id) for part in PARTS.values() for item in part.items}
    assert set(CONFIRMATIONS) <= items


@pytest.mark.parametrize(
    ("part", "solution"),
    named(
        (part, solution)
        for part in CONFIRMED
        for solution in importlib.import_module(f"tests.honest.{part}").HONEST
    ),
)
def test_honest_work_is_confirmed(part, solution):
    examination = Examination(Pipe({part: solution}))
    for item in (*CONFIRMED[part], *beside(part)):
        assert confirmed(part, solution, item, examination), item


@pytest.mark.parametrize("mutant", [pytest.param(m, id=f"{m.part}-{m.name}") for m in MUTANTS])
def test_a_mutant_keeps_what_it_keeps_in_the_kernel(mutant):
    (function,) = mutant.functions
    examination = Examination(Pipe({mutant.part: function}))
    for item in (*CONFIRMED[mutant.part], *beside(mutant.part)):
        if item not in mutant.loses:
            assert confirmed(mutant.part, function, item, examination), item


@pytest.mark.parametrize(
    ("part", "function", "item"),
    [
        ("vectorized_matmul", float64_inside, "contract"),
        ("fused_gelu", float64_in_blocks, "contract"),
        ("tiled_matmul", float64_accumulator, "contract"),
        ("tiled_matmul", another_default, "extremes"),
    ],
)
def test_what_was_followed_for_other_items_shows_these_too(part, function, item):
    examination = Examination(Pipe({part: function}))
    for other in CONFIRMED[part]:
        confirmed(part, function, other, examination)
    assert not confirmed(part, function, item, examination)


@pytest.mark.parametrize(
    "mutant", [pytest.param(m, id=f"{m.part}-{m.name}") for m in MUTANTS if m.name not in ENDLESS]
)
def test_a_mutant_would_lose_its_items_even_if_its_process_lied(mutant):
    (function,) = mutant.functions
    # The items that need another one are examined for that one's sake alone.
    items = {item.id: item for item in PARTS[mutant.part].items}
    for item in CONFIRMED[mutant.part] & mutant.loses:
        if (mutant.name, item) not in NOT_SEEN and not mutant.loses & set(items[item].needs):
            assert not confirmed(mutant.part, function, item), item


@pytest.mark.parametrize("part", CONFIRMED)
def test_a_whole_examination_with_confirmations_is_worth_the_same(part):
    for function in (HONEST[part], LAZY[part]):
        near = autograder.check(part, function)
        far = examine(PARTS[part], Pipe({part: function}), confirmations=CONFIRMATIONS)
        assert [r.status for r in far.items] == [r.status for r in near.items], str(far)
        assert far.unconfirmed == near.unconfirmed == ()


class Liar:
    """Answers as an honest function does wherever a worker is asked, and is another one."""

    def __init__(self, part, believed, real, resident=None, script=None):
        self.believed, self.real = Pipe({part: believed}), Pipe({part: real})
        self.resident, self.script = resident, script

    def ask(self, request):
        if request.probe == "script":
            answer = self.real.ask(request)
            if self.script is None:
                return answer
            return Answer({**answer.facts, "script": self.script(request), "left": None})
        answer = self.believed.ask(request)
        if request.probe == "resident":
            return Answer({**answer.facts, "resident_in_outputs": self.resident}, answer.arrays)
        return answer


@pytest.mark.parametrize("part", CONFIRMED)
def test_forged_measures_earn_nothing(part):
    report = examine(PARTS[part], Liar(part, HONEST[part], LAZY[part]), confirmations=CONFIRMATIONS)
    failed = {result.item.id for result in report.items if result.status == "failed"}
    assert failed and failed == set(report.unconfirmed) <= CONFIRMED[part]
    data = json.loads(json.dumps(report.to_dict()))
    assert data["unconfirmed"] == list(report.unconfirmed)
    assert data["score"] < data["max_score"]


@pytest.mark.parametrize("script", [None, [], {}, "x", 3, {"buffers": []}, [[]] * 50])
def test_a_script_that_is_none_is_not_confirmed(script):
    for part, honest in HONEST.items():
        liar = Liar(part, honest, honest, script=lambda request: script)
        for item in CONFIRMED[part]:
            assert not confirmed(part, None, item, Examination(liar))


@pytest.mark.parametrize(
    ("part", "function", "item", "resident", "expected"),
    [
        ("unfused_gelu", eight_names_with_a_power, "eight-steps", 8.0, True),
        ("unfused_gelu", eight_names_with_a_power, "eight-steps", 3.0, False),
        ("unfused_gelu", eight_names_with_a_power, "eight-steps", 12.0, False),
        ("fused_gelu", whole_array_tanh_in_place, "no-temporaries", 1.0, True),
        ("fused_gelu", whole_array_tanh_in_place, "no-temporaries", 2.0, False),
        ("fused_gelu", whole_array_tanh_in_place, "fewer-temporaries", 2.0, True),
        ("fused_gelu", whole_array_tanh_in_place, "fewer-temporaries", 3.0, False),
        ("fused_gelu", whole_array_tanh_in_place, "no-temporaries", 0.1, False),
    ],
)
def test_memory_is_what_the_system_says(part, function, item, resident, expected):
    liar = Liar(part, function, function, resident)
    assert confirmed(part, None, item, Examination(liar)) is expected


def test_steps_that_hide_how_long_names_live_are_caught_by_the_system():
    """A script of the unfused steps that says that each array was freed at once."""

    def script(request):
        answer = Pipe({"fused_gelu": one_name_for_all}).ask(request)
        return answer.facts["script"]

    for resident, expected in ((None, True), (7.0, False)):
        liar = Liar("fused_gelu", whole_array_tanh_in_place, unfused, resident, script)
        found = confirmed("fused_gelu", None, "fewer-temporaries", Examination(liar))
        assert found is expected


def test_tiles_of_one_element_are_followed():
    def by_elements(a, b, tile_size=64):
        c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
        for i in range(a.shape[0]):
            for j in range(b.shape[1]):
                for p in range(0, a.shape[1], tile_size):
                    c[i, j] += a.data[i, p : p + tile_size] @ b.data[p : p + tile_size, j]
        return type(a)(c)

    assert confirmed("tiled_matmul", by_elements, "tiles-inner")


def test_a_call_of_another_size_that_is_wrong_confirms_no_memory():
    def only_small(x):
        if x.size > 2**21:
            raise MemoryError("not today")
        return whole_array_tanh_in_place(x)

    assert confirmed("fused_gelu", only_small, "no-power")
    assert not confirmed("fused_gelu", only_small, "fewer-temporaries")


def test_what_cannot_be_followed_is_told_and_what_else_fails_is_not():
    def through_a_list(a, b):
        return type(a)(np.array((a.data @ b.data).tolist(), dtype=np.float32))

    def wrong_for_others(a, b):
        return type(a)(np.full((a.shape[0], b.shape[1]), 3, dtype=np.float32))

    words = {}
    for function in (through_a_list, wrong_for_others):
        examination = Examination(Pipe({"vectorized_matmul": function}))
        with pytest.raises(Unconfirmed) as caught:
            CONFIRMATIONS["vectorized_matmul", "one-gemm"](examination)
        words[function] = caught.value.got
    assert "could not be followed: it returns an array" in words[through_a_list]
    assert words[wrong_for_others] == "steps that do not confirm it"


def test_an_unconfirmed_item_tells_what_to_do_and_no_value():
    liar = Liar("tiled_matmul", three_loops_and_plus_equals, page_own)
    report = examine(PARTS["tiled_matmul"], liar, confirmations=CONFIRMATIONS)
    (result,) = (r for r in report.items if r.item.id in report.unconfirmed)
    assert result.failure.case.startswith("your function, followed step by step")
    assert result.failure.expected == result.item.proves
    assert "NumPy's functions on whole arrays" in result.failure.try_next
    assert not any(character.isdigit() for character in result.failure.got)
    assert "steps that do not confirm it" in str(report)


def test_the_same_generator_gives_the_same_report_and_the_same_questions():
    class Listening(Pipe):
        def ask(self, request):
            values = [getattr(part, "values", np.empty(0)).tobytes() for part in request.arguments]
            heard.append((request.probe, *values))
            return super().ask(request)

    runs = []
    for _ in range(2):
        heard = []
        report = examine(
            PARTS["tiled_matmul"],
            Listening({"tiled_matmul": page_own}),
            rng=np.random.default_rng(7),
            confirmations=CONFIRMATIONS,
        )
        runs.append((json.dumps(report.to_dict()), heard))
    assert runs[0] == runs[1]


def test_values_that_confirm_are_never_sent():
    sent = []

    class Listening(Pipe):
        def ask(self, request):
            sent.extend(argument.values for argument in request.arguments)
            return super().ask(request)

    examination = Examination(Listening({"vectorized_matmul": with_matmul}))
    drawn = []

    class Watched:
        def __getattr__(self, name):
            def draw(*arguments, **keywords):
                values = getattr(unseen, name)(*arguments, **keywords)
                drawn.append(np.asarray(values, dtype=np.float32))
                return values

            return draw

    unseen, examination.unseen = examination.unseen, Watched()
    CONFIRMATIONS["vectorized_matmul", "one-gemm"](examination)
    assert len(drawn) > 3 and len(sent) > 3
    seen = np.concatenate([np.ravel(values) for values in sent])
    # Some of so many float32 values meet by chance.
    assert all(np.isin(values, seen).mean() < 0.1 for values in drawn if values.size > 1)


def test_every_hidden_file_has_a_canary_of_its_own():
    folder = Path(hidden.__file__).parent
    canaries = []
    for file in folder.glob("*.py"):
        name = "autograder.hidden" + ("" if file.stem == "__init__" else f".{file.stem}")
        canaries.append(importlib.import_module(name).CANARY)
    assert len(canaries) == len(set(canaries)) >= 6
    assert all(len(canary) == 20 and int(canary, 16) for canary in canaries)
