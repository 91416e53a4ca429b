"""``autograder grade``: a class, from a folder or a zip file to grades."""

from __future__ import annotations

import argparse

from autograder.commands.batch import Batch, add_options, run_batch
from autograder.grading.batch import grade_batch
from autograder.grading.progress import Shown
from autograder.grading.summary import summary


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "grade",
        help="grade a class",
        description="Grade every submission in a sandbox of its own and write results.jsonl and "
        "grades.csv. A run that was interrupted goes on when the same command is run again.",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Grade; the status is 0 when the batch ended, whatever the submissions were."""

    def work(batch: Batch) -> None:
        results = grade_batch(
            batch.submissions,
            batch.settings,
            arguments.out,
            batch.jobs,
            arguments.scheduler,
            Shown(),
            finish=batch.record,
        )
        print(summary(results, arguments.out))

    return run_batch(arguments, work)
