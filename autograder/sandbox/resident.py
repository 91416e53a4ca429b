"""The probe "resident": how much memory a call takes, as the kernel counts it.

The worker has no say in it. The values of the inputs appear only when the count has begun, no
process can be started meanwhile, those that there are count together, and what is computed when
the result is read counts as well.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

from autograder.sandbox.answers import ended_answer
from autograder.sandbox.arena import Arena
from autograder.sandbox.asking import Asking
from autograder.sandbox.memory_count import Count, begin_count, count
from autograder.subject import Answer, Request

_CAP_SYS_RESOURCE = 1 << 24


def resident(asking: Asking, request: Request, arena: Arena | None) -> Answer:
    """Call once.

    Adds the fact ``resident_in_outputs``: the rise in units of the result. It is None where the
    kernel does not tell, and infinite where the student's code kept it from telling.
    """
    region = arena.fill(request.arguments) if arena is not None else None
    if region is not None:
        region.hide()
    prepared = asking.prepare_resident(request, region)
    if prepared.facts["raised"] is not None:
        return ended_answer("resident", prepared.facts["raised"])
    processes = asking.processes()
    with _no_new_processes(processes):
        before = begin_count(processes)
        if region is not None:
            region.show()
        asking.call_resident()
        called = count(asking.processes())
        answer = asking.describe_resident(request)
        described = count(asking.processes())
    if region is not None:
        region.release()
    rise: float | None = None
    result = answer.arrays.get("result")
    if asking.countable and result is not None and result.nbytes:
        rise = _rise(before, called, described, result.nbytes) / result.nbytes
    return Answer({**answer.facts, "resident_in_outputs": rise}, answer.arrays)


def _rise(
    before: Count | None, called: Count | None, described: Count | None, result_bytes: int
) -> float:
    if before is None or called is None or described is None:
        return math.inf
    if not set(before.peak) <= set(called.peak) <= set(described.peak):
        # One ended meanwhile, and its memory went uncounted.
        return math.inf
    # Memory that was there before and was given back in the call made room below the peak.
    floor = min(sum(before.held.values()), sum(described.held.values()) - result_bytes)
    most = max(sum(counted.peak.values()) for counted in (called, described))
    return max(0, most - floor)


@contextlib.contextmanager
def _no_new_processes(processes: tuple[int, ...]) -> Iterator[None]:
    """Keep processes from starting others, which would take their memory with them."""
    # Imported late, as Windows has no such module.
    import resource

    before = {}
    for process in processes:
        with contextlib.suppress(OSError, ValueError):
            soft, hard = resource.prlimit(process, resource.RLIMIT_NPROC)
            # A soft limit alone can be raised by the process itself.
            lowest = (0, 0 if _may_raise_limits() else hard)
            resource.prlimit(process, resource.RLIMIT_NPROC, lowest)
            before[process] = soft, hard
    try:
        yield
    finally:
        for process, limits in before.items():
            with contextlib.suppress(OSError, ValueError):
                resource.prlimit(process, resource.RLIMIT_NPROC, limits)


def _may_raise_limits() -> bool:
    """Whether we can raise a hard limit again: most accounts, and root in a container, cannot."""
    fields = dict(
        line.split(b":", 1) for line in Path("/proc/self/status").read_bytes().splitlines()
    )
    of_the_machine = Path("/proc/self/uid_map").read_text("ascii").split() == [
        "0",
        "0",
        str(2**32 - 1),
    ]
    return of_the_machine and bool(int(fields[b"CapEff"], 16) & _CAP_SYS_RESOURCE)
