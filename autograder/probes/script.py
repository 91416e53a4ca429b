"""What one call asks of NumPy, as a program that can be repeated on other values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.probes.arguments import receive
from autograder.probes.result import array_of
from autograder.probes.running import run
from autograder.probes.script_recording import ScriptRecorder
from autograder.subject import Answer, Argument


def script(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Call once and write down every step on arrays.

    Adds the facts ``script`` (see `autograder.probes.script_format`) and ``left``. If the call does
    something that a script cannot say, the script is None, and ``left`` says what: the end of a
    sentence that begins with "it".
    """
    recorder = ScriptRecorder()
    outcome = run(function, receive(arguments), keywords, call=recorder.calling)
    facts = outcome.facts()
    facts["script"] = None
    if recorder.left:
        # Then what was raised says nothing about the function.
        facts["raised"] = None
    elif outcome.raised is None:
        facts["script"] = recorder.script(array_of(outcome.result))
    facts["left"] = recorder.left or None
    return Answer(facts)
