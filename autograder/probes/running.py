"""Run learner's code so that whatever it does becomes data: errors, warnings, prints.

nbgrader gives 0 points to a test cell that writes to stderr, so nothing may reach it from here.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONGEST_TEXT = 2_000
MOST_WARNINGS = 20


@dataclass
class Outcome:
    """What one call did: its result, or what it raised, and what it said."""

    result: Any
    raised: dict[str, Any] | None
    printed: str
    warned: list[str]

    def facts(self) -> dict[str, Any]:
        """Everything but the result, JSON-able."""
        return {"raised": self.raised, "printed": self.printed, "warned": self.warned}


class _Bounded(io.StringIO):
    """A text stream that keeps its beginning: a flood of prints must not fill the memory."""

    def write(self, text: str) -> int:
        room = LONGEST_TEXT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def run(
    function: Callable[..., Any],
    arguments: list[Any],
    keywords: dict[str, Any],
    call: Callable[..., Any] | None = None,
) -> Outcome:
    """Call ``function`` and keep what happens.

    Parameters
    ----------
    call : callable, optional
        Makes the call in a special way: ``call(function, *arguments, **keywords)``.

    Raises
    ------
    KeyboardInterrupt
        If the person at the keyboard wants to stop: that is theirs to decide.
    """
    said = _Bounded()
    result, raised = None, None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                if not callable(function):
                    raised = _not_callable(function)
                elif call is None:
                    result = function(*arguments, **keywords)
                else:
                    result = call(function, *arguments, **keywords)
            except KeyboardInterrupt:
                raise
            # SystemExit and its like must not end the notebook or the grader.
            except BaseException as error:
                raised = describe_exception(error)
    warned = [f"{w.category.__name__}: {_text_of(w.message)}" for w in caught[:MOST_WARNINGS]]
    return Outcome(result, raised, said.getvalue(), warned)


def describe_exception(error: BaseException) -> dict[str, Any]:
    """Type, base types and message of an exception."""
    return {
        "type": type(error).__name__,
        "lineage": [base.__name__ for base in type(error).__mro__],
        "message": _text_of(error),
    }


def describe_object(value: Any) -> str:
    """Name the type of a value and show the start of its repr, whatever its repr does."""
    try:
        shown = repr(value)
    except Exception:
        shown = "without a repr"
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    # Tensor(...) and None say what they are.
    named = value is None or shown.startswith(type(value).__name__)
    return shown if named else f"{type(value).__name__} {shown}"


def _not_callable(value: Any) -> dict[str, Any]:
    return {
        "type": "NotCallable",
        "lineage": ["NotCallable"],
        "message": describe_object(value),
    }


def _text_of(message: Any) -> str:
    # A learner's exception may fail in its own __str__.
    try:
        return str(message)[:LONGEST_TEXT]
    except Exception:
        return "(its text cannot be shown)"
