"""Simulated traffic: one JSON file, the source of every simulated figure in the book.

The file, version 1::

    {
      "schema": "tinytorch-simulation", "version": 1,
      "quick": false,                     small matrices, good for trying things out
      "library": "pycachesim 0.3.1", "date": "2026-11-22",
      "rule": "how the caches behave, in a sentence",
      "levels": [{"name": "L1", "size_bytes": 32768, "ways": 8}, ...],    from the core to memory
      "cases": [
        {"case": {"loop": "blocked matmul", "n": 768, "pitch": 784, "tile": 48},
         "loads": 84934656, "stores": 28311552,      accesses that the loop issues
         "levels": {"L1": {"hits": ..., "misses": ..., "written_back": ...}, ...}}
      ]
    }

`pitch` is the number of values from one row to the next. Hits, misses and lines written back are
counts of 64-byte lines. Bytes are not stored but derived: a miss fetches a line from below (from
memory, below the last level), and a line written back goes there. Each miss of a level is an access
to the next one, and a file in which it is not is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinytorch.perf.json_file import JsonFile
from tinytorch.perf.points import Label
from tinytorch.perf.traffic.access import LINE_BYTES
from tinytorch.perf.traffic.hierarchy import Level

SCHEMA = "tinytorch-simulation"
VERSION = 1
FILE = "traffic.json"
RULE = (
    "LRU, write-back, write-allocate, 64-byte lines, no prefetching; caches are empty at the start "
    "and written back at the end."
)


class SimulationError(ValueError):
    """A simulation that cannot run, or whose file is missing or broken: one sentence says why."""


_FILE = JsonFile("simulation", SCHEMA, VERSION, "run `make simulate`", SimulationError)


@dataclass(frozen=True)
class Counts:
    """What one level of cache saw, in lines."""

    hits: int
    misses: int
    written_back: int

    @property
    def fetched_bytes(self) -> int:
        """Bytes that came from the level below."""
        return LINE_BYTES * self.misses

    @property
    def written_bytes(self) -> int:
        """Bytes that went to the level below."""
        return LINE_BYTES * self.written_back

    @property
    def traffic_bytes(self) -> int:
        """Bytes between this level and the one below, both ways."""
        return self.fetched_bytes + self.written_bytes


@dataclass(frozen=True)
class Outcome:
    """One loop that was simulated.

    Attributes
    ----------
    case : dict
        Labels that name it: ``loop``, ``n``, ``pitch`` and, where it has one, ``tile``.
    loads, stores : int
        Accesses that the loop issued.
    levels : dict of str to Counts
        By the name of the level.
    """

    case: dict[str, Label]
    loads: int
    stores: int
    levels: dict[str, Counts]

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as the file holds it."""
        return {
            "case": self.case,
            "loads": self.loads,
            "stores": self.stores,
            "levels": {name: asdict(counts) for name, counts in self.levels.items()},
        }


@dataclass(frozen=True)
class Simulation:
    """Everything that was simulated with one hierarchy of caches."""

    library: str
    date: str
    levels: tuple[Level, ...]
    outcomes: tuple[Outcome, ...]
    quick: bool = False

    @property
    def badge(self) -> str:
        """One line that says where the numbers come from."""
        caches = ", ".join(f"{level.name} {level.size}" for level in self.levels)
        rough = " (quick run)" if self.quick else ""
        return f"simulated with {self.library}, {caches}, {self.date}{rough}"

    def level(self, name: str) -> Level:
        """Return one level of cache by name.

        Raises
        ------
        SimulationError
            If there is no such level.
        """
        for level in self.levels:
            if level.name == name:
                return level
        names = [level.name for level in self.levels]
        raise SimulationError(f"The simulation has no level {name!r} but {names}.")

    def where(self, **labels: Label) -> list[Outcome]:
        """Return the outcomes whose case has all these labels, in the order of the file."""
        return [
            outcome
            for outcome in self.outcomes
            if all(outcome.case.get(key) == value for key, value in labels.items())
        ]

    def outcome(self, **labels: Label) -> Outcome:
        """Return the one outcome that these labels name.

        Raises
        ------
        SimulationError
            If none fits, or more than one.
        """
        found = self.where(**labels)
        if len(found) != 1:
            wanted = ", ".join(f"{key}={value!r}" for key, value in labels.items()) or "no labels"
            raise SimulationError(
                f"The simulation holds {len(found)} cases with {wanted}, expected one; its loops "
                f"are {sorted({str(outcome.case['loop']) for outcome in self.outcomes})}."
            )
        return found[0]

    def to_dict(self) -> dict[str, Any]:
        """Return the simulation as the file holds it."""
        return {
            "schema": SCHEMA,
            "version": VERSION,
            "quick": self.quick,
            "library": self.library,
            "date": self.date,
            "rule": RULE,
            "levels": [asdict(level) for level in self.levels],
            "cases": [outcome.to_dict() for outcome in self.outcomes],
        }


