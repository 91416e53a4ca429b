"""The cells in a notebook's data, whichever version of the format it claims."""

from __future__ import annotations

from typing import Any

from autograder.submissions.errors import Unreadable
from autograder.submissions.repairing.cells import Cell, Kind
from autograder.submissions.repairing.notes import Notes, numbered
from autograder.submissions.repairing.signatures import HAND_IN

MAX_CELLS = 2_000
NO_CELLS = f"The notebook holds no cells; {HAND_IN}."
# Of one cell of code. Text may be longer: pictures are pasted into it.
MAX_CODE = 2**20
KINDS: dict[str, Kind] = {
    "code": "code",
    "markdown": "markdown",
    "raw": "raw",
    # nbformat 3: titles were cells of their own; nbformat 1 knew only these.
    "heading": "markdown",
    "html": "markdown",
    "text": "markdown",
}


def notebook_cells(data: Any, notes: Notes) -> list[Cell]:
    """Return the cells of a notebook of format 1 to 4 and what looks like one.

    Parameters
    ----------
    data : JSON value
    notes : Notes
        Told what was repaired and lost.

    Raises
    ------
    Unreadable
        If there is no list of cells.
    """
    found = _list_of_cells(data, notes)
    if not found:
        raise Unreadable(NO_CELLS)
    if len(found) > MAX_CELLS:
        notes.losses.append(
            f"The notebook has {len(found)} cells; the first {MAX_CELLS} were read."
        )
    cells = []
    unlike: list[int] = []
    for number, entry in enumerate(found[:MAX_CELLS], start=1):
        cell = _cell(number, entry, notes)
        if cell is None:
            unlike.append(number)
        else:
            cells.append(cell)
    if unlike:
        notes.losses.append(f"Not a cell, and left out: entry {numbered(unlike)} of the notebook.")
    if not cells:
        raise Unreadable(NO_CELLS)
    # Copies of one cell have its id as well, and are told as copies.
    named = {(cell.id, cell.grade_id) for cell in cells if cell.id and cell.grade_id}
    ids = [id for id, _ in named] + [c.id for c in cells if c.id and not c.grade_id]
    if len(set(ids)) < len(ids):
        notes.repairs.append("Several cells had the same id; each got one of its own.")
    return cells


def _list_of_cells(data: Any, notes: Notes) -> list[Any]:
    if isinstance(data, dict) and "cells" not in data and isinstance(data.get("content"), dict):
        notes.repairs.append(
            "The notebook lay inside a record of Jupyter's server; it was taken out."
        )
        data = data["content"]
    if isinstance(data, list) and any(isinstance(c, dict) and "cell_type" in c for c in data):
        notes.repairs.append("The file held the cells alone, without the notebook around them.")
        return data
    if not isinstance(data, dict):
        return []
    if isinstance(data.get("worksheets"), list):
        sheets = [s for s in data["worksheets"] if isinstance(s, dict)]
        notes.repairs.append(
            "The notebook was in nbformat 3 or older; it was brought to nbformat 4."
        )
        return [
            c for sheet in sheets if isinstance(sheet.get("cells"), list) for c in sheet["cells"]
        ]
    cells = data.get("cells")
    return cells if isinstance(cells, list) else []


def _cell(number: int, entry: Any, notes: Notes) -> Cell | None:
    if not isinstance(entry, dict):
        return None
    metadata = entry.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    id = entry.get("id")
    source = _source(entry)
    if source is None:
        return None
    cell = Cell(
        number,
        _kind(entry),
        source,
        grade_id if _is_name(grade_id) else None,
        id if _is_name(id) else None,
    )
    if entry.get("cell_type") == "heading":
        level = entry.get("level")
        deep = level if isinstance(level, int) and 1 <= level <= 6 else 1
        cell.source = f"{'#' * deep} {cell.source}"
    if cell.kind == "code" and len(cell.source) > MAX_CODE:
        notes.losses.append(
            f"Cell {number} holds more than {MAX_CODE // 2**20} MiB of code and was left out."
        )
        cell.source = ""
    if cell.kind != "code" and isinstance(entry.get("attachments"), dict):
        cell.attachments = _pictures(entry["attachments"])
    return cell


def _kind(entry: dict[str, Any]) -> Kind:
    named = entry.get("cell_type")
    if isinstance(named, str) and named in KINDS:
        return KINDS[named]
    return "code" if {"outputs", "execution_count", "input"} & entry.keys() else "raw"


def _source(entry: dict[str, Any]) -> str | None:
    """Return a cell's text: a string, or a list of lines; None if there is none."""
    # nbformat 3 called it `input` in cells of code, nbformat 1 `code`.
    source = next((entry[key] for key in ("source", "input", "code", "text") if key in entry), None)
    if source is None and "cell_type" in entry:
        source = ""
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        # Some programs leave out the ends of the lines.
        joint = "" if any(line.endswith("\n") for line in lines[:-1]) else "\n"
        source = joint.join(lines)
    return source if isinstance(source, str) else None


def _pictures(attachments: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        name: {
            kind: data
            for kind, data in bundle.items()
            if kind.isascii() and isinstance(data, str) and data.isascii()
        }
        for name, bundle in attachments.items()
        if isinstance(bundle, dict) and name.isprintable()
    }


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200
