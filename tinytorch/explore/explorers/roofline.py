"""The roofline explorer: machine, kernel, size, precision and threads against roofs and ridges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from tinytorch.explore.chart import Row
from tinytorch.explore.charts.hardware import SPECIFICATIONS, Specification
from tinytorch.explore.explorers.explorer import Explorer, Facts, Payload, State
from tinytorch.explore.explorers.machines import (
    FLOAT32,
    KERNELS,
    MATMUL,
    accelerator,
    cpu,
    data_sheets,
    item_bytes,
    kernel_entry,
    machines_payload,
    microseconds,
)
from tinytorch.explore.explorers.module import notebook_module
from tinytorch.explore.explorers.roofs import Roofs
from tinytorch.explore.explorers.spot import NEVER_RAN, Spot, kernels, precisions, thread_counts
from tinytorch.explore.learner.attempt import Function
from tinytorch.explore.learner.roofline import GELUS, TILED, cost_of, inputs_of
from tinytorch.explore.learner.roofline import MATMUL as PRODUCT
from tinytorch.explore.live import BUDGET_SECONDS, Measurement, measure_call
from tinytorch.perf.context import Context, measured_here
from tinytorch.perf.kernel import Kernel
from tinytorch.perf.points import RecordingError
from tinytorch.perf.profiling import duration, size
from tinytorch.perf.recording import Recording, load_accelerators, load_cpus
from tinytorch.perf.roof import exactly
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.sweeps.accelerator.roofs import AcceleratorRoofs

ASKED = {"kernel": MATMUL, "n": 1024, "dtype": FLOAT32, "threads": 1}
LIVE = {"kernel": PRODUCT, "n": 512, "dtype": FLOAT32, "threads": 1}
LIVE_EDGES = (64, 128, 256, 512, 1024)
LIVE_ELEMENTS = tuple(2**exponent for exponent in range(12, 25, 2))
PARTS = (PRODUCT, *GELUS, TILED)
# y = a x + y in float32, for ten million elements: two FLOP and three values of each.
OWN = {"own": False, "flop": 20_000_000, "bytes": 120_000_000, "seconds": 0}
# Seconds that are not known are 0.
OWN_LIMITS = {"flop": (1, 1e18), "bytes": (1, 1e18), "seconds": (1e-12, 1e9)}
OWN_NAME = "your own kernel"
UNKNOWN = "not measured"

Source = str | Path | Recording | Callable[..., Any]


class RooflineExplorer(Explorer):
    """Kernels under the roofs of machines; `explore_roofline` makes one."""

    name = "roofline"
    title = "Roofline explorer"
    _esm = notebook_module("rooflinelive")

    def __init__(
        self,
        payload: Payload,
        state: State | None = None,
        functions: dict[str, Function] | None = None,
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._functions = functions or {}
        self._budget = budget
        self._measured: tuple[str, int] | None = None
        super().__init__(payload, state)

    def start(self) -> State:
        """Return the state before anything was moved."""
        asked = LIVE if self.is_live else ASKED
        return {"machine": self.payload["machines"][0]["name"], **asked, **OWN}

    @property
    def shown_state(self) -> State:
        """Where the controls stand, completed; what does not go together moves to the nearest."""
        state = super().shown_state
        for key, (least, most) in OWN_LIMITS.items():
            value = state[key]
            if not (isinstance(value, int | float) and least <= value <= most):
                state[key] = OWN[key]
        spot = self.spot(state)
        return {
            **state,
            "machine": spot.machine["name"],
            "kernel": spot.kernel,
            "n": spot.n,
            "dtype": spot.dtype,
            "threads": spot.threads,
        }

    def states(self) -> Iterator[State]:
        """Give every point of every machine, and at the last of each a kernel of the reader's."""
        for machine in self.payload["machines"]:
            state: State = {**self.start(), "machine": machine["name"]}
            for kernel in kernels(self.payload, machine):
                for dtype in precisions(machine, kernel):
                    for threads in thread_counts(machine):
                        state |= {"kernel": kernel, "dtype": dtype, "threads": threads}
                        for n in self.spot(state).sizes:
                            state["n"] = n
                            yield dict(state)
            for seconds in (0, 1, 1e-12):
                yield {**state, "own": True, "seconds": seconds}

    def spot(self, state: State) -> Spot:
        """Return what the data has at a state, or next to it."""
        return Spot.near(self.payload, state, self.start())

    def badge(self, state: State) -> str:
        """Say where the numbers of the machine come from."""
        return str(self.spot(state).machine["badge"])

    def facts(self, state: State) -> Facts:
        """Return what limits the kernel and by how much, and the machine's roofs and ridges."""
        spot = self.spot(state)
        facts = _facts(spot.flops, spot.moved, spot.seconds, spot.place())
        if spot.roofs:
            facts |= _roof_facts(spot, spot.roofs)
        if state["own"]:
            flops, moved, seconds = own_cost(state)
            yours = _facts(flops, moved, seconds, own_kernel(state, spot.roofs))
            facts |= {f"Yours: {term.lower()}": words for term, words in yours.items()}
        return facts

    def rows(self, state: State) -> list[Row]:
        """Return a row for each size of the kernel, and one for the reader's own."""
        spot = self.spot(state)
        sizes = [spot.at(n) for n in spot.sizes]
        rows = [_row(at.words, at.flops, at.moved, at.seconds, at.place()) for at in sizes]
        if state["own"]:
            rows.append(_row(OWN_NAME, *own_cost(state), own_kernel(state, spot.roofs)))
        return rows

    def task(self, state: State) -> str:
        """Say which function is measured, and on what."""
        spot = self.spot(state)
        return f"{spot.kernel}, {spot.words}"

    def measurement(self, state: State) -> Measurement:
        """Measure one of the learner's functions at one size, and keep all that was measured."""
        spot = self.spot(state)
        wanted = (spot.kernel, spot.n)
        # A control of the reader's own kernel was moved: nothing new to measure.
        if wanted == self._measured:
            return
        self._measured = None
        inputs = inputs_of(*wanted)
        yield 0
        samples = yield from measure_call(
            spot.kernel,
            self._functions[spot.kernel],
            inputs,
            {},
            budget=self._budget,
            where=spot.words,
            remedy="choose a smaller size, or give explore_roofline(..., budget=2)",
        )
        machines = deepcopy(self.payload["machines"])
        times = next(times for kernel, *_, times in machines[0]["times"] if kernel == spot.kernel)
        times[spot.sizes.index(spot.n)] = microseconds(Spread.of(samples[spot.kernel]))
        self.payload = {**self.payload, "machines": machines}
        self._measured = wanted


