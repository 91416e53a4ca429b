"""``autograder export``: the grades as other programs read them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands import graded
from autograder.commands.usage import UsageError
from autograder.plain_text import plain_text

if TYPE_CHECKING:
    from autograder.export.grades import Grade

# Where it goes, if nothing is said: in the folder of the results.
PLACES = {
    "canvas": "canvas.csv",
    "moodle": "moodle.csv",
    "gradescope": "gradescope",
    "csv": "export.csv",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="write the grades for a learning platform",
        description="Write the grades as a learning platform imports them. Whoever is in the "
        "results alone or in the roster alone is listed.",
    )
    graded.add_argument(parser)
    parser.add_argument("--to", required=True, choices=tuple(PLACES), help="who is to read them")
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the platform's own list of students, as it exports it: Canvas's gradebook, Moodle's "
        "grading worksheet, Gradescope's roster",
    )
    parser.add_argument(
        "--column",
        metavar="TITLE",
        help='the assignment\'s column in Canvas, such as "Acceleration (1234)" (default: the '
        "roster's column of that title)",
    )
    parser.add_argument(
        "--gradebook",
        metavar="URL",
        help="add the points that were given by hand in this nbgrader gradebook, such as "
        "sqlite:///gradebook.db",
    )
    parser.add_argument(
        "-o",
        dest="output",
        type=Path,
        metavar="FILE",
        help="where to write it, for gradescope a folder (default: in OUT)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the export."""
    if arguments.column is not None and arguments.to != "canvas":
        raise UsageError("--column names a column of Canvas: use it with --to canvas.")
    results = graded.read_graded(arguments.graded)
    # SQLAlchemy takes a second to import, which no other command should wait for.
    from autograder.export import ExportError, exported, grades, read_hand_marks, write

    output = arguments.output or graded.folder_of(arguments.graded) / PLACES[arguments.to]
    try:
        marks = None if arguments.gradebook is None else read_hand_marks(arguments.gradebook)
        found = grades(results, marks)
        export = exported(arguments.to, found, arguments.roster, arguments.column)
        write(export, output)
    except ExportError as error:
        raise UsageError(str(error)) from None
    for sentence in (*export.sentences, *_by_hand(found, arguments.gradebook)):
        print(plain_text(sentence), file=sys.stderr)
    print(f"Wrote {output}.")
    return 0


def _by_hand(grades: Sequence[Grade], gradebook: str | None) -> list[str]:
    """Say what of the points that a person gives is in the export."""
    if not grades:
        return ["There are no results, so there is no grade in it."]
    if gradebook is None:
        return [
            f"The scores are the automatic ones, of {grades[0].max_score:g} points: the essay is "
            "not in them. Add its points with --gradebook URL."
        ]
    sentences = []
    unknown = [grade.student_id for grade in grades if grade.by_hand is None]
    waiting = [grade.student_id for grade in grades if grade.waiting]
    if unknown:
        sentences.append(
            f"Not in the gradebook, so with automatic points alone: {'; '.join(unknown)}."
        )
    if waiting:
        sentences.append(
            f"Not marked by hand yet, so without the essay's points: {'; '.join(waiting)}."
        )
    return sentences
