"""Which NumPy operations one call runs, on what, and which arrays are alive at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.probes.arguments import receive
from autograder.probes.recording import Recorder
from autograder.probes.result import array_of
from autograder.probes.running import run
from autograder.subject import Answer, Argument


def operations(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Call once with recorded arrays.

    The option ``large`` is the number of elements from which an array is followed. Adds the facts
    ``operations``
    (name, dtype and shape of the result, and how many times), ``most_alive`` (how many
    large arrays written by operations were alive at once) and ``outside`` (the operations that
    wrote a large array other than the result's).
    """
    recorder = Recorder(options["large"])
    outcome = run(function, receive(arguments), keywords, call=recorder.calling)
    facts = outcome.facts()
    facts["operations"] = recorder.operations()
    facts["most_alive"] = recorder.most_alive
    facts["outside"] = recorder.written_outside(array_of(outcome.result))
    return Answer(facts)
