"""What everybody was given, the notebook and the chapters: to share it says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.handout import ROOT, bundled_files
from autograder.similarity.fingerprints import every_digest
from autograder.similarity.traces import Trace, unit_traces, words
from autograder.similarity.work import Unit

# A block of code in a chapter, without the options of a cell at its beginning.
_FENCE = re.compile(
    r"^```+(?:python|\{code-cell\}[^\n]*)\n(?:(?::[^\n]*\n)+|---\n.*?\n---\n)?(.*?)^```+$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Given:
    """What is in the material.

    Attributes
    ----------
    digests : set of int
        Of every gram, code and prose.
    traces : set of Trace
    words : set of str
    """

    digests: set[int] = field(default_factory=set)
    traces: set[Trace] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def add(self, unit: Unit) -> None:
        """Take a piece of the material in."""
        self.digests |= every_digest(unit)
        self.traces |= set(unit_traces(unit))
        self.words |= words(unit.text)

    def holds(self, trace: Trace) -> bool:
        """Whether a trace is in the material, as it is or as a word of it."""
        if trace in self.traces or Trace("name", trace.content) in self.traces:
            return True
        return trace.kind in ("word", "name", "comment") and trace.content.casefold() in self.words


def given_to_all(released: nbformat.NotebookNode, root: Path = ROOT) -> Given:
    """Read what the students were given.

    Parameters
    ----------
    released : nbformat.NotebookNode
        The notebook as it was handed out.
    root : Path
        Where the course lies.
    """
    given = Given()
    for cell in released.cells:
        given.add(Unit("", "code" if cell.cell_type == "code" else "prose", cell.source))
    for path in bundled_files(root):
        # What the notebook imports and the chapters take their steps from; not the checks.
        if path.parts[0] == "tinytorch" and path.suffix == ".py":
            given.add(Unit("", "code", (root / path).read_text(encoding="utf-8")))
        elif path.suffix == ".md":
            text = (root / path).read_text(encoding="utf-8")
            given.add(Unit("", "prose", text))
            for block in _FENCE.findall(text):
                given.add(Unit("", "code", block))
    return given
