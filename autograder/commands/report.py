"""``autograder report``: the class as a page, and a page of feedback for each student."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

from autograder.commands import graded
from autograder.commands.usage import UsageError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "report",
        help="show the class, and write feedback",
        description="Write report.html, for the instructor, and a page of feedback for each "
        "student. Each page is one file that needs no network.",
    )
    graded.add_argument(parser)
    parser.add_argument("--open", action="store_true", help="show the page in a browser")
    parser.add_argument(
        "--feedback",
        type=Path,
        metavar="DIR",
        help="folder of the students' pages (default: feedback in OUT)",
    )
    parser.add_argument(
        "--with-class",
        action="store_true",
        help="show the scores of the class, and the student's place, in each student's page",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the pages."""
    results = graded.read_graded(arguments.graded)
    # matplotlib takes a second to import, which no other command should wait for.
    from autograder.class_report.writing import write_report

    try:
        written = write_report(
            results,
            graded.folder_of(arguments.graded),
            feedback=arguments.feedback,
            with_class=arguments.with_class,
        )
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be written ({error.strerror}): give a folder that can."
        ) from None
    print(f"Wrote {written.page} and {written.students} pages of feedback in {written.feedback}.")
    if arguments.open:
        webbrowser.open(written.page.resolve().as_uri())
    return 0
