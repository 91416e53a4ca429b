"""``python -m authoring sync [--check]``, ``release``, ``demo-class FOLDER``, ``walkthrough``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from authoring.demo_class import FolderInUse, write_class
from authoring.notebooks import ROOT
from authoring.release import BUNDLE, ReleaseError, release
from authoring.sync import stale_files, sync
from authoring.walkthrough import RECORDING, WalkthroughError, record


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that a shell expects."""
    parser = argparse.ArgumentParser(prog="python -m authoring", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    syncing = commands.add_parser("sync", help="write every generated file that is out of date")
    syncing.add_argument("--check", action="store_true", help="only say which ones are")
    commands.add_parser("release", help="write the student bundle, checked for solutions")
    demo = commands.add_parser("demo-class", help="write a class of 40 to try the autograder on")
    demo.add_argument("folder", type=Path, metavar="FOLDER", help="a new or an empty folder")
    commands.add_parser("walkthrough", help="record what the instructor's commands print")
    arguments = parser.parse_args(argv)
    if arguments.command == "release":
        return _release()
    if arguments.command == "walkthrough":
        return _walkthrough()
    if arguments.command == "demo-class":
        return _demo_class(arguments.folder)
    return _check() if arguments.check else _sync()


def _sync() -> int:
    written = sync()
    print("\n".join(f"wrote {path}" for path in written) or "every generated file is up to date")
    return 0


def _check() -> int:
    stale = stale_files()
    for path in stale:
        print(f"{path} is out of date: run `make sync`", file=sys.stderr)
    return 1 if stale else 0


def _release() -> int:
    try:
        files = release()
    except ReleaseError as error:
        print(f"No bundle was written: {error}", file=sys.stderr)
        return 1
    print(f"wrote {BUNDLE.relative_to(ROOT)}: {len(files)} files, no solution among them")
    return 0


def _demo_class(folder: Path) -> int:
    try:
        students = write_class(folder)
    except FolderInUse as error:
        print(f"No class was written: {error}", file=sys.stderr)
        return 1
    print(f"wrote {len(students)} submissions into {folder / 'submitted'}")
    return 0


def _walkthrough() -> int:
    try:
        printed = record()
    except WalkthroughError as error:
        print(f"Nothing was recorded: {error}", file=sys.stderr)
        return 1
    print(f"wrote {RECORDING.relative_to(ROOT)}: {len(printed)} commands")
    return 0


if __name__ == "__main__":
    sys.exit(main())
