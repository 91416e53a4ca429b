"""A Python script handed in for a notebook: percent cells, an exported notebook, or plain code."""

from __future__ import annotations

import re
from itertools import islice

from autograder.submissions.repairing.cells import Cell, Kind
from autograder.submissions.repairing.formats import MAX_CELLS, MAX_CODE
from autograder.submissions.repairing.notes import Notes

# Jupytext's and VS Code's `# %% [markdown] nbgrader={...}`, nbconvert's `# In[3]:`.
HEADER = re.compile(r"^# ?(?:%%(?P<rest>.*)|In ?\[[ \d]*\]:)$", re.MULTILINE)
NAME = re.compile(r'"grade_id"\s*:\s*"([^"]{1,200})"')
KIND = re.compile(r"\[(markdown|md|raw)\]")
# Jupytext's own header: the notebook's metadata as a comment.
FRONT_MATTER = re.compile(r"\A(?:#!.*\n)?# ---\n(?:#.*\n){0,100}?# ---\n")


def script_cells(text: str, notes: Notes) -> list[Cell]:
    """Return the cells of a script; one that has no cells is one cell."""
    text = FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    headers = list(islice(HEADER.finditer(text), MAX_CELLS))
    notes.repairs.append("A Python script was handed in, not a notebook; it was made into cells.")
    cells = []
    if before := text[: headers[0].start() if headers else len(text)].strip():
        cells.append(Cell(1, "code", before))
    ends = [*(header.start() for header in headers[1:]), len(text)]
    for header, end in zip(headers, ends, strict=bool(headers)):
        rest = header["rest"] or ""
        named, typed = NAME.search(rest), KIND.search(rest)
        kind: Kind = "code" if typed is None else "raw" if typed[1] == "raw" else "markdown"
        source = text[header.end() : end].strip("\n")
        if kind != "code":
            source = "\n".join(_uncommented(line) for line in source.split("\n"))
        cells.append(Cell(len(cells) + 1, kind, source, named[1] if named else None))
    if any(len(cell.source) > MAX_CODE for cell in cells if cell.kind == "code"):
        notes.losses.append(f"Cells of more than {MAX_CODE // 2**20} MiB of code were left out.")
    return [cell for cell in cells if cell.kind != "code" or len(cell.source) <= MAX_CODE]


def _uncommented(line: str) -> str:
    return line.removeprefix("# ") if line.startswith("# ") else line.removeprefix("#")
