"""Every pair of a class compared, through an index of what few share."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from autograder.parts import PARTS
from autograder.similarity.fingerprints import fingerprints
from autograder.similarity.given import Given
from autograder.similarity.traces import Trace, traces
from autograder.similarity.work import OTHER, Work

Number = TypeVar("Number", float, np.ndarray)

# What more than a fifth of the class has, the task forces or a lecture showed; in a small class a
# fifth is two people, so a few more may share something before it counts as common.
COMMON_SHARE = 0.2
COMMON_AT_LEAST = 5
# A trace is rarer than a piece of code: one in twenty.
RARE_SHARE = 0.05
RARE_AT_LEAST = 3
# Who wrote less than this many uncommon fingerprints is compared as if there were so many: two of
# two shared say little.
FEWEST_FINGERPRINTS = {"code": 16, "prose": 12}
# Bits of shared traces that count as much as half of the code.
HALF_AT_BITS = 30.0
# These are texts of words.
WHOLE = ("comment", "text", "name")


@dataclass(frozen=True)
class Pair:
    """Two submissions and how alike they are.

    Attributes
    ----------
    first, second : int
        Their places among the works.
    code, prose : float
        The share of the uncommon code, and of the uncommon prose, of the one that has less of it
        that stands in the other too: weighted by how uncommon it is, from 0 to 1.
    part : float
        The same of the code of the part, or the other cells, in which they are the most alike.
    part_name : str
        Which part that is.
    bits : float
        How surprising the shared traces are together.
    """

    first: int
    second: int
    code: float
    part: float
    part_name: str
    prose: float
    bits: float

    @property
    def score(self) -> float:
        """All of it as one number from 0 to 1: what is left to chance gets smaller with each."""
        return combined(self.code, self.part, self.prose, self.bits)


@dataclass(frozen=True)
class Comparison:
    """The pairs of a class that are the most alike, and how alike pairs are in general.

    Attributes
    ----------
    works : tuple of Work
    pairs : tuple of Pair
        The most alike first.
    quantiles : dict of float to float
        Of the scores of all pairs: a share of the pairs, and the score that it does not exceed.
    code, prose : Index
    traces : Index
    """

    works: tuple[Work, ...]
    pairs: tuple[Pair, ...]
    quantiles: dict[float, float]
    code: Index
    prose: Index
    traces: Index

    def shared_traces(self, pair: Pair) -> list[Trace]:
        """Give the traces that a pair shares, the rarest first; not the words of a shared text."""
        shared: set[Any] = self.traces.shared(pair.first, pair.second)
        whole = "\n".join(trace.content.casefold() for trace in shared if trace.kind in WHOLE)
        kept = [trace for trace in shared if trace.kind != "word" or trace.content not in whole]
        return sorted(kept, key=lambda trace: (-self.traces.weights[trace], trace))


class Index:
    """Which works hold which keys, and how much it says that two hold the same.

    A key that ``n`` works out of ``N`` hold weighs ``log2((N + 1) / n)``; one that everybody was
    given, or more works hold than ``common``, weighs nothing.

    Parameters
    ----------
    keys : sequence of collection
        Of each work.
    common : int
        The most works that may hold a key that counts.
    """

    def __init__(self, keys: Sequence[Collection[Hashable]], common: int) -> None:
        self.size = len(keys)
        holders: dict[Hashable, list[int]] = defaultdict(list)
        for place, held in enumerate(keys):
            for key in held:
                holders[key].append(place)
        self._holders = {
            key: np.array(places, dtype=np.int32)
            for key, places in holders.items()
            if len(places) <= common
        }
        self.weights = {
            key: math.log2((self.size + 1) / len(places)) for key, places in self._holders.items()
        }
        self._keys = [[key for key in held if key in self.weights] for held in keys]
        self.totals = np.array([sum(self.weights[key] for key in held) for held in self._keys])

    def shared_with(self, place: int) -> np.ndarray:
        """Give the weight of what each work shares with one, in the order of the works."""
        keys = [key for key in self._keys[place] if len(self._holders[key]) > 1]
        if not keys:
            return np.zeros(self.size)
        places = np.concatenate([self._holders[key] for key in keys])
        counts = [len(self._holders[key]) for key in keys]
        weights = np.repeat([self.weights[key] for key in keys], counts)
        return np.bincount(places, weights, minlength=self.size)

    def shared(self, first: int, second: int) -> set[Hashable]:
        """Give the keys that count which two works share."""
        return set(self._keys[first]) & set(self._keys[second])

    def holders(self, key: Hashable) -> int:
        """Count the works that hold a key."""
        return len(self._holders[key])


def compare(
    works: Sequence[Work],
    given: Given,
    mistakes: Mapping[str, Collection[Trace]] | None = None,
    most: int = 20,
) -> Comparison:
    """Compare every submission with every other.

    Parameters
    ----------
    works : sequence of Work
    given : Given
        What everybody was given.
    mistakes : mapping of str to collection of Trace, optional
        Of each student, what the checks found wrong.
    most : int
        How many pairs to keep.
    """
    n = len(works)
    common = max(COMMON_AT_LEAST, int(COMMON_SHARE * n))
    rare = max(RARE_AT_LEAST, int(RARE_SHARE * n))
    prints = [_prints(work, given) for work in works]
    names = [*(part.title for part in PARTS.values()), OTHER]
    parts = [Index([held.get(name, set()) for held in prints], common) for name in names]
    code, prose = (
        Index(
            [_of_kind(work, held, kind) for work, held in zip(works, prints, strict=True)], common
        )
        for kind in ("code", "prose")
    )
    found = [
        {trace for trace in traces(work) if not given.holds(trace)}
        | set((mistakes or {}).get(work.student_id, ()))
        for work in works
    ]
    seen = Index(found, rare)

    # A word of a shared text is found twice, which is put right below: keep some more till then.
    candidates = 3 * most
    best: list[tuple[float, int, int, Pair]] = []
    scores = []
    for first in range(n - 1):
        others = slice(first + 1, n)
        in_code = _share(code, first, "code")[others]
        in_parts = np.stack([_share(index, first, "code")[others] for index in parts])
        in_part = in_parts.max(axis=0)
        in_prose = _share(prose, first, "prose")[others]
        bits = seen.shared_with(first)[others]
        total = combined(in_code, in_part, in_prose, bits)
        scores.append(total)
        for place in np.argsort(-total, kind="stable")[:candidates]:
            second = first + 1 + int(place)
            pair = Pair(
                first,
                second,
                code=float(in_code[place]),
                part=float(in_part[place]),
                part_name=names[int(in_parts[:, place].argmax())],
                prose=float(in_prose[place]),
                bits=float(bits[place]),
            )
            entry = (float(total[place]), -first, -second, pair)
            (heapq.heappush if len(best) < candidates else heapq.heappushpop)(best, entry)
    comparison = Comparison(tuple(works), (), _quantiles(scores), code, prose, seen)
    pairs = [
        replace(pair, bits=sum(seen.weights[trace] for trace in comparison.shared_traces(pair)))
        for score, _, _, pair in best
        if score > 0
    ]
    pairs.sort(key=lambda pair: (-pair.score, pair.first, pair.second))
    return replace(comparison, pairs=tuple(pairs[:most]))


def combined(code: Number, part: Number, prose: Number, bits: Number) -> Number:
    """Give one number: ``1 - (1 - (code + part) / 2) (1 - prose) 2^(-bits / 30)``.

    With the part that is the most alike on one side of a mean, who took one part of five from
    somebody is found, and who shares a line with somebody in each part is not.
    """
    left: Number = 0.5 ** (bits / HALF_AT_BITS)
    return 1 - (1 - (code + part) / 2) * (1 - prose) * left


def _prints(work: Work, given: Given) -> dict[str, set[int]]:
    """Give the digests of each unit, by its name; not those that everybody was given."""
    return {
        unit.name: {print_.digest for print_ in fingerprints(unit)} - given.digests
        for unit in work.units
    }


def _of_kind(work: Work, prints: Mapping[str, set[int]], kind: str) -> set[int]:
    return set[int]().union(*(prints[unit.name] for unit in work.units if unit.kind == kind))


def _share(index: Index, place: int, kind: str) -> np.ndarray:
    least = FEWEST_FINGERPRINTS[kind] * math.log2((index.size + 1) / 2)
    whole = np.maximum(np.minimum(index.totals, index.totals[place]), least)
    share: np.ndarray = np.minimum(index.shared_with(place) / whole, 1.0)
    return share


def _quantiles(scores: Sequence[np.ndarray]) -> dict[float, float]:
    if not scores:
        return {}
    every = np.concatenate(scores)
    return {share: float(np.quantile(every, share)) for share in (0.5, 0.9, 0.99)}
