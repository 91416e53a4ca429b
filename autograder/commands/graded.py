"""The results of an earlier run: what `report` and `export` work from."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.commands.batch import OUT
from autograder.commands.usage import UsageError
from autograder.results import Result, jsonl
from autograder.results.jsonl import Results, ResultsError


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Add the folder that `grade` wrote."""
    parser.add_argument(
        "graded",
        nargs="?",
        type=Path,
        default=OUT,
        metavar="OUT",
        help="folder that `grade` wrote, or its results.jsonl (default: %(default)s)",
    )


def folder_of(path: Path) -> Path:
    """Give the folder of results, whether it or its file was named."""
    return path.parent if path.is_file() else path


def read_graded(path: Path) -> list[Result]:
    """Read all results.

    Raises
    ------
    UsageError
        If there are none to read.
    """
    try:
        return list(Results(folder_of(path) / jsonl.NAME if path.is_dir() else path))
    except ResultsError as error:
        raise UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
