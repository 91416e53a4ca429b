"""What the authors run; ``python -m authoring --help`` lists the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from authoring.demo_class import FolderInUse, write_class, write_try_class
from authoring.demo_class.folder import HANDED_IN, SUBMITTED
from authoring.notebooks import ROOT
from authoring.pdf.printing import PRINTED, NoPdf, print_site
from authoring.prose.report import complaints
from authoring.prose.sources import prose_of
from authoring.release import ReleaseError, release
from authoring.status.execution import RECORDING as EXECUTION
from authoring.status.execution import StatusError
from authoring.status.execution import record as record_execution
from authoring.sync import stale_files, sync
from authoring.walkthrough import WalkthroughError, record


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that a shell expects."""
    parser = argparse.ArgumentParser(prog="python -m authoring", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    syncing = commands.add_parser("sync", help="write every generated file that is out of date")
    syncing.add_argument("--check", action="store_true", help="only say which ones are")
    commands.add_parser("release", help="write the student bundle, checked for solutions")
    demo = commands.add_parser("demo-class", help="write a class of 40 to try the autograder on")
    demo.add_argument("folder", type=Path, metavar="FOLDER", help="a new or an empty folder")
    trying = commands.add_parser("try-class", help="hand in a class of 30 to try grading on")
    trying.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the course (default: this folder)",
    )
    commands.add_parser("walkthrough", help="record what the instructor's commands print")
    status = commands.add_parser("status", help="record how long the cells of the book ran")
    status.add_argument(
        "build", type=Path, metavar="BUILD", help="the folder that a cold build has just made"
    )
    commands.add_parser("prose", help="find figures typed by hand and claims that are false")
    commands.add_parser("pdf", help="print the built book to one PDF")
    arguments = parser.parse_args(argv)
    if arguments.command == "release":
        return _release()
    if arguments.command == "walkthrough":
        return _walkthrough()
    if arguments.command == "status":
        return _status(arguments.build)
    if arguments.command == "prose":
        return _prose()
    if arguments.command == "pdf":
        return _pdf()
    if arguments.command == "demo-class":
        return _demo_class(arguments.folder)
    if arguments.command == "try-class":
        return _try_class(arguments.folder)
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
        print(release())
    except ReleaseError as error:
        print(f"No bundle was written: {error}", file=sys.stderr)
        return 1
    return 0


def _demo_class(folder: Path) -> int:
    try:
        students = write_class(folder)
    except FolderInUse as error:
        print(f"No class was written: {error}", file=sys.stderr)
        return 1
    print(f"wrote {len(students)} submissions into {folder / 'submitted'}")
    return 0


def _try_class(folder: Path) -> int:
    try:
        students = write_try_class(folder)
    except FolderInUse as error:
        print(f"No class was written: {error}", file=sys.stderr)
        return 1
    print(f"{len(students)} students, as nbgrader has them:            {folder / SUBMITTED}")
    print(f"The same, as Canvas and Moodle hand them out: {folder / HANDED_IN}")
    return 0


def _status(build: Path) -> int:
    try:
        execution = record_execution(ROOT, build)
    except StatusError as error:
        print(f"Nothing was recorded: {error}", file=sys.stderr)
        return 1
    print(f"wrote {EXECUTION}: {len(execution.seconds)} chapters")
    return 0


def _prose() -> int:
    found = list(complaints(prose_of(ROOT)))
    print("\n".join(found) or "no figure typed by hand, and no false claim", file=sys.stderr)
    return 1 if found else 0


def _pdf() -> int:
    try:
        pages = print_site()
    except NoPdf as error:
        print(f"No PDF was written: {error}", file=sys.stderr)
        return 1
    print(f"wrote {PRINTED.relative_to(ROOT)}: {pages} pages")
    return 0


def _walkthrough() -> int:
    try:
        written = record()
    except WalkthroughError as error:
        print(f"Nothing was recorded: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"wrote {path.relative_to(ROOT)}" for path in written))
    return 0


if __name__ == "__main__":
    sys.exit(main())
