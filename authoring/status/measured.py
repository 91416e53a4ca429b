"""When, and on which machine, the figures of a chapter were measured."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from authoring.status.chapters import Chapter
from tinytorch.perf.context import Context
from tinytorch.perf.recording import load_accelerators, load_recording

MEASUREMENTS = "measurements"
_ACCELERATORS = "load_accelerators"


def measured(chapter: Chapter, book: Path) -> list[Context]:
    """Give the context of each recording that a chapter reads, without doubles, oldest first.

    A chapter reads what its cells name: a folder of recordings, seen from the folder of the book.
    """
    contexts: dict[tuple[str, str], Context] = {}
    for folder in sorted(set(_folders(chapter, book))):
        read = [load_recording(folder).context]
        if any(_ACCELERATORS in cell.text for cell in chapter.cells):
            read += [recording.context for recording in load_accelerators(folder)]
        contexts |= {(context.date, context.machine): context for context in read}
    return [contexts[key] for key in sorted(contexts)]


def _folders(chapter: Chapter, book: Path) -> Iterator[Path]:
    for cell in chapter.cells:
        for text in _strings(cell.text):
            if Path(text).parts[:1] == (MEASUREMENTS,) and (book / text).is_dir():
                yield book / text


def _strings(cell: str) -> Iterator[str]:
    # Options of a cell, as MyST writes them, are no Python; neither is a line of IPython's own.
    code = "\n".join(line for line in cell.split("\n") if not line.startswith((":", "%", "!")))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
