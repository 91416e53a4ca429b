"""Mistakes as traces: that two submissions fail the same item in the same uncommon way."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.class_report.mistakes import failures
from autograder.parts import PARTS
from autograder.results import Result
from autograder.similarity.traces import Trace


def mistakes_of(results: Iterable[Result]) -> dict[str, set[Trace]]:
    """Give the traces that each student's failures leave; not of functions left unwritten."""
    found = {}
    for result in results:
        found[result.student_id] = {
            Trace("mistake", f"{_part(failed.part)}, {failed.item}: {failed.kind[2]}")
            for failed in failures(result)
            if not failed.not_written
        }
    return found


def _part(name: str) -> str:
    return f"part {PARTS[name].number}" if name in PARTS else name
