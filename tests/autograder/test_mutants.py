"""Every wrong or lazy implementation loses the items that it should lose, and no others."""

import importlib
import warnings

import pytest

import autograder
from autograder.parts import PARTS

MUTANTS = [
    mutant for part in PARTS for mutant in importlib.import_module(f"tests.mutants.{part}").MUTANTS
]


def test_there_are_at_least_eighty_with_names_of_their_own():
    assert len(MUTANTS) >= 80
    assert len({(mutant.part, mutant.name) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", [pytest.param(m, id=f"{m.part}-{m.name}") for m in MUTANTS])
def test_a_mutant_loses_exactly_its_items(mutant):
    # Whatever the mutant does, nothing of it may leave the check as a warning.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = autograder.check(mutant.part, *mutant.functions)
    lost = {result.item.id for result in report.items if not result.passed}
    assert lost == mutant.loses, f"{mutant.mistake}\n{report}"


@pytest.mark.parametrize("part", PARTS)
def test_every_item_is_lost_by_a_mutant_that_keeps_the_base(part):
    """An item that no such mutant loses could be one that cannot fail on its own."""
    everything = {item.id for item in PARTS[part].items}
    partial = [m.loses for m in MUTANTS if m.part == part and m.loses != everything]
    based = {item.id for item in PARTS[part].items if item.needs}
    assert based <= frozenset().union(*partial)
