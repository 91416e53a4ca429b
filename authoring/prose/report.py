"""Everything that the prose says and should not, with the place and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from authoring.prose.claims import false_claims
from authoring.prose.figures import typed_figures, unneeded_marks
from authoring.prose.marks import REASONS
from authoring.prose.sources import Prose


def complaints(prose: Prose) -> Iterator[str]:
    """Give one line for each finding."""
    reasons = " | ".join(REASONS)
    for figure in typed_figures(prose.passages, prose.marks):
        yield (
            f"{figure.file}:{figure.line}: the figure {figure.text!r} is typed by hand: read it "
            f"from book/measurements and glue it, or, if it was never measured, say so in its "
            f"sentence (suppose, assumed, a source) or in a mark <!-- figure: {reasons} -->"
        )
    for mark in unneeded_marks(prose.passages, prose.marks):
        known = mark.reason in REASONS
        yield (
            f"{mark.file}:{mark.line}: the mark {mark.reason!r} "
            + ("spares no figure: take it out" if known else f"is none of {reasons}")
        )
    for statement in false_claims(prose.passages):
        claim = statement.claim
        yield (
            f"{statement.file}:{statement.line}: {statement.text!r} states claim {claim.number} of "
            f'"What the numbers really say" as true ({claim.false}): say what that page says'
        )
