"""How much memory one call holds at its worst moment, in units of its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.probes.arguments import receive
from autograder.probes.running import run
from autograder.subject import Answer, Argument
from tinytorch.core.allocation import Allocation, allocations


def allocation(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Count the peak allocation of one call.

    Adds the facts ``peak_bytes`` and ``peak_in_outputs``: None where there is no result to
    count in.
    """
    outcome = run(function, receive(arguments), keywords, call=allocations)
    facts = outcome.facts()
    measured = outcome.result
    facts["peak_bytes"] = None
    facts["peak_in_outputs"] = None
    if isinstance(measured, Allocation):
        facts["peak_bytes"] = measured.peak_bytes
        if measured.output_bytes > 0:
            facts["peak_in_outputs"] = measured.peak_in_outputs
    return Answer(facts)
