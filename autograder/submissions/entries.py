"""One name found in what was handed in, in a folder or in a zip file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

Kind = Literal["file", "folder", "closed"]
"""What lies under a name; "closed" is what is never opened: a link, a pipe, a locked folder."""


@dataclass(frozen=True)
class Entry:
    """Something that may belong to a submission.

    Attributes
    ----------
    parts : tuple of str
        Its name below what is collected, folder by folder.
    kind : {"file", "folder", "closed"}
    path : Path
        The file, or the zip file that holds it.
    member : str or None
        Its name in the zip file; ``outer.zip!/inner.ipynb`` in a zip file inside a zip file.
    modified : float
        When it was last changed: seconds, comparable within one collection.
    """

    parts: tuple[str, ...]
    kind: Kind
    path: Path
    member: str | None = None
    modified: float = 0.0

    @property
    def name(self) -> str:
        """Its last name."""
        return self.parts[-1]

    @property
    def suffix(self) -> str:
        """How its name ends, in lower case: ".ipynb"."""
        return PurePosixPath(self.name).suffix.lower()

    def below(self, depth: int) -> Entry:
        """Return the same entry, named from some folders further down."""
        return Entry(self.parts[depth:], self.kind, self.path, self.member, self.modified)


def is_litter(name: str) -> bool:
    """Tell whether a name is one that programs leave behind: checkpoints, macOS's shadows."""
    return name.startswith(".") or name in {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}
