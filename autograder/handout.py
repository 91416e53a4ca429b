"""What a student may have, the files of the bundle, and what must not be in them."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path("solutions/acceleration.py")
NOTEBOOK = Path("exercises/acceleration/acceleration.ipynb")
# Where the bundle has the notebook a second time: the other copy is the one that a student fills.
PRISTINE = Path("autograder/released/acceleration.ipynb")
# Modules that hold or lead to a solution: the solved parts and everything that measures them; and
# those that a forger could study: how a measure that a worker reports is confirmed. A `*` stands
# for any name; the instructors' chapters have answers to the essay.
WITHHELD = (
    "tinytorch/perf/acceleration.py",
    "tinytorch/perf/ladders/gelu.py",
    "tinytorch/perf/ladders/gelu_steps.py",
    "tinytorch/perf/ladders/matmul.py",
    "tinytorch/perf/ladders/transformer_block.py",
    "autograder/hidden",
    "autograder/replay",
    "book/instructors*.md",
)
INCLUDED = (
    "authoring/student_readme.md",
    "LICENSE",
    "LICENSE-prose.txt",
    NOTEBOOK.as_posix(),
    "requirements.txt",
    "pyproject.toml",
    "tinytorch/**/*.py",
    "tinytorch/explore/explorers/browser/*",
    "tinytorch/explore/learner/*.css",
    "tinytorch/explore/learner/*.js",
    "autograder/**/*.py",
    "autograder/**/*.css",
    "book/*.md",  # the chapters that the notebook links to
)
# Where a file lies in the bundle, if not where it lies here.
MOVED = {Path("authoring/student_readme.md"): Path("README.md")}
# Where a second copy of a file lies in the bundle.
COPIED = {NOTEBOOK: PRISTINE}
_CANARY = re.compile(r'^CANARY = "(\w+)"$', re.MULTILINE)
# Shorter lines of a solution stand in honest code too (`return result`, `"""`).
DISTINCTIVE_LENGTH = 28


def released_notebook(root: Path = ROOT) -> Path:
    """Return the notebook as it was handed out: the bundle's untouched copy, or ours."""
    pristine = root / PRISTINE
    return pristine if pristine.is_file() else root / NOTEBOOK


def bundled_files(root: Path = ROOT) -> list[Path]:
    """Files of the bundle, relative to the repository, in order."""
    files = [path for pattern in INCLUDED for path in sorted(root.glob(pattern))]
    relative = (path.relative_to(root) for path in files)
    return [path for path in relative if not is_withheld(path)]


def places(path: Path) -> list[Path]:
    """Where the bundle has a file of the repository."""
    return [MOVED.get(path, path), *([COPIED[path]] if path in COPIED else [])]


def solution_lines(source: Path = ROOT / SOURCE) -> set[str]:
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


def canaries(root: Path = ROOT) -> set[str]:
    """Words that stand in what confirms a measure, and nowhere else."""
    files = [file for entry in WITHHELD for file in (root / entry).glob("*.py")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return {word for text in texts for word in _CANARY.findall(text)}


def is_withheld(path: PurePath) -> bool:
    """Whether a file, named as it is in the repository, is kept from students."""
    ancestors = (path, *path.parents)
    return any(place.match(entry) for place in ancestors[:-1] for entry in WITHHELD)
