"""How much memory one call holds at its worst moment, in units of its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.probes.arguments import receive
from autograder.probes.result import array_of
from autograder.probes.running import run
from autograder.subject import Answer, Argument
from tinytorch.core.allocation import Allocation, allocations
from tinytorch.core.tensor import Tensor


def allocation(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Count the peak allocation of one call. The result counts wherever it lies.

    Adds the facts ``peak_bytes`` and ``peak_in_outputs``: None where there is no result to
    count in.
    """
    received = receive(arguments)
    inputs = [argument.data for argument in received if isinstance(argument, Tensor)]
    outcome = run(function, received, keywords, call=allocations)
    facts = outcome.facts()
    measured = outcome.result
    facts["peak_bytes"] = None
    facts["peak_in_outputs"] = None
    if isinstance(measured, Allocation):
        result = array_of(measured.result)
        if result is not None and any(np.may_share_memory(result, array) for array in inputs):
            measured = replace(measured, peak_bytes=measured.peak_bytes + measured.output_bytes)
        facts["peak_bytes"] = measured.peak_bytes
        if measured.output_bytes > 0:
            facts["peak_in_outputs"] = measured.peak_in_outputs
    return Answer(facts)
