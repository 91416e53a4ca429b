"""Notebooks made of functions that the tests hold: one function, or six, for each part."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from authoring.demo_class.notebook import as_bytes, filled
from autograder.parts import PARTS

TESTS = Path(__file__).resolve().parent.parent

# What the files of mutants collect themselves with; the real one knows the checks.
_COLLECTION = """
class Mutant:
    def __init__(self, name, mistake, part, functions, loses):
        self.name, self.functions = name, functions


def collector(part, into):
    def mutant(*loses):
        def collect(function):
            into.append(Mutant(function.__name__, "", part, (function,), loses))
            return function

        return collect

    return mutant
"""

_MODULES = """
import sys, types


def module(name, source):
    sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name, "exec"), vars(sys.modules[name]))


def mutant(part, name):
    mutants = sys.modules["tests.mutants." + part].MUTANTS
    return next(mutant.functions for mutant in mutants if mutant.name == name)


def honest(part, number):
    solution = sys.modules["tests.honest." + part].HONEST[number]
    if part == "performance_analysis":
        return tuple(solution.values())[1:]
    return (solution,)
"""


def _sources() -> str:
    """Code that makes the modules of honest solutions and of mutants, without the rest of tests."""
    sources = {"tests.honest.collection": (TESTS / "honest" / "collection.py").read_text()}
    sources["tests.mutants.collection"] = _COLLECTION
    for folder in ("honest", "mutants"):
        for part in PARTS:
            sources[f"tests.{folder}.{part}"] = (TESTS / folder / f"{part}.py").read_text()
    return "\n".join(f"module({name!r}, {source!r})" for name, source in sources.items())


def packed(choices: Mapping[str, str]) -> bytes:
    """Make a notebook.

    Parameters
    ----------
    choices : mapping of str to str
        For each part an expression in a cell: ``mutant(part, name)`` or ``honest(part, number)``.
    """
    cells = {
        PARTS[part].solution_cell: "\n".join(
            f"{name} = {choice}[{number}]" for number, name in enumerate(PARTS[part].functions)
        )
        for part, choice in choices.items()
    }
    return as_bytes(filled(cells, before=(_MODULES, _sources())))