def load_simulation(folder: str | Path) -> Simulation:
    """Read the simulation in a folder; a `SimulationError` says in one sentence what is wrong."""
    return read_simulation(Path(folder) / FILE)


def read_simulation(path: str | Path) -> Simulation:
    """Read and validate one file; a `SimulationError` says in a sentence what is wrong with it."""
    return _FILE.read(Path(path), simulation_from_dict)


def simulation_from_dict(content: Any) -> Simulation:
    """Validate parsed JSON and build the simulation.

    Raises
    ------
    SimulationError
        Naming the first thing that is wrong.
    """
    _FILE.check(content)
    levels = tuple(
        _level(f"level {index}", level)
        for index, level in enumerate(_FILE.field(content, "levels", list, "the simulation"))
    )
    if not levels:
        raise SimulationError("the simulation has no levels, expected at least one.")
    return Simulation(
        library=_FILE.field(content, "library", str, "the simulation"),
        date=_FILE.field(content, "date", str, "the simulation"),
        levels=levels,
        outcomes=tuple(
            _outcome(f"case {index}", outcome, levels)
            for index, outcome in enumerate(_FILE.field(content, "cases", list, "the simulation"))
        ),
        quick=bool(content.get("quick", False)),
    )


def _level(where: str, content: Any) -> Level:
    level = Level(
        name=_FILE.field(content, "name", str, where),
        size_bytes=_count(content, "size_bytes", where),
        ways=_count(content, "ways", where),
    )
    if not level.ways or not level.sets or level.sets * level.ways * LINE_BYTES != level.size_bytes:
        raise SimulationError(
            f"{where} has {level.size_bytes} bytes in {level.ways} ways, expected a whole number "
            f"of sets of {LINE_BYTES}-byte lines."
        )
    return level


def _outcome(where: str, content: Any, levels: tuple[Level, ...]) -> Outcome:
    case = _FILE.field(content, "case", dict, where)
    _FILE.field(case, "loop", str, where)
    for key in ("n", "pitch"):
        _count(case, key, where)
    counts = _FILE.field(content, "levels", dict, where)
    outcome = Outcome(
        case=dict(case),
        loads=_count(content, "loads", where),
        stores=_count(content, "stores", where),
        levels={
            level.name: _counts(
                f"{where}, {level.name}", _FILE.field(counts, level.name, dict, f"{where}, levels,")
            )
            for level in levels
        },
    )
    arriving = outcome.loads + outcome.stores
    for name, seen in outcome.levels.items():
        if seen.hits + seen.misses != arriving:
            raise SimulationError(
                f"{where} has {seen.hits} hits and {seen.misses} misses in {name}, expected "
                f"{arriving} together: what the level above asked for."
            )
        arriving = seen.misses
    return outcome


def _counts(where: str, content: Mapping[str, Any]) -> Counts:
    return Counts(**{key: _count(content, key, where) for key in Counts.__dataclass_fields__})


def _count(content: Any, key: str, where: str) -> int:
    value: int = _FILE.field(content, key, int, where)
    if value < 0:
        raise SimulationError(f'{where} has "{key}": {value!r}, expected at least 0.')
    return value
