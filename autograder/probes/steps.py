"""How many steps the Python interpreter takes during one call.

The count does not depend on the machine or its load: a vectorised function takes as many for 64
rows as for 8, a loop in Python takes more for more.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from autograder.probes.arguments import receive
from autograder.probes.running import run
from autograder.probes.stepping import call_stepwise
from autograder.subject import Answer, Argument


class StepLimit(BaseException):
    """The call took more steps than anyone needs to see: stop it rather than wait for its end.

    Not an Exception, so that ``except Exception`` in the learner's code does not swallow it.
    """


def steps(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Count interpreter steps (bytecode instructions) in every Python frame of one call.

    The option ``limit`` is where counting stops. Adds the facts ``steps`` and ``stopped``, which is
    true when the limit was reached; then ``raised`` says nothing about the function.
    """
    limit = options["limit"]
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count > limit:
            raise StepLimit

    def counted(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        collecting = gc.isenabled()
        # What a collection calls in between, the finalizers of others say, is no step of this call.
        gc.disable()
        try:
            return call_stepwise(step, function, *arguments, **keywords)
        finally:
            if collecting:
                gc.enable()

    outcome = run(function, receive(arguments), keywords, call=counted)
    facts = outcome.facts()
    facts["stopped"] = count > limit
    if facts["stopped"]:
        facts["raised"] = None
    facts["steps"] = min(count, limit)
    return Answer(facts)
