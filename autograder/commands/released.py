"""The notebook as it was handed out: what a submission is compared with."""

from __future__ import annotations

import argparse
from pathlib import Path

import nbformat

from autograder.commands.usage import UsageError
from autograder.handout import released_notebook


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--released``."""
    parser.add_argument(
        "--released",
        type=Path,
        metavar="NOTEBOOK",
        help="the notebook as it was handed out (default: the one that comes with the course)",
    )


def read_released(path: Path | None) -> nbformat.NotebookNode:
    """Read it.

    Parameters
    ----------
    path : pathlib.Path, optional
        The course's own by default.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    path = released_notebook() if path is None else path
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise UsageError(
            f"There is no released notebook {path}; name the one that students got with --released."
        ) from None
    except Exception as error:  # nbformat raises whatever the file's content made it stumble over
        raise UsageError(
            f"{path} cannot be read as the released notebook ({type(error).__name__}); name the "
            "one that students got with --released."
        ) from None
