"""Everything in a folder of submissions. Links are seen and not followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from autograder.submissions.entries import Entry, Kind, is_litter

# nbgrader's layout is three deep; the rest is room for folders that somebody zipped twice.
MAX_DEPTH = 8
# Per folder, and far above what anyone hands in: a student's folder may hold anything.
MAX_NAMES = 5_000


def folder_entries(folder: Path, parts: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Give every file and folder below a folder, in order of their names.

    Parameters
    ----------
    folder : Path
    parts : tuple of str
        The folder's own name below what is collected.
    """
    with os.scandir(folder) as listing:
        found = sorted(
            (item for item in listing if not is_litter(item.name)), key=lambda item: item.name
        )
    # The instructor's own folder may hold a whole university; a student's may not.
    for item in found[:MAX_NAMES] if parts else found:
        name, path, kind = (*parts, item.name), Path(item.path), _kind(item)
        yield Entry(name, kind, path, modified=item.stat(follow_symlinks=False).st_mtime)
        if kind == "folder" and len(name) < MAX_DEPTH:
            yield from folder_entries(path, name)


def _kind(item: os.DirEntry[str]) -> Kind:
    if item.is_dir(follow_symlinks=False):
        return "folder" if os.access(item.path, os.R_OK | os.X_OK) else "closed"
    return "file" if item.is_file(follow_symlinks=False) else "closed"
