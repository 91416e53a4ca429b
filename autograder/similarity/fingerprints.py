"""Fingerprints of a normal form, by winnowing.

Schleimer, Wilkerson and Aiken, 2003, "Winnowing: Local Algorithms for Document Fingerprinting",
doi:10.1145/872757.872770.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.similarity.normal_form import Mark, code_marks, prose_marks
from autograder.similarity.work import Unit


@dataclass(frozen=True)
class Grain:
    """How fine fingerprints are.

    Attributes
    ----------
    length : int
        Marks in one gram: nothing shorter is ever found.
    window : int
        Grams of which one is kept: any common run of ``length + window - 1`` marks is found.
    """

    length: int
    window: int


# About a line and a half of code, and six words: shorter runs recur in honest work.
GRAINS = {"code": Grain(24, 8), "prose": Grain(6, 3)}


@dataclass(frozen=True)
class Fingerprint:
    """One gram that was kept.

    Attributes
    ----------
    digest : int
        Equal grams have equal digests, in every run.
    lines : tuple of int
        The line of each of its marks.
    """

    digest: int
    lines: tuple[int, ...]


def fingerprints(unit: Unit) -> list[Fingerprint]:
    """Give the fingerprints of a piece of work."""
    grain = GRAINS[unit.kind]
    found = []
    for marks in _marks(unit):
        digests = list(_digests(marks, unit.kind))
        for place in _winnowed(digests, grain.window):
            lines = tuple(mark.line for mark in marks[place : place + grain.length])
            found.append(Fingerprint(digests[place], lines))
    return found


def every_digest(unit: Unit) -> set[int]:
    """Give the digests of all grams, those not kept as well."""
    return {digest for marks in _marks(unit) for digest in _digests(marks, unit.kind)}


def _marks(unit: Unit) -> list[list[Mark]]:
    return code_marks(unit.text) if unit.kind == "code" else prose_marks(unit.text)


def _digests(marks: Sequence[Mark], kind: str) -> Iterator[int]:
    length = GRAINS[kind].length
    labels = [mark.label for mark in marks]
    for start in range(len(labels) - length + 1):
        gram = "\0".join((kind, *labels[start : start + length]))
        digest = hashlib.blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        yield int.from_bytes(digest, "big")


def _winnowed(digests: Sequence[int], window: int) -> list[int]:
    """Choose the smallest of each window, the rightmost of equal ones."""
    chosen: list[int] = []
    for start in range(max(min(1, len(digests)), len(digests) - window + 1)):
        inside = range(start, min(start + window, len(digests)))
        place = min(inside, key=lambda at: (digests[at], -at))
        if not chosen or chosen[-1] != place:
            chosen.append(place)
    return chosen
