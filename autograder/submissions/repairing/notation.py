"""Text to a notebook's data: JSON, within bounds."""

from __future__ import annotations

import json
import re
from typing import Any

from autograder.submissions.errors import Unreadable
from autograder.submissions.repairing.notes import Notes
from autograder.submissions.repairing.salvage import salvaged

# Each costs a hundred bytes of memory, or two. Commas of texts are counted with them.
BEGINNING = re.compile(r"\s*+[{\[]")
MAX_VALUES = 2_000_000


def parsed(text: str, notes: Notes) -> Any:
    """Return what JSON says; where it is broken, the cells that can still be read.

    Raises
    ------
    Unreadable
        If there are too many values or no cell can be found.
    """
    if sum(map(text.count, "{[,")) > MAX_VALUES:
        raise Unreadable(
            f"The notebook holds more than {MAX_VALUES} values, far more than this assignment's; "
            "clear its outputs, save it, and hand it in again."
        )
    repeated: list[str] = []
    try:
        data = read_json(text, repeated)
    except (ValueError, RecursionError) as error:
        return {"cells": salvaged(text, _said(error), notes)}
    if repeated:
        notes.repairs.append("Some keys stood twice in one place of the file; the last one counts.")
    return data


def looks_like_json(text: str) -> bool:
    """Tell whether a text begins as a notebook does."""
    return BEGINNING.match(text) is not None


def read_json(text: str, repeated: list[str]) -> Any:
    """Read JSON without following it into numbers that fill the memory."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(found)
        if len(values) < len(found):
            repeated.append("")
        return values

    return json.loads(text, object_pairs_hook=pairs, parse_int=_whole, parse_float=_real)


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


def _real(digits: str) -> float | None:
    return float(digits) if len(digits) < 40 else None


def _said(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"its JSON is broken in line {error.lineno}"
    return "it is nested too deep"
