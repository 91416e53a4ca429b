"""``autograder release``: the student bundle, checked for solutions."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.commands.usage import UsageError
from autograder.handout import ROOT, SOURCE


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "release",
        help="pack the student bundle",
        description="Pack the notebook, what it imports and its requirements into one zip file, "
        "and refuse if a solution, or what leads to one, is among them.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the zip file to write (default: dist/acceleration.zip of the course)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle."""
    if not (ROOT / SOURCE).is_file():
        raise UsageError(
            f"{ROOT} holds no {SOURCE}, as no student bundle does; run this in the course's "
            "repository."
        )
    # Imported late: a student bundle has this command and nothing to make a bundle from.
    from authoring.release import BUNDLE, ReleaseError, release

    bundle = arguments.out or BUNDLE
    try:
        said = release(bundle)
    except (ReleaseError, OSError) as error:
        raise UsageError(f"No bundle was written: {error}.") from None
    print(said)
    return 0
