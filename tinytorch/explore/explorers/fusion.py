"""The fusion explorer: rung and tensor size against steps, arrays alive, bytes moved and roofs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from statistics import median
from typing import Any

from tinytorch.core.tensor import Tensor
from tinytorch.explore.chart import Row
from tinytorch.explore.explorers.explorer import Explorer, Facts, Payload, State
from tinytorch.explore.explorers.live_rungs import BASE, EXPRESSIONS, YOURS, LiveRungs
from tinytorch.explore.explorers.module import notebook_module
from tinytorch.explore.explorers.roofs import Roofs, spread_from, spread_list
from tinytorch.explore.explorers.step_tables import (
    TableStep,
    bytes_beyond_cache,
    bytes_moved,
    step_from,
    step_table,
)
from tinytorch.explore.learner.attempt import Function
from tinytorch.explore.live import BUDGET_SECONDS, Measurement
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.benchmarking import one_vector
from tinytorch.perf.context import measured_here
from tinytorch.perf.kernel import Kernel
from tinytorch.perf.ladders.gelu_expressions import FLOPS_PER_ELEMENT
from tinytorch.perf.points import RecordingError, Sweep
from tinytorch.perf.profiling import capacity
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import Spread, percent, significant
from tinytorch.perf.steps import Step, Trace
from tinytorch.perf.traffic.access import VALUE_BYTES

SLOW, FAST = "eight named steps", "blocked tanh"
ASKED_N = 2**20
LIVE_SIZES = tuple(2**exponent for exponent in range(10, 23, 2))

# Points as they travel, in columns, with a place for each rung at each size in turn: ns per
# element, times as fast as the base, then the number of the table of its steps, blocks, and ns per
# element of each step. A point that was measured here may lack these: then why, and memory held.
POINT = ("ns", "x", "t", "b", "s")
UNSEEN = ("why", "peak")
UNKNOWN = "not seen"


class FusionExplorer(Explorer):
    """Rungs of the GELU ladder over tensor sizes; `explore_fusion` makes one."""

    name = "fusion"
    title = "Fusion explorer"
    _esm = notebook_module("fusion")

    def __init__(
        self,
        payload: Payload,
        state: State | None = None,
        functions: Mapping[str, Function] | None = None,
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._rungs = LiveRungs(functions or {}, budget)
        self._latest: tuple[str, int] | None = None
        super().__init__(payload, state)

    def start(self) -> State:
        """Return the state before anything was moved."""
        asked = self.payload["asked"]
        rung = asked["fast"] if self.is_live else asked["slow"]
        return {"rung": rung, "n": asked["n"], "step": 1, "allocate": False}

    @property
    def shown_state(self) -> State:
        """Where the controls stand: the nearest that they can to what was asked for."""
        state, sizes = super().shown_state, self.payload["sizes"]
        if state["rung"] not in self.payload["rungs"]:
            state["rung"] = self.start()["rung"]
        state["n"] = min(sizes, key=lambda n: abs(math.log(n / max(state["n"], 1))))
        return state

    def states(self) -> Iterator[State]:
        """Give every rung at every size by both rules, at the first step and at the last."""
        for rung in self.payload["rungs"]:
            for n in self.payload["sizes"]:
                point = self._point(rung, n)
                last = len(point["s"]) if point and point["s"] else 1
                for step in sorted({1, last}):
                    for allocate in (False, True):
                        yield {"rung": rung, "n": n, "step": step, "allocate": allocate}

    def facts(self, state: State) -> Facts:
        """Return what the rung holds, moves and takes."""
        rung, n = state["rung"], state["n"]
        point = self._point(rung, n)
        if point is None:
            return {"Time per element": "not measured yet"}
        ns = spread_from(point["ns"])
        facts = {
            "Time per element (quartiles)": f"{ns} ns",
            f"Times as fast as {BASE}": significant(point["x"]),
        }
        steps, times = self._steps(point), point["s"]
        if not steps:
            peak = point["peak"]
            held = {"Memory held at most": _times(peak)} if peak else {}
            return {**facts, **held, "Steps": point["why"]}
        dearest, summed = times.index(max(times)), _sum(times)
        facts |= {
            "Sum of its steps": f"{significant(summed)} ns",
            "Most expensive step": (
                f"{steps[dearest].name}, {significant(times[dearest])} ns, "
                f"{percent(times[dearest] / summed)} of the sum"
            ),
            "Arrays alive at most": (
                f"{max(step.alive for step in steps)} beside x, "
                f"{_times(max(step.held for step in steps))}"
            ),
            "Each step passes over": passes_over(n, point["b"]),
            "Bytes per element, all steps": _both_rules(steps, bytes_moved, _whole),
        }
        if any(step.in_blocks for step in steps):
            facts["of these beyond a block's cache"] = _both_rules(
                steps, bytes_beyond_cache, _whole
            )
        implied = bytes_moved(steps, state["allocate"]) / ns.median
        facts |= {
            "Intensity in FLOP/byte": _both_rules(steps, intensity, significant),
            "All steps' bytes over the time": f"{significant(implied)} GB/s",
        }
        kernel = self._kernel(state, point, steps)
        if kernel is None:
            return facts
        return facts | {
            "Limiting roof": f"{kernel.limit.name}, {significant(kernel.attainable)} GFLOP/s",
            "Still to be had": f"{significant(max(kernel.headroom, 1.0))} times",
        }

    def rows(self, state: State) -> list[Row]:
        """Return a row for each rung at the size of the state, then one for each of its steps."""
        rung, n = state["rung"], state["n"]
        rows = []
        for name in self.payload["rungs"]:
            point = self._point(name, n)
            ns = str(spread_from(point["ns"])) if point else "not measured"
            rows.append(_row(name, self._steps(point), ns))
        point = self._point(rung, n)
        if point is None:
            return rows
        for index, step in enumerate(self._steps(point)):
            rows.append(_row(f"{index + 1}. {step.name}", [step], significant(point["s"][index])))
        return rows

    def task(self, state: State) -> str:
        """Say which call is measured."""
        return f"{state['rung']} on {power_of_two(state['n'])} elements"

    def measurement(self, state: State) -> Measurement:
        """Measure one rung beside the expressions, split each into its steps, and keep all."""
        rung, n = state["rung"], state["n"]
        if (rung, n) == self._latest:  # only the step or the rule of counting has moved
            return
        (x,) = one_vector(n)
        yield 0
        taken = yield from self._rungs.timed(rung, x)
        traces = {name: [self._rungs.watched(name, x)] for name in taken}
        self._keep(x, taken, traces)
        self._latest = (rung, n)
        if traces[rung][0].complete:
            traces[rung] = yield from self._rungs.played(traces[rung][0])
            self._keep(x, taken, traces)

    def _keep(
        self, x: Tensor, taken: Mapping[str, Sequence[float]], traces: Mapping[str, list[Trace]]
    ) -> None:
        """Put measured rungs into the data, in the place of what was measured before."""
        n = x.data.size
        tables, points = list(self.payload["tables"]), rows_of(self.payload["points"])
        for name, seconds in taken.items():
            ratios = [base / yours for base, yours in zip(taken[BASE], seconds, strict=True)]
            point: Payload = {
                "ns": spread_list(Spread.of(sample * 1e9 / n for sample in seconds)),
                "x": spread_list(Spread.of(ratios))[0],
            }
            first = traces[name][0]
            if first.complete:
                point |= traced_point(traces[name], n, tables)
            else:
                point |= {"why": first.reason, "peak": self._rungs.memory(name, x)}
            points[self._place(name, n)] = point
        self.payload = {
            **self.payload,
            "tables": tables,
            "points": columns_of(points, (*POINT, *UNSEEN)),
        }

    def _point(self, rung: str, n: int) -> Payload | None:
        point = rows_of(self.payload["points"])[self._place(rung, n)]
        return point if point["ns"] else None

    def _place(self, rung: str, n: int) -> int:
        rungs = self.payload["rungs"]
        return int(self.payload["sizes"].index(n) * len(rungs) + rungs.index(rung))

    def _steps(self, point: Payload | None) -> list[TableStep]:
        """Return the steps of a point; none where they could not be seen."""
        if point is None or point["t"] is None:
            return []
        return [step_from(text) for text in self.payload["tables"][point["t"] - 1]]

    def _kernel(self, state: State, point: Payload, steps: Sequence[TableStep]) -> Kernel | None:
        if self.payload["roofs"] is None:
            return None
        n, ns = state["n"], spread_from(point["ns"])
        return Roofs.from_payload(self.payload["roofs"]).kernel(
            self.name,
            FLOPS_PER_ELEMENT * n,
            round(bytes_beyond_cache(steps, state["allocate"]) * n),
            Spread(ns.median * n / 1e9, ns.q1 * n / 1e9, ns.q3 * n / 1e9, ns.runs),
            working_set=working_set(steps, n),
        )


def intensity(steps: Sequence[TableStep], allocate: bool = False) -> float:
    """Return FLOP per byte beyond a block's cache."""
    return FLOPS_PER_ELEMENT / bytes_beyond_cache(steps, allocate)


