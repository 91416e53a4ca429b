"""What the authors run; ``python -m authoring --help`` lists the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
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

# What has not come about where a command refuses; the error says why.
REFUSALS = {
    FolderInUse: "No class was written",
    NoPdf: "No PDF was written",
    ReleaseError: "No bundle was written",
    StatusError: "Nothing was recorded",
    WalkthroughError: "Nothing was recorded",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that a shell expects."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except tuple(REFUSALS) as error:
        print(f"{REFUSALS[type(error)]}: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m authoring", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words)
        command.set_defaults(run=run)
        return command

    syncing = add("sync", _sync, "write every generated file that is out of date")
    syncing.add_argument("--check", action="store_true", help="only say which ones are")
    add("release", _release, "write the student bundle, checked for solutions")
    demo = add("demo-class", _demo_class, "write a class of 40 to try the autograder on")
    demo.add_argument("folder", type=Path, metavar="FOLDER", help="a new or an empty folder")
    trying = add("try-class", _try_class, "hand in a class of 30 to try grading on")
    trying.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the course (default: this folder)",
    )
    add("walkthrough", _walkthrough, "record what the instructor's commands print")
    status = add("status", _status, "record how long the cells of the book ran")
    status.add_argument(
        "build", type=Path, metavar="BUILD", help="the folder that a cold build has just made"
    )
    add("prose", _prose, "find figures typed by hand and claims that are false")
    add("pdf", _pdf, "print the built book to one PDF")
    return parser


def _sync(arguments: argparse.Namespace) -> int:
    if arguments.check:
        return _check()
    written = sync()
    print("\n".join(f"wrote {path}" for path in written) or "every generated file is up to date")
    return 0


def _check() -> int:
    stale = stale_files()
    for path in stale:
        print(f"{path} is out of date: run `make sync`", file=sys.stderr)
    return 1 if stale else 0


def _release(arguments: argparse.Namespace) -> int:
    print(release())
    return 0


def _demo_class(arguments: argparse.Namespace) -> int:
    students = write_class(arguments.folder)
    print(f"wrote {len(students)} submissions into {arguments.folder / 'submitted'}")
    return 0


def _try_class(arguments: argparse.Namespace) -> int:
    folder = arguments.folder
    students = write_try_class(folder)
    print(f"{len(students)} students, as nbgrader has them:            {folder / SUBMITTED}")
    print(f"The same, as Canvas and Moodle hand them out: {folder / HANDED_IN}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    execution = record_execution(ROOT, arguments.build)
    print(f"wrote {EXECUTION}: {len(execution.seconds)} chapters")
    return 0


def _prose(arguments: argparse.Namespace) -> int:
    found = list(complaints(prose_of(ROOT)))
    print("\n".join(found) or "no figure typed by hand, and no false claim", file=sys.stderr)
    return 1 if found else 0


def _pdf(arguments: argparse.Namespace) -> int:
    print(f"wrote {PRINTED.relative_to(ROOT)}: {print_site()} pages")
    return 0


def _walkthrough(arguments: argparse.Namespace) -> int:
    print("\n".join(f"wrote {path.relative_to(ROOT)}" for path in record()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
