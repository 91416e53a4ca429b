"""What of this machine a worker needs to see: its Python, the installed packages, nothing else."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

# What a notebook of the course may import; where these lie, the rest of what is installed lies.
PACKAGES = ("numpy", "IPython", "matplotlib")
# The course itself may be installed there too, with its checks: a worker has the kit instead.
COURSE = ("autograder", "authoring", "tinytorch", "__editable__")
# Programs and libraries of the system, where they are no links into /usr.
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
# Where libraries and fonts are found.
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")


@dataclass(frozen=True)
class Machine:
    """Places on this machine.

    Attributes
    ----------
    python : Path
        The interpreter itself, not a virtual environment's link to it.
    prefix : Path
        Where that interpreter is installed, with its standard library.
    packages : tuple of Path
        Folders of installed packages.
    """

    python: Path
    prefix: Path
    packages: tuple[Path, ...]


def this_machine() -> Machine:
    """Find the Python that grades, and what is installed for it."""
    folders: list[Path] = []
    for name in PACKAGES:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            folder = Path(found.origin).parent.parent.resolve()
            if folder not in folders:
                folders.append(folder)
    python = Path(os.path.realpath(sys.executable))
    return Machine(python, Path(sys.base_prefix).resolve(), tuple(folders))


def course_in(folder: Path) -> list[Path]:
    """List what of the course is installed in a folder of packages."""
    return sorted(entry for entry in folder.iterdir() if entry.name.startswith(COURSE))