def working_set(steps: Sequence[TableStep], n: int) -> int:
    """Return the bytes of x and of the most that was held beside it."""
    return math.ceil((1 + max(step.held for step in steps)) * VALUE_BYTES * n)


def passes_over(n: int, blocks: int) -> str:
    """Say what one step goes over before the next one starts."""
    if blocks == 1:
        return f"all of x, {capacity(n * VALUE_BYTES)}"
    return f"{blocks:,} blocks of {capacity(n * VALUE_BYTES // blocks)}"


def split_point(
    steps: Sequence[Step], n: int, seconds: Sequence[Sequence[float]], tables: list[list[str]]
) -> Payload:
    """Return the steps of one point: their table, blocks, times in ns per element.

    Parameters
    ----------
    steps : sequence of Step
        One for each kind.
    n : int
        Elements of x.
    seconds : sequence of sequence of float
        For each kind its samples, one per round.
    tables : list of list of str
        Those that there are; a new one is added. Points that do the same share one.
    """
    table = step_table(steps, n)
    if table not in tables:
        tables.append(table)
    ns = [[sample * 1e9 / n for sample in samples] for samples in seconds]
    return {
        "t": 1 + tables.index(table),
        "b": max(step.calls for step in steps),
        "s": [float(f"{median(samples):.3g}") for samples in ns],
    }


