"""Probes: run a function once or twice and say in plain data what happened.

They run wherever the learner's code runs, so they hold no expected value and no verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.probes.allocation import allocation
from autograder.probes.call import call, twice
from autograder.probes.operations import operations
from autograder.probes.products import products
from autograder.probes.script import script
from autograder.probes.signature import signature
from autograder.probes.steps import steps
from autograder.subject import Answer, Argument

Probe = Callable[[Callable[..., Any], tuple[Argument, ...], dict[str, Any], dict[str, Any]], Answer]

PROBES: dict[str, Probe] = {
    "call": call,
    "twice": twice,
    "steps": steps,
    "allocation": allocation,
    "operations": operations,
    "products": products,
    "signature": signature,
    "script": script,
}
