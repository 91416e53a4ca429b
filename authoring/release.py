"""The student bundle: the notebook and what it imports, and proof that no solution is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from authoring.notebooks import ROOT
from authoring.sync import stale_files
from autograder.handout import bundled_files, leaks, places

BUNDLE = ROOT / "dist" / "acceleration.zip"
# Same bytes on every run: a zip file stores a time for each member.
MEMBER_DATE = (2026, 1, 1, 0, 0, 0)


class ReleaseError(RuntimeError):
    """The bundle must not be handed out; the text says why."""


def release(bundle: Path = BUNDLE) -> list[Path]:
    """Write the bundle and return its members.

    Raises
    ------
    ReleaseError
        If a generated file is out of date or a solution would be handed out. Nothing is written.
    """
    if stale := stale_files():
        names = ", ".join(str(path) for path in stale)
        raise ReleaseError(f"{names} is out of date; run `make sync` and look at the difference")
    if found := leaks():
        raise ReleaseError(
            "the bundle would hold what no student may see: " + "; ".join(found) + "; take it out"
        )
    files = bundled_files()
    bundle.parent.mkdir(parents=True, exist_ok=True)
    unfinished = bundle.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            for place in places(path):
                name = Path("acceleration") / place
                member = zipfile.ZipInfo(name.as_posix(), MEMBER_DATE)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                archive.writestr(member, (ROOT / path).read_bytes())
    unfinished.replace(bundle)
    return files
