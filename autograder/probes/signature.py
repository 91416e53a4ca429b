"""The names and default values of a function's parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from autograder.probes.result import describe_result
from autograder.probes.running import run
from autograder.subject import Answer, Argument


def signature(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Read the signature without calling the function.

    Adds the fact ``defaults``: for each parameter that has a plain default value, that value.
    """
    outcome = run(inspect.signature, [function], {})
    facts = outcome.facts()
    facts["defaults"] = {}
    if isinstance(outcome.result, inspect.Signature):
        for name, parameter in outcome.result.parameters.items():
            described, _ = describe_result(parameter.default)
            if described["kind"] == "plain":
                facts["defaults"][name] = described["value"]
    return Answer(facts)
