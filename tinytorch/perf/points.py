"""Measured points, and the sweeps that they belong to: samples, and what is derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinytorch.perf.spread import Spread

Label = str | int | float


class RecordingError(ValueError):
    """A recording that is missing, broken, or lacks what was asked for: one sentence says which."""


@dataclass(frozen=True)
class Point:
    """One measured case: its labels, its samples and what one call does.

    Attributes
    ----------
    case : dict
        Labels that name the case, for example ``{"rung": "in place", "n": 1024}``.
    samples : tuple of float
        Seconds a call, one per round, in the order of the rounds.
    group : int
        Points of one group took turns within each round.
    elements, flops, bytes : int or None
        What one call handles, by the counting rule of its sweep.
    """

    case: dict[str, Label]
    samples: tuple[float, ...]
    group: int = 0
    elements: int | None = None
    flops: int | None = None
    bytes: int | None = None

    @property
    def name(self) -> str:
        """The case in words: ``"rung in place, n 1024"``."""
        return ", ".join(f"{key} {value}" for key, value in self.case.items())

    @property
    def seconds(self) -> Spread:
        """Time of one call in seconds."""
        return Spread.of(self.samples)

    @property
    def ns_per_element(self) -> Spread:
        """Time per element in nanoseconds."""
        elements = self._counted("elements")
        return Spread.of(sample * 1e9 / elements for sample in self.samples)

    @property
    def gflops(self) -> Spread:
        """Rate of arithmetic in GFLOP/s (10^9)."""
        flops = self._counted("flops")
        return Spread.of(flops / sample / 1e9 for sample in self.samples)

    @property
    def gbs(self) -> Spread:
        """Rate of traffic in GB/s (10^9 bytes)."""
        moved = self._counted("bytes")
        return Spread.of(moved / sample / 1e9 for sample in self.samples)

    def _counted(self, quantity: str) -> int:
        value = getattr(self, quantity)
        if value is None:
            raise RecordingError(
                f"The point ({self.name}) was recorded without its number of {quantity}, so no "
                f"rate can be derived from it; use .seconds."
            )
        return int(value)

    def to_dict(self) -> dict[str, Any]:
        """Return the point as the file holds it."""
        counts = {key: getattr(self, key) for key in ("elements", "flops", "bytes")}
        return {
            "case": self.case,
            "group": self.group,
            "samples": list(self.samples),
            **{key: value for key, value in counts.items() if value is not None},
        }


@dataclass(frozen=True)
class Sweep:
    """Points that belong to one question, with the rule by which FLOP and bytes were counted."""

    name: str
    title: str
    counting: str
    points: tuple[Point, ...]

    def where(self, **labels: Label) -> list[Point]:
        """Return the points whose case has all these labels, in the order of the sweep."""
        return [
            point
            for point in self.points
            if all(point.case.get(key) == value for key, value in labels.items())
        ]

    def point(self, **labels: Label) -> Point:
        """Return the one point that these labels name.

        Raises
        ------
        RecordingError
            If no point fits, or more than one.
        """
        found = self.where(**labels)
        if len(found) == 1:
            return found[0]
        wanted = ", ".join(f"{key}={value!r}" for key, value in labels.items()) or "no labels"
        if found:
            raise RecordingError(
                f"Sweep {self.name!r} holds {len(found)} points with {wanted}; name one of them, "
                f"for example {found[0].case}."
            )
        offered = "; ".join(f"{key}: {self.values(key)}" for key in self.keys())
        raise RecordingError(f"Sweep {self.name!r} holds no point with {wanted}; it has {offered}.")

    def keys(self) -> list[str]:
        """Return the names of the labels, in order of appearance."""
        return list(dict.fromkeys(key for point in self.points for key in point.case))

    def values(self, key: str) -> list[Label]:
        """Return the different values of one label, in order of appearance."""
        return list(dict.fromkeys(point.case[key] for point in self.points if key in point.case))

    def ratio(self, slow: Point, fast: Point) -> Spread:
        """Return how many times as long `slow` took as `fast`: the spread of per-round ratios.

        Both points took turns within each round, so a slow phase of the machine meets both and
        cancels out of the ratio.

        Raises
        ------
        RecordingError
            If the points did not take turns (another group, or another number of rounds).
        """
        if slow.group != fast.group or len(slow.samples) != len(fast.samples):
            raise RecordingError(
                f"({slow.name}) and ({fast.name}) did not take turns in one run, so their ratio is "
                f"not a side-by-side measurement; compare points of one group."
            )
        return Spread.of(a / b for a, b in zip(slow.samples, fast.samples, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the sweep as the file holds it."""
        return {
            "title": self.title,
            "counting": self.counting,
            "points": [point.to_dict() for point in self.points],
        }
