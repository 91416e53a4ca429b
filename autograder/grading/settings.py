"""What every submission of a batch is graded with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import nbformat

from autograder.sandbox import Limits

if TYPE_CHECKING:
    from autograder.examination import Confirmations
    from autograder.sandbox import Sandbox


@dataclass(frozen=True, eq=False)
class Settings:
    """What every submission of a batch is graded with.

    Attributes
    ----------
    released : nbformat.NotebookNode
        The notebook as it was handed out.
    sandbox : Sandbox
        Where the students' code runs.
    limits : Limits
        What each submission may use up.
    secret : bytes
        Seeds the inputs of the checks, so that nobody knows them beforehand and a run that was
        interrupted goes on with the same.
    confirmations : mapping, optional
        How exact measures are confirmed; None where they are taken at the worker's word.
    """

    released: nbformat.NotebookNode
    sandbox: Sandbox
    limits: Limits
    secret: bytes = field(repr=False)
    confirmations: Confirmations | None = None

    def digest(self) -> str:
        """Return a digest of all but the secret: equal settings grade alike."""
        parts = (
            json.dumps(self.released, sort_keys=True),
            self.sandbox.isolation,
            json.dumps(asdict(self.limits), sort_keys=True),
            "confirmed" if self.confirmations is not None else "at its word",
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def confirmations() -> Confirmations | None:
    """Return how exact measures are confirmed; None in a student's bundle, which does not know."""
    try:
        from autograder.hidden import CONFIRMATIONS
    except ModuleNotFoundError as missing:
        if str(missing.name).startswith("autograder."):
            return None
        raise
    return CONFIRMATIONS
