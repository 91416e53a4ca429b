"""The layout explorer: stride and number of values against lines, time and bandwidth."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from time import perf_counter
from typing import Any

import numpy as np

from tinytorch.explore.chart import Row
from tinytorch.explore.explorers.caches import caches_of, smallest_holding
from tinytorch.explore.explorers.explorer import Explorer, Facts, Payload, State
from tinytorch.explore.explorers.module import notebook_module
from tinytorch.explore.explorers.roofs import Roofs, spread_from, spread_list
from tinytorch.explore.live import BUDGET_SECONDS, Measurement, Superseded
from tinytorch.explore.live.measurement import MOST_ROUNDS, OwnTime
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.context import Context, measured_here
from tinytorch.perf.plateaus import MEMORY
from tinytorch.perf.points import Point, RecordingError
from tinytorch.perf.profiling import capacity, size
from tinytorch.perf.recording import Recording
from tinytorch.perf.roof import Roof
from tinytorch.perf.sampling import order_of_turn
from tinytorch.perf.spread import Spread, percent, significant
from tinytorch.perf.sweeps.plan import in_turns
from tinytorch.perf.sweeps.stride import (
    LINE_BYTES,
    SIZES,
    STRIDES,
    lines_touched,
    passes,
    strided_copy,
)
from tinytorch.perf.traffic.access import PER_LINE, VALUE_BYTES

NEIGHBOURS = 1
ASKED_STRIDE = PER_LINE
LIVE_STATE = {"n": 2**16, "stride": ASKED_STRIDE}
# So much is written at once that the kernel is held up for a few milliseconds only.
WRITTEN_AT_ONCE = 2**20
FEWEST_ROUNDS = 3

Round = tuple[float, float]
"""Seconds of a copy of values that lie apart, and of neighbours, taken one after the other."""


class LayoutExplorer(Explorer):
    """Stride and number of values of a copy; `explore_layout` makes one."""

    name = "layout"
    title = "Layout explorer"
    _esm = notebook_module("layout")

    def __init__(
        self,
        payload: Payload,
        state: State | None = None,
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._budget = budget
        super().__init__(payload, state)

    def start(self) -> State:
        """Return the state before anything was moved."""
        if self.is_live:
            return dict(LIVE_STATE)
        strides = self.payload["strides"]
        stride = ASKED_STRIDE if ASKED_STRIDE in strides else strides[-1]
        return {"n": self.payload["sizes"][-1], "stride": stride}

    def states(self) -> Iterator[State]:
        """Give every number of values with every stride."""
        for n in self.payload["sizes"]:
            for stride in self.payload["strides"]:
                yield {"n": n, "stride": stride}

    def facts(self, state: State) -> Facts:
        """Return what the stride touches, how much of it is of use, and what was measured."""
        n, stride = state["n"], state["stride"]
        used = values_in_a_line(stride) * VALUE_BYTES
        cache = smallest_holding(self.payload["caches"], moved(n, stride))
        facts = {
            "From value to value": size(VALUE_BYTES * stride),
            "Lines read": f"{lines_touched(n, stride):,}",
            "Used of each line": f"{used} of {LINE_BYTES} bytes",
            "Useful share of a line": percent(used / LINE_BYTES),
            "Bytes of these lines": size(LINE_BYTES * lines_touched(n, stride)),
            "Lines and result": size(moved(n, stride)),
            "Smallest cache": f"{cache[0]} ({capacity(cache[1])})" if cache else "none",
        }
        point = self._point(n, stride)
        if point is None:
            return facts
        ns = spread_from(point["ns"])
        facts |= {
            "ns per value": str(ns),
            "Times as long as stride 1": str(spread_from(point["ratio"])),
            "Useful bytes": f"{significant(useful_gbs(ns))} GB/s",
            "Whole lines and result": f"{significant(line_gbs(n, stride, ns))} GB/s",
        }
        roof = self._roof_of(cache[0] if cache else MEMORY)
        if roof is None:
            return facts
        share = percent(line_gbs(n, stride, ns) / roof.rate.median)
        return facts | {f"Of the {roof.name} roof": share}

    def rows(self, state: State) -> list[Row]:
        """Return a row for each stride at the number of values of the state."""
        n = state["n"]
        rows: list[Row] = []
        for stride in self.payload["strides"]:
            point = self._point(n, stride)
            row = {
                "stride": str(stride),
                "bytes apart": str(VALUE_BYTES * stride),
                "lines read": f"{lines_touched(n, stride):,}",
                "useful share": percent(values_in_a_line(stride) / PER_LINE),
            }
            if point is None:
                measured = ["not measured"] * 4
            else:
                ns = spread_from(point["ns"])
                measured = [
                    str(ns),
                    str(spread_from(point["ratio"])),
                    significant(useful_gbs(ns)),
                    significant(line_gbs(n, stride, ns)),
                ]
            columns = (
                "ns per value (quartiles)",
                "times as long as stride 1",
                "useful GB/s",
                "GB/s of whole lines",
            )
            rows.append({**row, **dict(zip(columns, measured, strict=True))})
        return rows

    def task(self, state: State) -> str:
        """Say which copy is measured."""
        return f"{power_of_two(state['n'])} values at stride {state['stride']}"

    def measurement(self, state: State) -> Measurement:
        """Measure a copy of values that lie a stride apart, and of neighbours, in turns."""
        n, stride = state["n"], state["stride"]
        rounds = yield from _copies(n, stride, self._budget)
        points = [_measured(n, NEIGHBOURS, [(near, near) for _, near in rounds])]
        if stride != NEIGHBOURS:
            points.append(_measured(n, stride, rounds))
        kept = [p for p in self.payload["points"] if not any(_same(p, point) for point in points)]
        self.payload = {**self.payload, "points": kept + points}

    def _point(self, n: int, stride: int) -> dict[str, Any] | None:
        for point in self.payload["points"]:
            if (point["n"], point["stride"]) == (n, stride):
                return point
        return None

    def _roof_of(self, level: str) -> Roof | None:
        """Return the roof of a level; a curve of bandwidth need not show each of them."""
        if self.payload["roofs"] is None:
            return None
        memory = Roofs.from_payload(self.payload["roofs"]).memory
        return next((roof for roof in memory if roof.name == level), None)


def values_in_a_line(stride: int) -> int:
    """Return how many of the 16 values of a line that is read are used."""
    return max(PER_LINE // stride, 1)


def moved(n: int, stride: int) -> int:
    """Return the bytes of the lines that are read, and of the values written side by side.

    It is what one copy moves, and what a cache must hold for the next copy to find it there.
    """
    return LINE_BYTES * lines_touched(n, stride) + VALUE_BYTES * n


def useful_gbs(ns: Spread) -> float:
    """Return GB/s of the values alone, each read and written once."""
    return 2 * VALUE_BYTES / ns.median


def line_gbs(n: int, stride: int, ns: Spread) -> float:
    """Return GB/s of whole lines read and of values written."""
    return moved(n, stride) / n / ns.median


def recorded_layout(rec: Recording) -> Payload:
    """Return the data of the layout explorer from a recording.

    Raises
    ------
    RecordingError
        If the recording lacks the sweep, a label of a point, or a stride of 1 beside the others.
    """
    sweep = rec.sweep("stride")
    points = []
    for point in sweep.points:
        n, stride = _label(point, "n"), _label(point, "stride")
        neighbours = sweep.point(n=n, stride=NEIGHBOURS)
        points.append(
            {
                "n": n,
                "stride": stride,
                "ns": spread_list(point.ns_per_element),
                "ratio": spread_list(sweep.ratio(point, neighbours)),
            }
        )
    return {
        "badge": rec.badge,
        "call": "explore_layout(recording",
        "home": "recorded",
        "caches": caches_of(rec.context),
        "roofs": Roofs.of(rec.ceilings).payload(),
        "sizes": sorted({point["n"] for point in points}),
        "strides": sorted({point["stride"] for point in points}),
        "points": points,
    }


def _label(point: Point, name: str) -> int:
    value = point.case.get(name)
    if isinstance(value, int) and value >= 1:
        return value
    raise RecordingError(
        f"A point of the sweep 'stride' ({point.name}) has {name}={value!r}, expected a whole "
        f"number of at least 1."
    )


def live_layout() -> Payload:
    """Return the data of the layout explorer before anything was measured here."""
    return {
        "badge": measured_here(),
        "call": "explore_layout(",
        "home": "here",
        "caches": caches_of(Context.here()),
        "roofs": None,
        "sizes": list(SIZES),
        "strides": list(STRIDES),
        "points": [],
    }


def _copies(n: int, stride: int, budget: float) -> Generator[float, None, list[Round]]:
    """Time copies of n values that lie a stride apart, and of n neighbours, in slices."""
    own = OwnTime(perf_counter)
    source = np.empty(n * stride, dtype=np.float32)
    # Pages that nothing was written to are one page of zeros that all of them share.
    for first in range(0, source.size, WRITTEN_AT_ONCE):
        with own.slice():
            source[first : first + WRITTEN_AT_ONCE] = 1
        yield 0.0
    samplers = in_turns([strided_copy(source, n, apart) for apart in (stride, NEIGHBOURS)])
    for sampler in samplers:
        with own.slice():
            sampler.warm_up()
        yield 0.0
    rounds: list[Round] = []
    try:
        for turn in range(MOST_ROUNDS):
            if turn >= FEWEST_ROUNDS and own.seconds > budget:
                break
            taken = [0.0, 0.0]
            for index in order_of_turn(2, turn):
                with own.slice():
                    taken[index] = samplers[index].sample()
                yield 0.0
            rounds.append((taken[0], taken[1]))
    except Superseded:
        if not rounds:
            raise
    return rounds


def _measured(n: int, stride: int, rounds: list[Round]) -> Payload:
    """Return the point that rounds of a copy and of a copy of neighbours make."""
    elements = passes(n) * n
    return {
        "n": n,
        "stride": stride,
        "ns": spread_list(Spread.of(mine * 1e9 / elements for mine, _ in rounds)),
        "ratio": spread_list(Spread.of(mine / neighbours for mine, neighbours in rounds)),
    }


def _same(point: Payload, other: Payload) -> bool:
    return (point["n"], point["stride"]) == (other["n"], other["stride"])


def explore_layout(
    source: Recording | None = None, *, budget: float = BUDGET_SECONDS, **state: Any
) -> LayoutExplorer:
    """Explore strides: of a recording, or of copies on this machine, measured as you move.

    Parameters
    ----------
    source : Recording, optional
        Without one, copies are measured here, on one thread, whenever a control has moved.
    budget : float
        Seconds that one measurement may take.
    **state
        Where the controls stand at first, for example ``n=2**16, stride=16``.
    """
    if source is not None:
        return LayoutExplorer(recorded_layout(source), state)
    return LayoutExplorer(live_layout(), state, budget)
