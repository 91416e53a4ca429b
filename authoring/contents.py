"""What the book holds, in the order of `_toc.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Part:
    """Some chapters under a common caption.

    Attributes
    ----------
    caption : str
        Empty for the page that the book begins with.
    chapters : tuple of str
        Their pages, seen from the root of the site and without an ending: ``book/tiling``.
    """

    caption: str
    chapters: tuple[str, ...]


def parts(toc: Path) -> list[Part]:
    """Read the parts of the book."""
    contents = yaml.safe_load(toc.read_text(encoding="utf-8"))
    found = [Part("", (contents["root"],))]
    return found + [Part(part["caption"], tuple(_files(part))) for part in contents["parts"]]


def _files(entry: dict[str, Any]) -> Iterator[str]:
    for key in ("chapters", "sections"):
        for below in entry.get(key, ()):
            yield below["file"]
            yield from _files(below)