def own_cost(state: State) -> tuple[int, int, Spread | None]:
    """Return FLOP, bytes and time of the reader's own kernel; None for a time that is left out."""
    seconds = exactly(float(state["seconds"])) if state["seconds"] else None
    return int(state["flop"]), int(state["bytes"]), seconds


def own_kernel(state: State, roofs: Roofs | None) -> Kernel | None:
    """Return the reader's own kernel under memory and the highest roof of arithmetic."""
    flops, moved, seconds = own_cost(state)
    if roofs is None:
        return None
    return Kernel(OWN_NAME, flops, moved, seconds or NEVER_RAN, roofs.memory[0], roofs.compute[0])


def still_to_be_had(kernel: Kernel) -> str:
    """Say how many times as fast a kernel could become, or that there is an error."""
    if kernel.above_roof:
        return "above its roof: an error"
    return f"{significant(max(kernel.headroom, 1.0))} times"


def rate_words(flops: int, seconds: Spread) -> str:
    """Write GFLOP/s with quartiles; those of a time that was given are no news."""
    slow, middle, fast = (flops / t / 1e9 for t in (seconds.q3, seconds.median, seconds.q1))
    return significant(middle) if slow == fast else str(Spread(middle, slow, fast, seconds.runs))


def _facts(flops: int, moved: int, seconds: Spread | None, kernel: Kernel | None) -> Facts:
    """Return what is known of a kernel: without a time, what its roof allows."""
    facts = {
        "Intensity": f"{significant(flops / moved)} FLOP/byte",
        "Working set": size(moved),
    }
    if kernel:
        facts |= {
            "Attainable": f"{significant(kernel.attainable)} GFLOP/s",
            "Limiting roof": kernel.limit.name,
        }
    facts["Rate"] = f"{rate_words(flops, seconds)} GFLOP/s" if seconds else UNKNOWN
    if kernel and seconds:
        facts |= {
            "Share of that roof": kernel.share,
            "Still to be had": still_to_be_had(kernel),
        }
    if seconds:
        facts["One call takes"] = duration(seconds.median)
    elif kernel:
        facts["One call takes at least"] = duration(flops / kernel.attainable / 1e9)
    return facts


def _roof_facts(spot: Spot, roofs: Roofs) -> Facts:
    """Return the two roofs in use, and each roof with what it means for intensity."""
    peak, *others = roofs.compute
    memory = roofs.behind(spot.moved)
    facts = {
        "Its bandwidth": f"{memory.name}, {spot.rate(memory.rate.median)} GB/s",
        "Its peak": f"{peak.name}, {spot.rate(peak.rate.median)} GFLOP/s",
    }
    for roof in roofs.memory:
        ridge = significant(peak.rate.median / roof.rate.median)
        facts[roof.name] = f"{spot.rate(roof.rate.median)} GB/s, ridge {ridge}"
    for roof in others:
        facts[roof.name] = f"{significant(roof.rate.median)} GFLOP/s"
    return facts


