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
        What happened, whole: "fused_gelu used more than 20 s of processor time."
    """

    kind: EndingKind
    where: str
    sentence: str


class WorkerEnded(Exception):
    """The worker is gone; the text is what the code did, without a subject: "used more than ...".

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
        return Ending(self.kind, where, f"{where} {self}.")


_KINDS: dict[str, EndingKind] = {
    "TimeLimit": "timeout",
    "MemoryLimit": "memory",
    "ProcessEnded": "crashed",
    "UnreadableAnswer": "crashed",
}


def raised(type: str, sentence: str) -> dict[str, Any]:
    """Give an ending the form of an exception's facts."""
    return {"type": type, "lineage": [type], "message": sentence}
