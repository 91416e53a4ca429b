"""Running a loop's accesses through a cache hierarchy, with pycachesim.

What is simulated: every level is set-associative and drops the line of a set that has been unused
for longest (LRU). A store first loads its line (write-allocate); a line that was written goes down
one level when it is dropped (write-back), whole, so that the level below need not fetch it. There
is no prefetching and no second core, and every level sees the addresses of the program, where real
second and third levels see those that the operating system mapped them to, page by page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from itertools import repeat
from typing import Any

import numpy as np

from tinytorch.perf.traffic.access import LINE_BYTES, Rounds
from tinytorch.perf.traffic.hierarchy import Level
from tinytorch.perf.traffic.results import Counts, SimulationError


def library() -> str:
    """Return the name and version of the library that simulates.

    Raises
    ------
    SimulationError
        If it is not installed.
    """
    _cachesim()
    return f"pycachesim {version('pycachesim')}"


def simulate(
    stream: Iterable[Rounds],
    levels: Sequence[Level],
    progress: Callable[[int], object] = lambda accesses: None,
) -> dict[str, Counts]:
    """Run a stream through empty caches, then write back what is left in them.

    Parameters
    ----------
    stream : iterable of Rounds
        The accesses, in order.
    levels : sequence of Level
        From the core to memory.
    progress : callable
        Told the number of accesses after each block of rounds.

    Returns
    -------
    dict of str to Counts
        Lines that hit, missed and were written back, for each level.

    Raises
    ------
    SimulationError
        If pycachesim is not installed.
    """
    caches, by_name, _ = _cachesim().CacheSimulator.from_dict(_configuration(levels))
    for rounds in stream:
        # A length of one byte: an access never leaves its line, and what is counted are lines.
        if rounds.stores.size:
            caches.loadstore(_in_rounds(rounds), length=1)
        else:
            caches.load(rounds.loads.ravel().tolist(), length=1)
        progress(rounds.loads.size + rounds.stores.size)
    caches.force_write_back()
    return {
        level.name: Counts(
            hits=by_name[level.name].HIT_count,
            misses=by_name[level.name].MISS_count,
            written_back=by_name[level.name].EVICT_count,
        )
        for level in levels
    }


def _in_rounds(rounds: Rounds) -> Iterable[tuple[Sequence[int], Sequence[int]]]:
    # pycachesim does not count a store that hits as a use of its line. So each store is preceded
    # by a load, which a write-allocate cache needs anyway where the line is missing.
    loads = np.hstack([rounds.loads, rounds.stores]).T.tolist()
    return zip(zip(*loads, strict=True), zip(*rounds.stores.T.tolist(), strict=True), strict=True)


def _configuration(levels: Sequence[Level]) -> dict[str, Mapping[str, Any]]:
    below: Iterable[str | None] = [*(level.name for level in levels[1:]), None]
    allocate = [True, *repeat(False, len(levels) - 1)]  # below the first, lines arrive whole
    return {
        level.name: {
            "sets": level.sets,
            "ways": level.ways,
            "cl_size": LINE_BYTES,
            "replacement_policy": "LRU",
            "write_back": True,
            "write_allocate": allocates,
            **({"load_from": name, "store_to": name} if name else {}),
        }
        for level, name, allocates in zip(levels, below, allocate, strict=True)
    }


def _cachesim() -> Any:
    try:
        import cachesim
    except ImportError:
        raise SimulationError(
            "The simulation needs pycachesim, which is not installed; run `make simulate`, or "
            "`python -m pip install pycachesim` where there is a C compiler."
        ) from None
    return cachesim
