"""``autograder similar``: pairs of submissions that are alike beyond what the task forces."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.commands import released
from autograder.commands.batch import OUT
from autograder.commands.counts import count_of
from autograder.commands.graded import read_graded
from autograder.commands.usage import UsageError
from autograder.results import jsonl
from autograder.submissions.collect import CollectError, collect

PAGE = "similar.html"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "similar",
        help="find pairs that are alike",
        description="Compare every submission with every other, on this machine, and show the "
        "pairs that are alike beyond what the task forces, with the evidence.",
    )
    parser.add_argument(
        "submitted",
        type=Path,
        metavar="SUBMITTED",
        help="what was handed in, as `grade` takes it",
    )
    parser.add_argument(
        "--top",
        type=count_of("pairs"),
        default=20,
        metavar="N",
        help="pairs to show (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=OUT,
        metavar="DIR",
        help="folder of the results, if it was graded: shared mistakes count too, and the page is "
        "written there for `report` to link to (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        dest="output",
        type=Path,
        metavar="FILE",
        help=f"where to write the page (default: {PAGE} in the folder of the results)",
    )
    released.add_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare, write the page and print the table."""
    try:
        submissions = collect(arguments.submitted)
    except CollectError as error:
        raise UsageError(str(error)) from None
    notebook = released.read_released(arguments.released)
    is_graded = (arguments.out / jsonl.NAME).is_file()
    results = read_graded(arguments.out) if is_graded else []
    from autograder.similarity import (
        compare,
        given_to_all,
        mistakes_of,
        read_works,
        similar_page,
        similar_text,
    )
    from tinytorch.core.whole_file import write_whole

    works, left_out = read_works(submissions, notebook)
    comparison = compare(works, given_to_all(notebook), mistakes_of(results), arguments.top)
    output = arguments.output or (arguments.out / PAGE if is_graded else Path(PAGE))
    try:
        write_whole(output, similar_page(comparison, left_out))
    except OSError as error:
        raise UsageError(
            f"{output} cannot be written ({error.strerror}): name another place with -o."
        ) from None
    print(similar_text(comparison, left_out))
    print(f"Wrote {output}.")
    return 0
