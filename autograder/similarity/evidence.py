"""Where two submissions are alike: line beside line."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from autograder.similarity.comparison import Comparison, Pair
from autograder.similarity.fingerprints import Fingerprint, fingerprints
from autograder.similarity.work import Unit, Work

Place = tuple[int, int]
"""A unit's place in its work, and a line of it from 1."""


@dataclass(frozen=True)
class Side:
    """One unit of one student, and which of its lines stand in the other's work.

    Attributes
    ----------
    unit : Unit
    matches : dict of int to str
        By line: where the other has it, such as "12" or, in another unit, "other cells 12".
    """

    unit: Unit
    matches: dict[int, str]


@dataclass(frozen=True)
class Beside:
    """Two units to look at side by side; one of them may be missing."""

    name: str
    left: Side | None
    right: Side | None


def evidence(comparison: Comparison, pair: Pair) -> list[Beside]:
    """Give the units of a pair in which something is alike."""
    left, right = comparison.works[pair.first], comparison.works[pair.second]
    shared = comparison.code.shared(pair.first, pair.second) | comparison.prose.shared(
        pair.first, pair.second
    )
    here, there = _where(left, shared), _where(right, shared)
    votes: dict[Place, Counter[Place]] = defaultdict(Counter)
    back: dict[Place, Counter[Place]] = defaultdict(Counter)
    for digest, occurrences in here.items():
        for (unit, print_), (other, same) in zip(occurrences, there[digest], strict=False):
            for line, other_line in zip(print_.lines, same.lines, strict=True):
                votes[unit, line][other, other_line] += 1
                back[other, other_line][unit, line] += 1
    names = [unit.name for unit in left.units]
    names += [unit.name for unit in right.units if unit.name not in names]
    shown = []
    for name in names:
        sides = _side(left, right, name, votes), _side(right, left, name, back)
        if any(side is not None and side.matches for side in sides):
            shown.append(Beside(name, *sides))
    return shown


def _where(work: Work, shared: set[object]) -> dict[int, list[tuple[int, Fingerprint]]]:
    found: dict[int, list[tuple[int, Fingerprint]]] = defaultdict(list)
    for place, unit in enumerate(work.units):
        for print_ in fingerprints(unit):
            if print_.digest in shared:
                found[print_.digest].append((place, print_))
    return found


def _side(work: Work, other: Work, name: str, votes: dict[Place, Counter[Place]]) -> Side | None:
    place = next((place for place, unit in enumerate(work.units) if unit.name == name), None)
    if place is None:
        return None
    unit = work.units[place]
    matches = {}
    for line in range(1, len(unit.text.splitlines()) + 1):
        if (place, line) in votes:
            (other_place, other_line), _ = votes[place, line].most_common(1)[0]
            elsewhere = other.units[other_place].name
            matches[line] = str(other_line) if elsewhere == name else f"{elsewhere} {other_line}"
    return Side(unit, matches)
