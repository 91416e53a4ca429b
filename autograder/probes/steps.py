"""How many steps the Python interpreter takes during one call.

The count does not depend on the machine or its load: a vectorised function takes as many for 64
rows as for 8, a loop in Python takes more for more.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from autograder.probes.arguments import receive
from autograder.probes.running import run
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

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        if event == "opcode":
            count += 1
            if count > limit:
                raise StepLimit
        else:
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
        return trace

    def traced(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        previous, previous_in_threads = sys.gettrace(), threading.gettrace()
        collecting = gc.isenabled()
        # What a collection calls in between, the finalizers of others say, is no step of this call.
        gc.disable()
        threading.settrace(trace)
        sys.settrace(trace)
        try:
            return function(*arguments, **keywords)
        finally:
            sys.settrace(previous)
            threading.settrace(previous_in_threads)
            if collecting:
                gc.enable()

    outcome = run(function, receive(arguments), keywords, call=traced)
    facts = outcome.facts()
    facts["stopped"] = count > limit
    if facts["stopped"]:
        facts["raised"] = None
    facts["steps"] = min(count, limit)
    return Answer(facts)
