"""How the student's code ended the process that ran it, or was ended with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

EndingKind = Literal["timeout", "memory", "crashed"]


@dataclass(frozen=True)
class Ending:
    """One end of a worker.

    Attributes
    ----------
    kind : str
        "timeout", "memory" or "crashed".
    where : str
        What ran: "the cell `fused-gelu`", "your cell 7", "fused_gelu".
    sentence : str
        What happened, whole: "fused_gelu ended the process that ran it."
    """

    kind: EndingKind
    where: str
    sentence: str

    @classmethod
    def of(cls, kind: EndingKind, where: str, did: str) -> Ending:
        """Say what a cell or a function did."""
        # The name of a function stays as it is.
        subject = where[0].upper() + where[1:] if " " in where else where
        return cls(kind, where, f"{subject} {did}.")


class WorkerEnded(Exception):
    """The worker is gone; the text is what the code did: "ended the process that ran it".

    Attributes
    ----------
    kind : str
        As in `Ending`.
    type : str
        What takes the place of an exception's type in an answer: "TimeLimit", "MemoryLimit",
        "ProcessEnded" or "UnreadableAnswer".
    """

    def __init__(self, type: str, did: str) -> None:
        super().__init__(did)
        self.type = type
        self.kind: EndingKind = _KINDS[type]

    def ending(self, where: str) -> Ending:
        """Say it of a cell or a function."""
        return Ending.of(self.kind, where, str(self))


_KINDS: dict[str, EndingKind] = {
    "TimeLimit": "timeout",
    "MemoryLimit": "memory",
    "ProcessEnded": "crashed",
    "UnreadableAnswer": "crashed",
}


def raised(type: str, sentence: str) -> dict[str, Any]:
    """Give an ending the form of an exception's facts."""
    return {"type": type, "lineage": [type], "message": sentence}
