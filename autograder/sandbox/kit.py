"""The course's files that a worker sees: what a student has, less every check.

They are put together once for a batch, in a folder of their own, and removed with it.
"""

from __future__ import annotations

import ast
import compileall
import shutil
import tempfile
import weakref
from pathlib import Path

from autograder.handout import ROOT, WITHHELD

# Of the course, besides tinytorch: what answers probes, and nothing that judges them.
WORKING = ("autograder/subject.py", "autograder/probes/**/*.py", "autograder/worker/**/*.py")
# Their functions measure and draw what a student looks at; nobody looks here.
SILENT = ("tinytorch/explore/explorers/__init__.py", "tinytorch/explore/learner/__init__.py")
START = "start.py"
ACCOUNTS = {
    "passwd": "student:x:1000:1000::/home/student:/bin/sh\n",
    "group": "student:x:1000:\n",
}

_CHECK = '''\
"""The check of the course, silent here: a notebook's own calls earn nothing."""


class Report:
    score = 0.0
    max_score = 0.0


def check(part, *functions):
    return Report()
'''


class Kit:
    """A folder with the files of a worker.

    Attributes
    ----------
    folder : Path
        With ``start.py``, ``autograder``, ``tinytorch`` and, in ``etc``, the accounts of a sandbox.
    """

    def __init__(self, root: Path = ROOT) -> None:
        above = tempfile.mkdtemp()
        # The folder above keeps other accounts of this machine out; in a sandbox all may read it.
        self.folder = Path(above) / "course"
        self._removal = weakref.finalize(self, shutil.rmtree, above, ignore_errors=True)
        for path in working_files(root):
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, place)
        for name in SILENT:
            _write(self.folder / name, _silent(root / name))
        _write(self.folder / "autograder" / "__init__.py", _CHECK)
        _write(self.folder / START, (root / "autograder" / "worker" / START).read_text("utf-8"))
        for name, text in ACCOUNTS.items():
            _write(self.folder / "etc" / name, text)
        compileall.compile_dir(self.folder, quiet=2)
        for path in (self.folder, *self.folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def __getstate__(self) -> dict[str, Path]:
        # In another process the folder is used, and whoever made it removes it.
        return {"folder": self.folder}

    def remove(self) -> None:
        """Remove the folder now; else it goes with the last reference to the kit."""
        self._removal()


def working_files(root: Path = ROOT) -> list[Path]:
    """Files that are copied as they are, relative to the repository, in order."""
    patterns = ("tinytorch/**/*.py", *WORKING)
    files = [path.relative_to(root) for pattern in patterns for path in sorted(root.glob(pattern))]
    return [path for path in files if path.as_posix() not in (*WITHHELD, *SILENT)]


def _silent(module: Path) -> str:
    """Write a module whose public functions take anything and do nothing."""
    names: list[str] = []
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
    functions = [
        f"def {name}(*arguments, **keywords):\n    return None"
        for name in names
        if name.startswith(("show_", "explore_"))
    ]
    return "\n\n\n".join(functions) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
