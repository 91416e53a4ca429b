"""What a worker in bubblewrap sees, as bubblewrap's options: an empty machine with Python on it."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.handout import ROOT
from autograder.sandbox.kit import ACCOUNTS, START, Kit
from autograder.sandbox.launching import Wires
from autograder.sandbox.limits import Limits
from autograder.sandbox.machine import SETTINGS, SYSTEM, Machine, course_in
from autograder.sandbox.worker_limits import ENVIRONMENT, HOME, PYTHON_OPTIONS

COURSE = "/course"
PACKAGES = "/packages"


def view(kit: Kit, machine: Machine, limits: Limits) -> list[str]:
    """Write the options for its files, its environment and where it starts."""
    options = ["--hostname", "localhost", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        options += ["--setenv", name, value]
    # A folder that bubblewrap makes by itself is the first account's alone.
    for folder in ("/etc", "/home", PACKAGES):
        options += ["--dir", folder]
    options += [*_system(), *_writable(limits), *_python(machine), *_course(kit, machine)]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]


def worker(machine: Machine, wires: Wires) -> list[str]:
    """Write the command that the worker is, in that view."""
    python = [str(machine.python), "-S", *PYTHON_OPTIONS, f"{COURSE}/{START}"]
    numbers = [str(number) for number in (wires.requests, wires.answers, wires.arena)]
    return [*python, *numbers, *(f"{PACKAGES}/{i}" for i in range(len(machine.packages)))]


def _system() -> list[str]:
    options = ["--ro-bind", "/usr", "/usr"]
    for place in map(Path, SYSTEM):
        if place.is_symlink():
            options += ["--symlink", os.readlink(place), str(place)]
        elif place.is_dir():
            options += ["--ro-bind", str(place), str(place)]
    for place in map(Path, SETTINGS):
        if place.exists():
            options += ["--ro-bind", str(place), str(place)]
    return options


def _writable(limits: Limits) -> list[str]:
    options = ["--proc", "/proc", "--dev", "/dev"]
    for folder in (HOME, "/tmp", "/dev/shm"):
        options += ["--perms", "1777", "--size", str(limits.folder_bytes), "--tmpfs", folder]
    return options


def _python(machine: Machine) -> list[str]:
    options: list[str] = []
    prefix = machine.prefix
    if not prefix.is_relative_to("/usr"):
        for above in reversed(prefix.parents[:-1]):
            options += ["--dir", str(above)]
        options += ["--ro-bind", str(prefix), str(prefix)]
    if ROOT.is_relative_to("/usr") or ROOT.is_relative_to(prefix):
        # The course, with its checks and solutions, was unpacked among what was just shown.
        options += ["--tmpfs", str(ROOT)]
    return options


def _course(kit: Kit, machine: Machine) -> list[str]:
    options = ["--ro-bind", str(kit.folder), COURSE, "--tmpfs", f"{COURSE}/etc"]
    for name in ACCOUNTS:
        options += ["--ro-bind", str(kit.folder / "etc" / name), f"/etc/{name}"]
    for i, folder in enumerate(machine.packages):
        options += ["--ro-bind", str(folder), f"{PACKAGES}/{i}"]
        for entry in course_in(folder):
            empty = ["--tmpfs"] if entry.is_dir() else ["--ro-bind", "/dev/null"]
            options += [*empty, f"{PACKAGES}/{i}/{entry.name}"]
    return options
