"""Which checks graded a submission, in one word."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
# Everything that decides whether an item is earned: what judges a notebook, and what reads and runs
# it. In a student bundle some of it is missing.
SOURCES = (
    "checks",
    "hidden",
    "probes",
    "replay",
    "sandbox",
    "submissions",
    "worker",
    "chapters.py",
    "examination.py",
    "items.py",
    "parts.py",
    "subject.py",
)


@functools.cache
def checks_digest(folder: Path = FOLDER) -> str:
    """Return a digest of the sources of the checks: it changes when a line of one does.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Of the package ``autograder``.
    """
    digest = hashlib.sha256()
    for entry in SOURCES:
        source = folder / entry
        for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            if path.is_file():
                text = path.read_text(encoding="utf-8")  # whatever the ends of its lines
                digest.update(f"{path.relative_to(folder).as_posix()}\0{text}\0".encode())
    return digest.hexdigest()