def traced_point(traces: Sequence[Trace], n: int, tables: list[list[str]]) -> Payload:
    """Return the steps of a point that was traced here, and played a few times."""
    kinds = [one.by_kind() for one in traces]
    seconds = [[step.seconds for step in kind] for kind in zip(*kinds, strict=True)]
    return split_point(kinds[0], n, seconds, tables)


def columns_of(rows: Sequence[Payload], keys: Sequence[str]) -> Payload:
    """Return rows as columns: so their names travel once."""
    return {key: [row.get(key) for row in rows] for key in keys}


def rows_of(columns: Payload) -> list[Payload]:
    """Return the rows that `columns_of` wrote."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def recorded_fusion(rec: Recording) -> Payload:
    """Return the data of the fusion explorer from a recording."""
    # Only the book has the rungs: they hold the solutions.
    from tinytorch.perf.ladders.gelu_steps import gelu_steps

    ladder, split = rec.sweep("gelu_ladder"), rec.sweep("gelu_steps")
    sizes = sorted({int(n) for n in ladder.values("n")} & {int(n) for n in split.values("n")})
    rungs = [str(rung) for rung in ladder.values("rung")]
    if not sizes:
        raise RecordingError(
            "The sweeps gelu_ladder and gelu_steps of this recording have no size in common; "
            "measure both again."
        )
    tables: list[list[str]] = []
    points = []
    for n in sizes:
        base = ladder.point(rung=BASE, n=n)
        for rung in rungs:
            whole, steps = ladder.point(rung=rung, n=n), gelu_steps(rung, n)
            point = {
                "ns": spread_list(whole.ns_per_element),
                "x": spread_list(ladder.ratio(base, whole))[0],
            }
            points.append(point | split_point(steps, n, _samples(split, rung, n, steps), tables))
    asked = ASKED_N if ASKED_N in sizes else sizes[-1]
    ratio = ladder.ratio(ladder.point(rung=SLOW, n=asked), ladder.point(rung=FAST, n=asked))
    return {
        "badge": rec.badge,
        "call": "explore_fusion(recording",
        "home": "recorded",
        "roofs": Roofs.of(rec.ceilings).payload(),
        "sizes": sizes,
        "rungs": rungs,
        "asked": {"n": asked, "slow": SLOW, "fast": FAST, "ratio": spread_list(ratio)},
        "tables": tables,
        "points": columns_of(points, POINT),
    }


def live_fusion(functions: Mapping[str, Function]) -> Payload:
    """Return the data of the fusion explorer before anything was measured here."""
    rungs = [*EXPRESSIONS, *functions]
    return {
        "badge": measured_here(),
        "call": f"explore_fusion({', '.join(name.removeprefix(YOURS) for name in functions)}",
        "home": "here",
        "roofs": None,
        "sizes": list(LIVE_SIZES),
        "rungs": rungs,
        "asked": {"n": ASKED_N, "slow": BASE, "fast": rungs[len(EXPRESSIONS)], "ratio": None},
        "tables": [],
        "points": columns_of([{}] * len(rungs) * len(LIVE_SIZES), (*POINT, *UNSEEN)),
    }


def explore_fusion(
    source: Recording | Callable[..., Any],
    unfused_gelu: Function | None = None,
    *,
    budget: float = BUDGET_SECONDS,
    **state: Any,
) -> FusionExplorer:
    """Explore fusion: of a recording, or of your own GELUs, measured as you move.

    Parameters
    ----------
    source : Recording or callable
        A callable is your ``fused_gelu``: it is measured on this machine, on one thread, whenever a
        control has moved.
    unfused_gelu : callable, optional
        Your other GELU, to be compared.
    budget : float
        Seconds that one measurement may take.
    **state
        Where the controls stand at first, for example ``rung="one expression", n=2**16``.
    """
    if isinstance(source, Recording):
        return FusionExplorer(recorded_fusion(source), state)
    functions = {f"{YOURS}fused_gelu": source}
    if unfused_gelu is not None:
        functions[f"{YOURS}unfused_gelu"] = unfused_gelu
    return FusionExplorer(live_fusion(functions), state, functions, budget)


def _samples(split: Sweep, rung: str, n: int, steps: Sequence[Step]) -> list[tuple[float, ...]]:
    recorded = [point.case.get("step") for point in split.where(rung=rung, n=n)]
    if sorted(map(str, recorded)) != sorted(step.name for step in steps):
        raise RecordingError(
            f"The steps of {rung!r} at n = {n} are recorded as {recorded}, but NumPy takes "
            f"{[step.name for step in steps]} here; run "
            f"`python -m tinytorch measure --fresh --only gelu_steps`."
        )
    return [split.point(rung=rung, n=n, step=step.name).samples for step in steps]


def _sum(values: Sequence[float]) -> float:
    """Add from left to right, as a page does; `sum` adds floats more exactly than that."""
    return reduce(add, values)


def _whole(count: float) -> str:
    # As JavaScript rounds: a half goes up.
    return f"{math.floor(count + 0.5):,}"


def _times(held: float) -> str:
    return f"{significant(held)} times its size"


def _both_rules(
    steps: Sequence[TableStep],
    count: Callable[[Sequence[TableStep], bool], float],
    write: Callable[[float], str],
) -> str:
    return f"{write(count(steps, False))}, {write(count(steps, True))} with write-allocate"


def _row(name: str, steps: Sequence[TableStep], ns: str) -> Row:
    return {
        "rung, or its step": name,
        "bytes read": _whole(sum(step.read for step in steps)) if steps else UNKNOWN,
        "written": _whole(sum(step.written for step in steps)) if steps else UNKNOWN,
        "fetched": _whole(sum(step.fetched for step in steps)) if steps else UNKNOWN,
        "arrays alive": str(max(step.alive for step in steps)) if steps else UNKNOWN,
        "ns per element": ns,
    }
