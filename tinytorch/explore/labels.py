"""Words inside a picture: each goes where it covers no mark and no other word.

Positions are in points (1/72 inch) from the lower left corner of the figure. The axes must have
their final place and limits before the first word is written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from tinytorch.explore.chart import INK

FONT_SIZE = 10.5
LINE_HEIGHT = 1.25 * FONT_SIZE
# Beside a point of distance from the wanted place: what a square point of a mark or of other words
# costs that is covered, and a point of a line that is crossed.
COVERED = 30.0
CROSSED = 1.0
# Names are moved once more for each other's sake, this often at most.
ROUNDS = 6

Side = Literal["left", "center", "right"]
Position = tuple[float, float]
Segment = tuple[Position, Position]


@dataclass(frozen=True)
class Box:
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0.0) * max(height, 0.0)

    def outside(self, other: Box) -> float:
        """Return the area of this box that the other does not cover."""
        return (self.right - self.left) * (self.top - self.bottom) - self.overlap(other)

    def length_inside(self, segment: Segment) -> float:
        """Return how much of a straight line lies inside."""
        (x, y), (to_x, to_y) = segment
        enter, leave = 0.0, 1.0
        for start, way, low, high in (
            (x, to_x - x, self.left, self.right),
            (y, to_y - y, self.bottom, self.top),
        ):
            if way == 0:
                if not low <= start <= high:
                    return 0.0
                continue
            near, far = sorted(((low - start) / way, (high - start) / way))
            enter, leave = max(enter, near), min(leave, far)
        return max(0.0, leave - enter) * math.dist(*segment)


@dataclass(frozen=True)
class Spot:
    """A place where some words may stand.

    Attributes
    ----------
    x, y : float
        Middle of the height of the words, and their start, middle or end.
    side : str
        Which of the three `x` is: ``"left"`` for the start.
    angle : float
        Degrees by which the words are turned around this point.
    cost : float
        How much worse it is than the best place, in points of distance.
    leader : (float, float), optional
        Where a line starts that leads to the words from what they name.
    """

    x: float
    y: float
    side: Side = "left"
    angle: float = 0.0
    cost: float = 0.0
    leader: Position | None = None


@dataclass(frozen=True)
class _Place:
    """Words at a spot: what they and the line to them take up, and what that costs by itself."""

    spot: Spot
    words: list[Box]
    line: list[Segment]
    cost: float

    def cost_among(self, others: Sequence[_Place]) -> float:
        """Return the cost where the others stand as they do."""
        return self.cost + sum(
            _harm(self.words, other.words, other.line) + _harm(other.words, [], self.line)
            for other in others
        )


class Labels:
    """Writes words into axes, each at the best of the places that it is offered.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    """

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self._scale = 72 / axes.figure.dpi
        corner = axes.bbox
        self.bounds = Box(
            *(side * self._scale for side in (corner.x0, corner.y0, corner.x1, corner.y1))
        )
        self._covered: list[Box] = []
        self._crossed: list[Segment] = []

    def to_points(self, x: float, y: float) -> Position:
        """Return where a point of the data lies, in points."""
        across, up = self.axes.transData.transform((x, y))
        return float(across * self._scale), float(up * self._scale)

    def to_data(self, x: float, y: float) -> Position:
        """Return which point of the data lies there."""
        across, up = self.axes.transData.inverted().transform((x / self._scale, y / self._scale))
        return float(across), float(up)

    def keep_clear(self, x: float, y: float, radius: float) -> None:
        """Let no words cover a mark at a point of the data, of so many points around."""
        across, up = self.to_points(x, y)
        self._covered.append(Box(across - radius, up - radius, across + radius, up + radius))

    def avoid_line(self, start: Position, end: Position) -> None:
        """Let words rather not cross a straight line between two points of the data."""
        self._crossed.append((self.to_points(*start), self.to_points(*end)))

    def write(self, words: str, spots: Sequence[Spot]) -> Spot:
        """Write words at the best of some spots and keep it clear of what comes later.

        Parameters
        ----------
        words : str
            One line or several.
        spots : sequence of Spot
            At least one; of two that are as good, the first is taken.

        Returns
        -------
        Spot
            Where they stand.
        """
        return self.write_all([(words, spots)])[0]

    def write_all(self, names: Sequence[tuple[str, Sequence[Spot]]]) -> list[Spot]:
        """Write several words that may all give way to each other.

        Parameters
        ----------
        names : sequence of (str, sequence of Spot)
            Words and the spots that they are offered.

        Returns
        -------
        list of Spot
            Where they stand, in the same order.
        """
        # The best in itself first: the search ends where no place can become the best any more.
        offers = [
            sorted((self._place(words, spot) for spot in spots), key=lambda place: place.cost)
            for words, spots in names
        ]
        chosen: list[_Place | None] = [None] * len(offers)
        for _ in range(ROUNDS):
            before = list(chosen)
            for index, offer in enumerate(offers):
                others = [at for at in (*chosen[:index], *chosen[index + 1 :]) if at is not None]
                chosen[index] = _best(offer, others)
            if chosen == before:
                break
        for (words, _), place in zip(names, chosen, strict=True):
            assert place is not None
            self._covered += place.words
            self._crossed += place.line
            self._draw(words, place.spot)
        return [place.spot for place in chosen if place is not None]

    def _draw(self, words: str, spot: Spot) -> None:
        self.axes.text(
            *self.to_data(spot.x, spot.y),
            words,
            ha=spot.side,
            va="center",
            rotation=spot.angle,
            rotation_mode="anchor",
            color=INK,
            linespacing=LINE_HEIGHT / FONT_SIZE,
        )

    def _place(self, words: str, spot: Spot) -> _Place:
        boxes = _boxes(extent_of(words), spot)
        line = [(spot.leader, (spot.x, spot.y))] if spot.leader else []
        outside = COVERED * sum(box.outside(self.bounds) for box in boxes)
        harm = _harm(boxes, self._covered, self._crossed) + _harm(self._covered, [], line)
        return _Place(spot, boxes, line, spot.cost + outside + harm)


def _best(offer: Sequence[_Place], others: Sequence[_Place]) -> _Place:
    best, lowest = offer[0], math.inf
    for place in offer:
        if place.cost >= lowest:
            break
        cost = place.cost_among(others)
        if cost < lowest:
            best, lowest = place, cost
    return best


def _harm(words: Sequence[Box], covered: Sequence[Box], crossed: Sequence[Segment]) -> float:
    area = sum(box.overlap(other) for box in words for other in covered)
    length = sum(box.length_inside(segment) for box in words for segment in crossed)
    return COVERED * area + CROSSED * length


@cache
def extent_of(words: str) -> tuple[float, float]:
    """Return width and height of words in points.

    The font that they are measured in is wider than those of the pages that show them.
    """
    font = FontProperties(family="DejaVu Sans", size=FONT_SIZE)
    lines = words.split("\n")
    widths = [text_to_path.get_text_width_height_descent(line, font, False)[0] for line in lines]
    return max(widths), LINE_HEIGHT * len(lines)


def spots_around(x: float, y: float, radius: float, words: str, rows: int = 6) -> list[Spot]:
    """Return places for the name of a mark: beside it, above, below, then further away.

    Parameters
    ----------
    x, y, radius : float
        Of the mark, in points.
    words : str
    rows : int
        How many lines of text up and down to look.
    """
    _, height = extent_of(words)
    beside = radius + 4.0
    spots = [
        Spot(x + beside, y, "left"),
        Spot(x - beside, y, "right", cost=2.0),
        Spot(x, y + radius + 2 + height / 2, "center", cost=4.0),
        Spot(x, y - radius - 2 - height / 2, "center", cost=5.0),
    ]
    for row in range(1, rows + 1):
        for direction in (1, -1):
            for step in (0.0, 12.0, 24.0, 48.0):
                up, out = direction * row * height * 0.75, beside + step
                far = math.hypot(out, up)
                start = (out * radius / far, up * radius / far)
                for side, sign, worse in (("left", 1, 6.0), ("right", -1, 8.0)):
                    spots.append(
                        Spot(
                            x + sign * out,
                            y + up,
                            side,  # type: ignore[arg-type]
                            cost=worse + far,
                            leader=(x + sign * start[0], y + start[1]),
                        )
                    )
    return spots


def _boxes(extent: tuple[float, float], spot: Spot) -> list[Box]:
    width, height = extent
    start = {"left": 0.0, "center": -width / 2, "right": -width}[spot.side]
    if spot.angle == 0:
        left, bottom = spot.x + start, spot.y - height / 2
        return [Box(left, bottom, left + width, bottom + height)]
    # Squares in a row cover slanted words.
    count = max(1, math.ceil(width / height))
    turn = math.radians(spot.angle)
    boxes = []
    for index in range(count):
        along = start + width * (index + 0.5) / count
        x, y = spot.x + along * math.cos(turn), spot.y + along * math.sin(turn)
        boxes.append(Box(x - height / 2, y - height / 2, x + height / 2, y + height / 2))
    return boxes
