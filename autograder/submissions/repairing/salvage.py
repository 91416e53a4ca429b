"""Cells out of a file whose JSON is broken: cut off, merged by hand, damaged in places.

Jupyter writes one string to a line and begins each cell with its type, so that damage stays where
it is: each cell is read by itself.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

from autograder.submissions.errors import Unreadable
from autograder.submissions.repairing.notes import Notes, numbered
from autograder.submissions.repairing.signatures import HAND_IN

# Within a string the quotes would be escaped; nbgrader's metadata have a type as well.
CELL = re.compile(r'("nbgrader"\s*+:\s*+)?\{\s*+"(?:cell_type|attachments)"\s*+:')
# Possessive: no string, however long or broken, is gone over twice.
STRING = r'"([^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+)"'
TYPE = re.compile(r'"cell_type"\s*:\s*' + STRING)
NAME = re.compile(r'"grade_id"\s*:\s*' + STRING)
ID = re.compile(r'"id"\s*:\s*' + STRING)
SOURCE = re.compile(r'"(?:source|input)"\s*:\s*(?:(\[)|' + STRING + r"\s*[,}\n])")
LINE = re.compile(r"\s*+" + STRING + r"\s*+,?")
CLOSING = re.compile(r"\s*+\]")
# A notebook that is whole may have more; this is what is pieced together.
MAX_CELLS = 2_000
MAX_LINES = 50_000
LENIENT = json.JSONDecoder(strict=False)


def salvaged(text: str, problem: str, notes: Notes) -> list[dict[str, Any]]:
    """Return the cells that can be read, and tell what could not be.

    Raises
    ------
    Unreadable
        If there are none.
    """
    text, conflicts = _without_conflicts(text)
    begun = (match.start() for match in CELL.finditer(text) if match[1] is None)
    starts = list(islice(begun, MAX_CELLS))
    if not starts:
        if text.lstrip()[:1] not in {"{", "["}:
            problem = (
                "it is plain text"
                if all(c.isprintable() or c.isspace() for c in text[:1000])
                else "it is no JSON"
            )
        raise Unreadable(f"The file is not a notebook: {problem}; {HAND_IN}.")
    cells: list[dict[str, Any]] = []
    unread: list[int] = []
    damaged: list[int] = []
    for number, (start, end) in enumerate(
        zip(starts, [*starts[1:], len(text)], strict=True), start=1
    ):
        cell, whole = _cell(text[start:end])
        if cell is None:
            unread.append(number)
            continue
        cells.append(cell)
        if not whole:
            damaged.append(number)
    notes.repairs.append(
        f"The file is not a whole notebook: {problem}; {len(cells)} cells were read one by one."
    )
    if conflicts:
        notes.losses.append(
            f"Git left conflicts in the file, {conflicts} in all; the first side of each was read."
        )
    if not (text.rstrip().endswith("}") and '"nbformat"' in text):
        notes.losses.append(f"The file breaks off near cell {len(starts)}; the rest is lost.")
    if unread:
        notes.losses.append(f"Could not be read: cell {numbered(unread)} of the file.")
    if damaged:
        notes.losses.append(
            f"Damaged, and read as far as it goes: cell {numbered(damaged)} of the file."
        )
    return cells


def _cell(text: str) -> tuple[dict[str, Any] | None, bool]:
    """Return the cell that a text begins with, and whether every line of it was in order."""
    try:
        cell = LENIENT.raw_decode(text)[0]
        if isinstance(cell, dict) and "cell_type" in cell:
            return cell, True
    except (ValueError, RecursionError):
        pass
    source, whole = _source(text)
    if source is None:
        return None, False
    kind, name, id = (_first(pattern, text) for pattern in (TYPE, NAME, ID))
    metadata = {"nbgrader": {"grade_id": name}} if name else {}
    return {"cell_type": kind, "id": id, "source": source, "metadata": metadata}, whole


def _source(text: str) -> tuple[str | None, bool]:
    """Return a cell's text and whether it was in order; None if it breaks off."""
    # Jupyter sorts its keys: what an output calls `source` stands before.
    found = None
    for match in SOURCE.finditer(text):
        found = match
    if found is None:
        return None, False
    if found[1] is None:
        return _unescaped(found[2]), True
    lines: list[str] = []
    at, whole = found.end(), True
    while at < len(text) and len(lines) < MAX_LINES:
        if CLOSING.match(text, at):
            return "".join(lines), whole
        line = LINE.match(text, at)
        if line is None:
            # A damaged line: its quotes are not where they should be.
            end = text.find("\n", at + 1)
            end = len(text) if end < 0 else end
            lines.append(_unescaped(text[at:end].strip().removesuffix(",").strip('"')))
            at, whole = end, False
            continue
        lines.append(_unescaped(line[1]))
        at = line.end()
    return None, False


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return _unescaped(match[1]) if match else None


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _without_conflicts(text: str) -> tuple[str, int]:
    """Return the text with the first side of each conflict that Git left, and their number.

    What Git writes begins a line, where a notebook has a blank or a brace.
    """
    if "\n<<<<<<<" not in text:
        return text, 0
    kept, side, conflicts = [], "both", 0
    for line in text.splitlines(keepends=True):
        if line.startswith("<<<<<<<"):
            side, conflicts = "ours", conflicts + 1
        elif line.startswith(("|||||||", "=======")):
            side = "theirs"
        elif line.startswith(">>>>>>>"):
            side = "both"
        elif side != "theirs":
            kept.append(line)
    return "".join(kept), conflicts
