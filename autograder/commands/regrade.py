"""``autograder regrade``: only what changed, with what became of each score."""

from __future__ import annotations

import argparse

from autograder.commands.batch import Batch, add_options, run_batch
from autograder.grading.progress import Shown
from autograder.grading.regrade import NAME, Regraded, regrade_batch
from autograder.grading.summary import summary
from autograder.plain_text import plain_text


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "regrade",
        help="grade again what changed since",
        description="Grade again what is new, what was handed in anew and what other checks "
        f"graded; keep every other row as it is. The changes are listed and written to {NAME}.",
    )
    add_options(parser)
    parser.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="grade this student again in any case; may be given several times",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Grade again; the status is 0 when the batch ended, whatever the submissions were."""

    def work(batch: Batch) -> None:
        batch.expect(arguments.student)
        regraded = regrade_batch(
            batch.submissions,
            batch.settings,
            arguments.out,
            batch.jobs,
            arguments.scheduler,
            Shown(),
            students=arguments.student,
            finish=batch.record,
        )
        print(table(regraded))
        print(summary(regraded.results, arguments.out))

    return run_batch(arguments, work)


def table(regraded: Regraded) -> str:
    """Return the changes as text."""
    changes = regraded.changes
    kept = len(regraded.results) - len(changes)
    if not changes:
        lines = ["Nothing changed: every row is as it was."]
    else:
        width = max(len(plain_text(change.student_id)) for change in changes)
        lines = [f"{'student':<{width}}  old score -> new score  why"]
        for change in changes:
            old = "-" if change.old_score is None else f"{change.old_score:g}"
            lines.append(
                f"{plain_text(change.student_id):<{width}}  {old:>9} -> {change.new_score:<9g}  "
                f"{change.why}"
            )
        lines.append(f"{len(changes)} graded again, {kept} as they were.")
    if regraded.absent:
        lines.append(
            "Kept though nothing of theirs lies there now: "
            f"{', '.join(map(plain_text, regraded.absent))}."
        )
    return "\n".join(lines)
