"""A sandbox on whatever machine a submission is graded: a cluster's workers have their own."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from autograder.sandbox import Limits, Sandbox, find_sandbox
from autograder.sandbox.launching import Launched, Wires


@dataclass(frozen=True)
class SandboxThere:
    """The sandbox of that kind which is found where it is used, once in each process.

    Attributes
    ----------
    isolation : str
        Its kind, as `autograder.sandbox.find_sandbox` takes it.
    """

    isolation: str

    @property
    def shares_memory(self) -> bool:
        """Whether a worker can map the grader's arena."""
        return _found(self.isolation).shares_memory

    def own_limits(self, limits: Limits) -> dict[str, int]:
        """Say which limits the worker shall put on itself."""
        return _found(self.isolation).own_limits(limits)

    def launch(self, wires: Wires, limits: Limits) -> Launched:
        """Start a worker.

        Raises
        ------
        SandboxError
            If there is no such sandbox, or it cannot be started.
        """
        return _found(self.isolation).launch(wires, limits)

    def find(self) -> None:
        """Find it now.

        Raises
        ------
        SandboxError
            If there is none.
        """
        _found(self.isolation)


@functools.cache
def _found(kind: str) -> Sandbox:
    return find_sandbox(kind)
