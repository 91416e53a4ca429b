"""Have a function followed, and say in the learner's words why that came to nothing."""

from __future__ import annotations

import numpy as np

from autograder.checks.answers import error_text
from autograder.examination import Examination
from autograder.items import Unconfirmed
from autograder.replay import Script, ScriptError, parse, replay
from autograder.subject import Answer, ArrayArgument, Json

CANARY = "c4b1f7e05a9d4e27b3f2"

_ADVICE = (
    "Compute with NumPy's functions on whole arrays, blocks or tiles, in arrays that the call "
    "makes itself. What goes through lists, single numbers, compiled code of your own, another "
    "process or arrays kept from an earlier call cannot be followed, and then earns nothing here."
)
_LONGEST = 200


def drawn(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw float32 values from -10 to 10, quickly: there are millions."""
    return rng.random(count, np.float32) * np.float32(20) - np.float32(10)


def follow(
    examination: Examination,
    function: str,
    inputs: tuple[np.ndarray, ...],
    keywords: dict[str, Json] | None = None,
) -> Script:
    """Return the steps that a function takes on such inputs.

    Raises
    ------
    Unconfirmed
        If there are none, or they are no program.
    """
    arguments = (ArrayArgument(array) for array in inputs)
    answer = examination.ask("script", function, *arguments, keywords=keywords)
    if answer.facts["script"] is None:
        raise Unconfirmed(_left(answer), _ADVICE)
    try:
        script = parse(answer.facts["script"], inputs)
    except ScriptError:
        raise unconfirmed() from None
    followed(examination).append(script)
    return script


def followed(examination: Examination) -> list[Script]:
    """Return the steps of every call that was followed so far."""
    return examination.once("followed", list)


def repeat(
    script: Script, inputs: tuple[np.ndarray, ...], product: float | None = None
) -> np.ndarray:
    """Return what the steps make of other inputs.

    Raises
    ------
    Unconfirmed
        If they cannot be repeated.
    """
    try:
        return replay(script, inputs, product)
    except ScriptError:
        raise unconfirmed() from None


def require(confirmed: bool) -> None:
    """Go on only if a measure is what the worker said that it is.

    Raises
    ------
    Unconfirmed
    """
    if not confirmed:
        raise unconfirmed()


def unconfirmed() -> Unconfirmed:
    """Say that a measure is another here. Which and how much, only a forger could use."""
    return Unconfirmed("steps that do not confirm it", _ADVICE)


def _left(answer: Answer) -> str:
    left, raised = answer.facts["left"], answer.facts["raised"]
    if left:
        text = " ".join(left.split())
        return f"the steps could not be followed: it {text[:_LONGEST]}"
    if raised is not None:
        return error_text(raised)
    return "the steps could not be followed"
