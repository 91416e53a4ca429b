"""What the checks examine: functions that answer probes.

Everything that crosses the border between a check and the learner's code is a `Request` or an
`Answer`: names, JSON values and arrays. So the code may as well run in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

Layout = Literal["C order", "Fortran order", "negative strides", "every other element", "read-only"]
"""How an argument lies in memory. Its values are the same in each."""

Json = None | bool | int | float | str | list[Any] | dict[str, Any]


@dataclass(frozen=True, eq=False)
class ArrayArgument:
    """Values that the function receives as a ``Tensor``, and how they lie in memory."""

    values: np.ndarray
    layout: Layout = "C order"


Argument = ArrayArgument | Json


@dataclass(frozen=True, eq=False)
class Request:
    """Run one probe on one function."""

    probe: str
    function: str
    arguments: tuple[Argument, ...]
    keywords: Mapping[str, Json] = field(default_factory=dict)
    options: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a probe saw: JSON-able facts, and arrays by name.

    The facts always hold ``raised`` (None, or the exception's ``type``, ``lineage`` and
    ``message``), ``printed`` and ``warned``; each probe documents what it adds.
    """

    facts: dict[str, Any]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


class Subject(Protocol):
    """Somewhere the learner's functions live and answer probes."""

    def ask(self, request: Request) -> Answer:
        """Run the probe and return what it saw; what the code did is never an exception here."""
        ...


class InKernelSubject:
    """The functions of this process: what the notebook's own check cells examine."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._functions = dict(functions)

    def ask(self, request: Request) -> Answer:
        """Run the probe here."""
        # Imported late: the probes import this module for the shape of requests and answers.
        from autograder.probes import PROBES

        return PROBES[request.probe](
            self._functions[request.function],
            request.arguments,
            dict(request.keywords),
            dict(request.options),
        )
