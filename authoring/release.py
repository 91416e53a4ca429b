"""The student bundle: the notebook and what it imports, and proof that no solution is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from authoring.notebooks import ROOT
from authoring.proof import prove
from authoring.sync import stale_files
from autograder.handout import bundled_files, places

BUNDLE = ROOT / "dist" / "acceleration.zip"
FOLDER = "acceleration"
# Same bytes on every run: a zip file stores a time for each member.
MEMBER_DATE = (2026, 1, 1, 0, 0, 0)


class ReleaseError(RuntimeError):
    """The bundle must not be handed out; the text says why."""


def release(bundle: Path = BUNDLE) -> str:
    """Write the bundle and say what was checked before.

    Returns
    -------
    str
        The bundle, and a line for each check.

    Raises
    ------
    ReleaseError
        If a generated file is out of date or a solution would be handed out. Nothing is written.
    """
    if stale := stale_files():
        names = ", ".join(str(path) for path in stale)
        raise ReleaseError(f"{names} is out of date; run `make sync` and look at the difference")
    members = {
        place.as_posix(): (ROOT / path).read_bytes()
        for path in bundled_files()
        for place in places(path)
    }
    proof = prove(members)
    if proof.leaks:
        raise ReleaseError(
            "the bundle would hold what no student may see: "
            + "; ".join(proof.leaks)
            + "; take it out"
        )
    bundle.parent.mkdir(parents=True, exist_ok=True)
    unfinished = bundle.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(f"{FOLDER}/{name}", MEMBER_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)
    unfinished.replace(bundle)
    return "\n".join(
        (
            f"Wrote {_shown(bundle)}. No solution is in it, and nothing that leads to one:",
            *(f"  {line}" for line in proof.checked),
        )
    )


def _shown(bundle: Path) -> Path:
    """Give the path from here, where it lies below."""
    here = Path.cwd()
    return bundle.relative_to(here) if bundle.is_relative_to(here) else bundle
