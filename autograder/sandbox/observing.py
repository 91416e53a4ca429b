"""Probes whose facts the grader sees for itself, and does not take from the worker.

`call` and `twice` observe the shared memory in which the inputs lie; `resident` reads the kernel's
count of the worker's memory. What a worker says against its own function is believed as well: a
Tensor that was given another array, say, is seen only there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from autograder.sandbox.arena import Arena, Region
from autograder.sandbox.asking import Asking
from autograder.sandbox.resident import resident
from autograder.subject import Answer, Request


def call(asking: Asking, request: Request, arena: Arena | None) -> Answer:
    """Call once; ``changed`` and ``shared`` are observed from outside."""
    region = arena.fill(request.arguments) if arena is not None else None
    answer = asking.probe(request, region, keep="result")
    if region is None:
        return answer
    changed = region.changed()
    shared = _shared(asking, request, region, answer.arrays.get("result"))
    region.release()
    facts = dict(answer.facts)
    for name, seen in (("changed", changed), ("shared", shared)):
        facts[name] = sorted(seen | set(facts[name]))
    return Answer(facts, answer.arrays)


def twice(asking: Asking, request: Request, arena: Arena | None) -> Answer:
    """Call with each half of the arguments; both results are read after both calls."""
    half = len(request.arguments) // 2
    answers, regions = {}, []
    for name, arguments in (
        ("first", request.arguments[:half]),
        ("second", request.arguments[half:]),
    ):
        single = Request("call", request.function, arguments, request.keywords, request.options)
        region = arena.fill(arguments) if arena is not None else None
        regions.append(region)
        answers[name] = asking.probe(single, region, keep=name)
    facts = answers["second" if answers["first"].facts["raised"] is None else "first"].facts
    arrays = {}
    for name, answer in answers.items():
        if "result" in answer.arrays:
            array = asking.read_again(request, name)
            if array is not None:
                arrays[name] = array
    for region in regions:
        if region is not None:
            region.release()
    told = {name: facts[name] for name in ("raised", "printed", "warned")}
    return Answer(told, arrays)


OBSERVED: Mapping[str, Callable[[Asking, Request, Arena | None], Answer]] = {
    "call": call,
    "twice": twice,
    "resident": resident,
}


def _shared(
    asking: Asking, request: Request, region: Region, result: np.ndarray | None
) -> set[int]:
    """Find the inputs whose memory the result lies in: what is written there shows in it."""
    if result is None or result.size == 0 or not region.places:
        return set()
    region.spoil()
    seen = asking.read_again(request, "result")
    if _same_bits(seen, result):
        return set()
    shared = set()
    for position in region.places:
        before = seen
        region.spoil(position)
        seen = asking.read_again(request, "result")
        if not _same_bits(seen, before):
            shared.add(position)
    # A result that changes by itself is kept apart from no input.
    return shared or set(region.places)


def _same_bits(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.dtype, one.shape) == (other.dtype, other.shape) and (
        one.tobytes() == other.tobytes()
    )
