"""What the book holds, in the order of `_toc.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    for part in contents["parts"]:
        found.append(Part(part["caption"], tuple(one["file"] for one in part["chapters"])))
    return found
