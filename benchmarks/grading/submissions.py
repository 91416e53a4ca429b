"""Ordinary submissions of the real assignment: written in full or in part, right or wrong."""

from __future__ import annotations

import ast

from authoring.demo_class.notebook import as_bytes, filled
from authoring.demo_class.students import HONEST, WRONG
from autograder.parts import PARTS

ORDINARY = (*HONEST, *WRONG)
# One part, quickly examined: what a large class needs of memory does not hang on the other four.
QUICK = ("performance-analysis",)
_FUNCTIONS = {part.solution_cell: set(part.functions) for part in PARTS.values()}


def ordinary(count: int) -> list[bytes]:
    """Return notebooks, no two of them alike.

    The first are those of the demonstration class, without the cells that leave a function of
    their part out: there the notebook stops with a NameError, where the sandbox gives points for
    the other functions. Each further one takes its parts from several of them: from student ``i``,
    ``i + r``, ``i + 2r`` and so on in round ``r``.

    Parameters
    ----------
    count : int
        At most as many as there are different ones.

    Raises
    ------
    ValueError
        If there are not that many.
    """
    cells = [_complete(student.cells()) for student in ORDINARY]
    grade_ids = list(dict.fromkeys(name for one in cells for name in one))
    found: dict[bytes, None] = {}
    for round_ in range(len(cells)):
        for start in range(len(cells)):
            sources = {}
            for position, name in enumerate(grade_ids):
                chosen = cells[(start + position * round_) % len(cells)]
                if name in chosen:
                    sources[name] = chosen[name]
            found[as_bytes(filled(sources))] = None
            if len(found) == count:
                return list(found)
    raise ValueError(f"There are {len(found)} different submissions; expected at least {count}.")


def _complete(cells: dict[str, str]) -> dict[str, str]:
    """Leave out the cells that hold some functions of their part and not the others."""
    return {
        name: source
        for name, source in cells.items()
        if _FUNCTIONS.get(name, set()) & _defined(source) in (set(), _FUNCTIONS.get(name))
    }


def _defined(source: str) -> set[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    return {statement.name for statement in body if isinstance(statement, ast.FunctionDef)}


def quick() -> bytes:
    """Return one notebook that is examined in a moment."""
    student = next(student for student in ORDINARY if set(QUICK) <= set(student.cells()))
    return as_bytes(filled({name: student.cells()[name] for name in QUICK}))
