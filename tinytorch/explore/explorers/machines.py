"""Machines as the roofline explorer sends them to the page: roofs, and kernels timed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from tinytorch.explore.charts.hardware import Specification
from tinytorch.explore.explorers.counts import polynomial
from tinytorch.explore.explorers.roofs import Roofs, spread_list
from tinytorch.perf.plateaus import MEMORY
from tinytorch.perf.points import RecordingError
from tinytorch.perf.recording import Recording
from tinytorch.perf.roof import Roof, exactly
from tinytorch.perf.roofline import MULTIPLY
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.accelerator import labels
from tinytorch.perf.sweeps.accelerator.roofs import AcceleratorRoofs
from tinytorch.perf.sweeps.labels import GEMM

KERNELS = "kernels"
MATMUL, MATVEC, FUSED = "matmul", "matrix-vector product", "fused_gelu"
# Their size is the edge of a square matrix; that of the others is a number of elements.
EDGES = (MATMUL, MATVEC)
# What a data sheet says something about. Other ways to write GELU are matters of NumPy.
ON_A_SHEET = (MATMUL, MATVEC, "add", "multiply", "exp", "sum", "dot product", FUSED)
FLOAT32 = "float32"
ITEM_BYTES = {"float64": 8, FLOAT32: 4, "float16": 2, "bfloat16": 2}

Kind = Literal["cpu", "accelerator", "sheet"]


@dataclass(frozen=True)
class Timed:
    """A kernel that was timed: which, of what size, how, what one call costs, and how long it took.

    Attributes
    ----------
    kernel, dtype : str
    n : int
        Edge of the matrix for `EDGES`, number of elements for the others.
    threads : int
    flops : int
        Of one call.
    values : int
        How many values one call reads and writes, each once: they are the working set too.
    seconds : Spread
    """

    kernel: str
    n: int
    dtype: str
    threads: int
    flops: int
    values: int
    seconds: Spread


@dataclass(frozen=True)
class MachineData:
    """One machine: its roofs by precision and number of threads, and what was timed there.

    Attributes
    ----------
    name, badge : str
    kind : str
        ``"cpu"``, ``"accelerator"``, or ``"sheet"`` where nothing was measured.
    roofs : dict
        By precision and number of threads; what has no threads to choose from has 1.
    timed : tuple of Timed
    """

    name: str
    badge: str
    kind: Kind
    roofs: dict[str, dict[int, Roofs]]
    timed: tuple[Timed, ...] = ()


def item_bytes(precision: str) -> int:
    """Return the bytes of a value, for example 2 for ``"float16 tensor cores"``."""
    name = precision.split()[0]
    if name not in ITEM_BYTES:
        raise RecordingError(f"the precision {precision!r} is none of {list(ITEM_BYTES)}.")
    return ITEM_BYTES[name]


def cpu(recording: Recording) -> MachineData:
    """Return a recorded CPU, with its roofs for every number of threads.

    Raises
    ------
    RecordingError
        If the kernels were not recorded, or not with their counts.
    """
    timed = tuple(_timed_on_cpu(recording))
    ceilings = recording.ceilings
    roofs = {
        dtype: {
            threads: _of_dtype(Roofs.of(ceilings, threads, dtype), dtype)
            for threads in ceilings.threads
        }
        for dtype in dict.fromkeys(one.dtype for one in timed)
    }
    return MachineData(recording.context.machine, recording.badge, "cpu", roofs, timed)


def accelerator(recording: Recording) -> MachineData:
    """Return a recorded accelerator: one memory roof, and one compute roof for each precision."""
    of_device = AcceleratorRoofs(recording)
    memory = Roof(MEMORY, of_device.bandwidth_gbs)
    precisions = [str(name) for name in recording.sweep(labels.GEMM).values("precision")]
    roofs = {
        name: {1: Roofs((memory,), {MEMORY: 1}, (Roof(_gemm(name), of_device.peak_gflops(name)),))}
        for name in precisions
    }
    return MachineData(
        recording.context.machine,
        recording.badge,
        "accelerator",
        roofs,
        tuple(_timed_on_accelerator(recording)),
    )


def data_sheets(specifications: Iterable[Specification]) -> list[MachineData]:
    """Return the machines that somebody specifies: roofs for each precision, nothing measured."""
    machines = []
    for device, group in groupby(specifications, key=lambda spec: spec.device):
        stated = list(group)
        roofs = {
            spec.precision: {
                1: Roofs(
                    (Roof(MEMORY, exactly(spec.gbs)),),
                    {MEMORY: 1},
                    (Roof("peak", exactly(spec.gflops)),),
                )
            }
            for spec in stated
        }
        source = f" ({stated[0].source})" if stated[0].source else ""
        badge = f"{device}: from the data sheet, not measured{source}"
        machines.append(MachineData(f"{device}, data sheet", badge, "sheet", roofs))
    return machines


def machines_payload(machines: Sequence[MachineData]) -> dict[str, Any]:
    """Return machines, and what their kernels cost, as JSON.

    A kernel that costs the same as an earlier one at every size has that one's name in the place
    of its costs. Times are in µs, in the order of the sizes, with None where one was not timed.
    """
    costs = _costs(machines)
    entries: dict[str, Any] = {}
    for name, of_size in costs.items():
        try:
            entry = kernel_entry(name in EDGES, of_size)
        except ValueError as problem:
            raise RecordingError(f"{name} cannot be shown: {problem}.") from None
        entries[name] = next((other for other in entries if entries[other] == entry), entry)
    return {
        "kernels": entries,
        "sheet": [name for name in ON_A_SHEET if name in costs],
        "bytes": {
            precision: item_bytes(precision)
            for precision in dict.fromkeys(name for machine in machines for name in machine.roofs)
        },
        "machines": [
            {
                "name": machine.name,
                "badge": machine.badge,
                "kind": machine.kind,
                **_roofs(machine),
                "times": _times(machine, costs),
            }
            for machine in machines
        ],
    }


def kernel_entry(edge: bool, costs: dict[int, tuple[int, int]]) -> dict[str, Any]:
    """Return what a kernel costs: its sizes, and FLOP and values as polynomials of the size.

    Parameters
    ----------
    edge : bool
        Whether a size is the edge of a square matrix.
    costs : dict of int to tuple of int
        FLOP and values by size.
    """
    flops = {n: cost for n, (cost, _) in costs.items()}
    values = {n: cost for n, (_, cost) in costs.items()}
    return {
        "edge": edge,
        "sizes": list(costs),
        "flops": polynomial(flops),
        "values": polynomial(values),
    }


def microseconds(seconds: Spread) -> list[float]:
    """Return median and quartiles of a time in µs, the unit that takes the fewest characters."""
    return [
        _short(float(f"{1e6 * time:.{digits}g}"))
        for time, digits in ((seconds.median, 6), (seconds.q1, 5), (seconds.q3, 5))
    ]


def _roofs(machine: MachineData) -> dict[str, Any]:
    """Return the memory roofs by number of threads, and those of arithmetic by precision too.

    A roof is [name, median], and one of memory has its smallest working set as well: quartiles are
    not shown.
    """
    memory: dict[int, Any] = {}
    compute = []
    for precision, by_threads in machine.roofs.items():
        for threads, roofs in by_threads.items():
            # Bandwidth is the same whatever the bytes mean.
            memory[threads] = [[*_median(roof), roofs.smallest[roof.name]] for roof in roofs.memory]
            compute.append([precision, threads, [_median(roof) for roof in roofs.compute]])
    return {"memory": [list(one) for one in memory.items()], "compute": compute}


def _median(roof: Roof) -> list[str | float]:
    return [roof.name, _short(spread_list(roof.rate)[0])]


def _short(value: float) -> float:
    """Return a whole number as one: it travels without its point."""
    return int(value) if value == int(value) else value


def _costs(machines: Sequence[MachineData]) -> dict[str, dict[int, tuple[int, int]]]:
    """Return FLOP and values of every kernel by size, the smallest first."""
    costs: dict[str, dict[int, tuple[int, int]]] = {}
    for machine in machines:
        for one in machine.timed:
            cost = (one.flops, one.values)
            known = costs.setdefault(one.kernel, {}).setdefault(one.n, cost)
            if known != cost:
                raise RecordingError(
                    f"{one.kernel} at n = {one.n} on {machine.name} counts {cost[0]} FLOP and "
                    f"{cost[1]} values, and {known[0]} and {known[1]} elsewhere; kernels of one "
                    f"name need one count."
                )
    return {name: dict(sorted(of_size.items())) for name, of_size in costs.items()}


def _times(machine: MachineData, costs: dict[str, dict[int, tuple[int, int]]]) -> list[list[Any]]:
    """Return the times of a machine, each series with its kernel, precision and threads."""
    series: dict[tuple[str, str, int], dict[int, list[float]]] = {}
    for one in machine.timed:
        of_size = series.setdefault((one.kernel, one.dtype, one.threads), {})
        of_size[one.n] = microseconds(one.seconds)
    return [
        [*labels, [of_size.get(n) for n in costs[labels[0]]]]
        for labels, of_size in sorted(series.items(), key=lambda item: item[0][2])
    ]


def _timed_on_cpu(recording: Recording) -> Iterator[Timed]:
    for point in recording.sweep(KERNELS).points:
        missing = [key for key in ("kernel", "n", "dtype", "threads") if key not in point.case]
        if missing or not point.flops or not point.bytes:
            raise RecordingError(
                f"The point ({point.name}) of the sweep {KERNELS!r} lacks "
                f"{', '.join(missing) or 'its FLOP or bytes'}; measure it again with `python -m "
                f"tinytorch measure --only {KERNELS} --fresh`."
            )
        dtype = str(point.case["dtype"])
        yield Timed(
            kernel=str(point.case["kernel"]),
            n=int(point.case["n"]),
            dtype=dtype,
            threads=int(point.case["threads"]),
            flops=point.flops,
            values=point.bytes // item_bytes(dtype),
            seconds=point.seconds,
        )


def _timed_on_accelerator(recording: Recording) -> Iterator[Timed]:
    for sweep, label in (
        (labels.GEMM, None),
        (labels.ELEMENTWISE, "operation"),
        (labels.GELU, "rung"),
    ):
        for point in recording.sweep(sweep).points:
            if point.flops and point.bytes:
                precision = str(point.case.get("precision", FLOAT32))
                yield Timed(
                    kernel=str(point.case[label]) if label else MATMUL,
                    n=int(point.case["n"]),
                    dtype=precision,
                    threads=1,
                    flops=point.flops,
                    values=point.bytes // item_bytes(precision),
                    seconds=point.seconds,
                )


def _of_dtype(roofs: Roofs, dtype: str) -> Roofs:
    """Leave out the roof of `np.multiply` for another precision: it was measured in float32."""
    if dtype == FLOAT32:
        return roofs
    kept = tuple(roof for roof in roofs.compute if roof.name != MULTIPLY)
    return Roofs(roofs.memory, roofs.smallest, kept)


def _gemm(precision: str) -> str:
    return f"{GEMM} {precision}"
