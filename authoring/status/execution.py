"""How long the cells of each chapter ran when the book was built: recorded, not taken anew.

Every build takes other times, and two builds of the same sources must give the same pages. So
`make status` builds the book cold and writes the times of that build into a file, which the page
reads. A time belongs to the cells that were run: where they have changed since, there is none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from jupyter_cache import get_cache

from authoring.status.chapters import Chapter, chapters
from tinytorch.core.whole_file import write_whole
from tinytorch.perf.context import Context

RECORDING = Path("book/status.json")


class StatusError(RuntimeError):
    """There is no cold build to take the times from; the text says what to do."""


@dataclass(frozen=True)
class Execution:
    """The times of one build.

    Attributes
    ----------
    machine, date : str
        Where and when the book was built.
    seconds : dict of str to (str, float)
        For each chapter the digest of its cells and the seconds that they ran, with the start of
        the kernel.
    """

    machine: str
    date: str
    seconds: dict[str, tuple[str, float]]

    def of(self, chapter: Chapter) -> float | None:
        """Give the seconds of a chapter, or None where its cells are not those that were run."""
        digest, seconds = self.seconds.get(chapter.name, ("", 0.0))
        return seconds if digest == cells_digest(chapter) else None


def cells_digest(chapter: Chapter) -> str:
    """Digest the code of a chapter."""
    text = "\0".join(cell.text for cell in chapter.cells)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def recorded(root: Path) -> Execution:
    """Read the recording; without one, no chapter has a time."""
    file = root / RECORDING
    if not file.is_file():
        return Execution("", "", {})
    content = json.loads(file.read_text(encoding="utf-8"))
    seconds = {name: (one["cells"], one["seconds"]) for name, one in content["chapters"].items()}
    return Execution(content["machine"], content["date"], seconds)


def record(root: Path, build: Path) -> Execution:
    """Write down the times of a build that has just been made from nothing.

    Raises
    ------
    StatusError
        If the folder holds no kept outputs, or those of several builds.
    """
    kept = sorted(build.glob("executed/*"))
    if len(kept) != 1:
        raise StatusError(
            f"{build} holds {len(kept)} executed books and must hold one: `make status`"
        )
    ran = {Path(one.uri): one.data for one in get_cache(kept[0]).list_cache_records()}
    context = Context.here()
    seconds = {
        chapter.name: (cells_digest(chapter), round(ran[file]["execution_seconds"], 1))
        for chapter in chapters(root)
        if (file := (root / chapter.name).with_suffix(".md")) in ran
    }
    execution = Execution(context.machine, context.date, seconds)
    write_whole(root / RECORDING, _as_text(execution))
    return execution


def _as_text(execution: Execution) -> str:
    content = {
        "machine": execution.machine,
        "date": execution.date,
        "chapters": {
            name: {"cells": digest, "seconds": seconds}
            for name, (digest, seconds) in sorted(execution.seconds.items())
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
