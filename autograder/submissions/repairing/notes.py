"""What a repair tells: the sentences that end up beside the score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN_NAMES = 12
SHOWN_LENGTH = 60


@dataclass
class Notes:
    """Sentences, in the order in which things were found.

    Attributes
    ----------
    repairs : list of str
        What was mended.
    losses : list of str
        What could not be.
    """

    repairs: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def listed(names: Iterable[str]) -> str:
    """Return names for a sentence: "`a`, `b` and 3 more"."""
    names = [f"`{name}`" for name in names]
    if len(names) > SHOWN_NAMES:
        return f"{', '.join(names[:SHOWN_NAMES])} and {len(names) - SHOWN_NAMES} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def cells_named(names: Iterable[str]) -> str:
    """Return "the cell `a`" or "the cells `a` and `b`"."""
    names = list(names)
    return f"the cell{'s' if len(names) > 1 else ''} {listed(names)}"


def numbered(numbers: Iterable[int]) -> str:
    """Return numbers for a sentence: "3, 7 and 12 more"."""
    texts = [str(number) for number in numbers]
    if len(texts) > SHOWN_NAMES:
        return f"{', '.join(texts[:SHOWN_NAMES])} and {len(texts) - SHOWN_NAMES} more"
    return ", ".join(texts)


def quoted(text: str) -> str:
    """Return words of the student's for a sentence: short, and nothing that cannot be printed."""
    short = text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
    return "".join(
        c if c.isprintable() and c != "`" else "\N{REPLACEMENT CHARACTER}" for c in short
    )