def _row(words: str, flops: int, moved: int, seconds: Spread | None, kernel: Kernel | None) -> Row:
    return {
        "size": words,
        "working set": size(moved),
        "FLOP/byte": significant(flops / moved),
        "memory": kernel.memory.name if kernel else UNKNOWN,
        "limiting roof": kernel.limit.name if kernel else UNKNOWN,
        "attainable GFLOP/s": significant(kernel.attainable) if kernel else UNKNOWN,
        "GFLOP/s (quartiles)": rate_words(flops, seconds) if seconds else UNKNOWN,
        "still to be had": still_to_be_had(kernel) if kernel and seconds else UNKNOWN,
        "one call": duration(seconds.median) if seconds else UNKNOWN,
    }


def recorded_roofline(
    recordings: Iterable[Recording], specifications: Iterable[Specification] = SPECIFICATIONS
) -> Payload:
    """Return the data of the roofline explorer from recordings and data sheets.

    Recordings of CPUs come first. One that lacks the kernels, or an accelerator's that lacks a
    sweep, is passed over where another is whole.

    Raises
    ------
    RecordingError
        If no recording of a CPU has the kernels, or a point of them lacks a field.
    """
    every = list(recordings)
    cpus = [recording for recording in every if not recording.context.accelerator]
    if not cpus:
        raise RecordingError("There is no recording of a CPU; run `python -m tinytorch measure`.")
    # The first one's own sentence says what it lacks.
    whole = [recording for recording in cpus if KERNELS in recording.sweeps] or cpus[:1]
    devices = [
        recording
        for recording in every
        if recording.context.accelerator and AcceleratorRoofs(recording).are_whole
    ]
    machines = [
        *(cpu(recording) for recording in whole),
        *(accelerator(recording) for recording in devices),
        *data_sheets(specifications),
    ]
    return {
        "call": "explore_roofline(measurements",
        "home": "recorded",
        **machines_payload(machines),
    }


def live_roofline(functions: dict[str, Function]) -> Payload:
    """Return the data of the roofline explorer before anything was measured here."""
    sizes = {name: LIVE_ELEMENTS if name in GELUS else LIVE_EDGES for name in functions}
    values = item_bytes(FLOAT32)
    return {
        "call": f"explore_roofline({', '.join(functions)}",
        "home": "here",
        "roofs": None,
        "kernels": {
            name: kernel_entry(
                name not in GELUS,
                {
                    n: (flops, moved // values)
                    for n, (flops, moved) in ((n, cost_of(name, n)) for n in of_kernel)
                },
            )
            for name, of_kernel in sizes.items()
        },
        "sheet": list(functions),
        "bytes": {FLOAT32: values},
        "machines": [
            {
                "name": Context.here().machine,
                "badge": measured_here(),
                "kind": "cpu",
                "memory": [],
                "compute": [],
                "times": [
                    [name, FLOAT32, 1, [None] * len(of_kernel)] for name, of_kernel in sizes.items()
                ],
            }
        ],
    }


def explore_roofline(
    *source: Source,
    specifications: Iterable[Specification] = SPECIFICATIONS,
    budget: float = BUDGET_SECONDS,
    **state: Any,
) -> RooflineExplorer:
    """Explore rooflines: of recorded machines, or of this one with your own four functions.

    Parameters
    ----------
    *source : str, Path, Recording or callable
        A folder of recordings, recordings, or ``vectorized_matmul, fused_gelu, unfused_gelu,
        tiled_matmul``, which are measured on this machine, on one thread, as the controls move.
    specifications : iterable of Specification
        Machines that are known by their data sheets only, shown beside the recorded ones.
    budget : float
        Seconds that one measurement may take.
    **state
        Where the controls stand at first, for example ``kernel="add", n=2**20, threads=2``.

    Raises
    ------
    TypeError
        If the source is none of these.
    RecordingError
        If there is no recording of kernels.

    Examples
    --------
    >>> explore_roofline("book/measurements", kernel="add")  # doctest: +SKIP
    >>> explore_roofline(
    ...     vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul
    ... )  # doctest: +SKIP
    """
    recordings = [one for one in source if isinstance(one, Recording)]
    if len(source) == 1 and isinstance(source[0], str | Path):
        recordings = [*load_cpus(source[0]), *load_accelerators(source[0])]
        return RooflineExplorer(recorded_roofline(recordings, specifications), state)
    if recordings and len(recordings) == len(source):
        return RooflineExplorer(recorded_roofline(recordings, specifications), state)
    if len(source) == len(PARTS) and not recordings:
        functions: dict[str, Any] = dict(zip(PARTS, source, strict=True))
        return RooflineExplorer(live_roofline(functions), state, functions, budget)
    raise TypeError(
        f"explore_roofline was given {len(source)} arguments; expected a folder of recordings, "
        f"recordings, or your four functions: explore_roofline(vectorized_matmul, fused_gelu, "
        f"unfused_gelu, tiled_matmul)."
    )
