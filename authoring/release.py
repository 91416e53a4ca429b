"""The student bundle: the notebook and what it imports, and proof that no solution is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from authoring.notebooks import ROOT, SOURCE
from authoring.sync import stale_files

BUNDLE = ROOT / "dist" / "acceleration.zip"
# Modules that hold or lead to a solution: the solved parts, and everything that measures them.
WITHHELD = (
    "tinytorch/perf/acceleration.py",
    "tinytorch/perf/ladders/gelu.py",
    "tinytorch/perf/ladders/gelu_steps.py",
    "tinytorch/perf/ladders/matmul.py",
    "tinytorch/perf/ladders/transformer_block.py",
)
INCLUDED = (
    "authoring/student_readme.md",
    "exercises/acceleration/acceleration.ipynb",
    "requirements.txt",
    "pyproject.toml",
    "tinytorch/**/*.py",
    "tinytorch/explore/explorers/browser/*",
    "autograder/**/*.py",
    "book/*.md",  # the chapters that the notebook links to
)
# Where a file lies in the bundle, if not where it lies here.
MOVED = {Path("authoring/student_readme.md"): Path("README.md")}
# Same bytes on every run: a zip file stores a time for each member.
MEMBER_DATE = (2026, 1, 1, 0, 0, 0)
# Shorter lines of a solution stand in honest code too (`return result`, `"""`).
DISTINCTIVE_LENGTH = 28


class ReleaseError(RuntimeError):
    """The bundle must not be handed out; the text says why."""


def bundled_files(root: Path = ROOT) -> list[Path]:
    """Files of the bundle, relative to the repository, in order."""
    files = [path for pattern in INCLUDED for path in sorted(root.glob(pattern))]
    relative = (path.relative_to(root) for path in files)
    return [path for path in relative if not _is_withheld(path)]


def solution_lines(source: Path = SOURCE) -> set[str]:
    """Lines between the solution markers that no other text would hold by chance."""
    lines: set[str] = set()
    inside = False
    for line in source.read_text(encoding="utf-8").splitlines():
        text = line.strip().removeprefix("# ")
        if text.startswith("### "):
            inside = text == "### BEGIN SOLUTION"
        elif inside and len(text) >= DISTINCTIVE_LENGTH and not text.startswith("def "):
            lines.add(text)
    return lines


def leaks(root: Path = ROOT) -> list[str]:
    """Say for each bundled file that holds a line of a solution which line it is."""
    secret = solution_lines()
    found = []
    for path in bundled_files(root):
        text = (root / path).read_text(encoding="utf-8")
        found += [f"{path}: {line}" for line in sorted(secret) if line in text]
    return found


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
            "the bundle would hold lines of the solution: " + "; ".join(found) + "; take them out"
        )
    files = bundled_files()
    bundle.parent.mkdir(parents=True, exist_ok=True)
    unfinished = bundle.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = Path("acceleration") / MOVED.get(path, path)
            member = zipfile.ZipInfo(name.as_posix(), MEMBER_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, (ROOT / path).read_bytes())
    unfinished.replace(bundle)
    return files


def _is_withheld(path: Path) -> bool:
    name = path.as_posix()
    return any(name == entry or name.startswith(f"{entry}/") for entry in WITHHELD)
