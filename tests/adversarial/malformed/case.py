"""What a malformed submission is, how a file of them collects its own, and what they start from."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from authoring.notebooks import ROOT
from autograder.parts import PARTS
from autograder.results import Status

NAME = Path("acceleration") / "acceleration.ipynb"
RELEASED = nbformat.read(ROOT / "exercises" / NAME, as_version=4)
SOLUTIONS = {
    c.metadata.nbgrader.grade_id: c.source
    for c in nbformat.read(ROOT / "solutions" / NAME, as_version=4).cells
    if c.metadata.nbgrader.solution
}
ALL = frozenset(PARTS)
NONE: frozenset[str] = frozenset()
ESSAY = "The memory roof limits GELU; the flat roof limits the product."
SOLUTIONS["performance-essay"] = ESSAY

Notebook = dict[str, Any]
Make = Callable[[Notebook], Notebook | str | bytes]
Deliver = Callable[[Path, bytes], None]


@dataclass(frozen=True)
class Malformed:
    """One submission that is not as it should be, and what must come of it.

    Attributes
    ----------
    name : str
    what : str
        What happened to it.
    deliver : callable
        Writes it into the student's folder, which is given.
    status : str
        How grading it must end.
    says : tuple of str
        Words that its sentences must hold.
    keeps : frozenset of str
        The parts whose functions must still be there; the others must not.
    """

    name: str
    what: str
    deliver: Callable[[Path], None]
    status: Status
    says: tuple[str, ...]
    keeps: frozenset[str]


def solved() -> Notebook:
    """The released notebook with every solution filled in, as plain data."""
    notebook: Notebook = copy.deepcopy(dict(RELEASED))
    for c in notebook["cells"]:
        c["source"] = SOLUTIONS.get(c["metadata"]["nbgrader"]["grade_id"], c["source"])
    return notebook


def written(notebook: Notebook) -> bytes:
    """A notebook as Jupyter saves it: one string to a line."""
    lines = copy.deepcopy(notebook)
    for c in lines.get("cells", []):
        if isinstance(c, dict) and isinstance(c.get("source"), str):
            c["source"] = c["source"].splitlines(keepends=True)
    return (json.dumps(lines, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def cell(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """Return the cell of that name."""
    return notebook["cells"][index(notebook, grade_id)]


def index(notebook: Notebook, grade_id: str) -> int:
    """Return where the cell of that name stands."""
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in notebook["cells"]]
    return names.index(grade_id)


def number(grade_id: str) -> int:
    """Return what a sentence calls the released cell of that name: its place, from 1."""
    return index(RELEASED, grade_id) + 1


def own(source: str, kind: str = "code") -> dict[str, Any]:
    """Return a cell that the student made."""
    name = hashlib.sha256(source.encode()).hexdigest()[:8]
    made = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def collector(
    into: list[Malformed],
) -> Callable[..., Callable[[Make], Make]]:
    """Make the decorator of one file: ``@malformed("repaired", "word", keeps=...)``."""

    def malformed(
        status: Status, *says: str, keeps: frozenset[str] = ALL
    ) -> Callable[[Make], Make]:
        def collect(make: Make) -> Make:
            def deliver(folder: Path) -> None:
                made = make(solved())
                if isinstance(made, dict):
                    made = written(made)
                put(folder, made.encode() if isinstance(made, str) else made)

            into.append(_case(make, deliver, status, says, keeps))
            return make

        return collect

    return malformed


def delivery_collector(
    into: list[Malformed],
) -> Callable[..., Callable[[Deliver], Deliver]]:
    """Make the decorator of one file of deliveries: a sound notebook, handed in oddly."""

    def delivered(
        status: Status, *says: str, keeps: frozenset[str] = ALL
    ) -> Callable[[Deliver], Deliver]:
        def collect(make: Deliver) -> Deliver:
            def deliver(folder: Path) -> None:
                folder.mkdir(parents=True)
                make(folder, written(solved()))

            into.append(_case(make, deliver, status, says, keeps))
            return make

        return collect

    return delivered


def put(folder: Path, data: bytes) -> None:
    """Write a notebook where nbgrader puts it."""
    (folder / NAME).parent.mkdir(parents=True)
    (folder / NAME).write_bytes(data)


def _case(
    make: Callable[..., Any],
    deliver: Callable[[Path], None],
    status: Status,
    says: tuple[str, ...],
    keeps: frozenset[str],
) -> Malformed:
    assert make.__doc__, f"{make.__name__} does not say what happened"
    return Malformed(make.__name__, make.__doc__, deliver, status, says, keeps)
