"""``autograder check``: one notebook, for whoever wrote it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from autograder.commands import released
from autograder.commands.usage import UsageError
from autograder.grading.settings import Settings, confirmations
from autograder.grading.submission import grade
from autograder.plain_text import plain_text
from autograder.report import report_text
from autograder.results import Result
from autograder.sandbox import Limits, SandboxError, find_sandbox
from autograder.submissions import Submission


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "check",
        help="check one notebook",
        description="Run a notebook's code, check every part and show what each check found.",
    )
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the notebook, saved")
    released.add_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check; the status is 0 if the notebook could be examined."""
    notebook: Path = arguments.notebook
    if not notebook.is_file():
        raise UsageError(f"There is no notebook {notebook}; give the path of one (.ipynb).")
    try:
        sandbox = find_sandbox("auto")
    except SandboxError:
        try:
            sandbox = find_sandbox("none")
        except SandboxError as error:
            raise UsageError(f"Nothing was checked: {error}.") from None
        print(
            "There is no sandbox on this machine: your code runs with your own rights, as it does "
            "in your notebook.\n",
            file=sys.stderr,
        )
    settings = Settings(
        released=released.read_released(arguments.released),
        sandbox=sandbox,
        limits=Limits(),
        secret=os.urandom(32),
        confirmations=confirmations(),
    )
    # The file itself, wherever a link to it lies.
    result = grade(Submission("you", notebook.resolve()), settings)
    print(text(result))
    return 0 if result.reports else 1


def text(result: Result) -> str:
    """Return the reports of all parts and the total."""
    blocks = [report_text(report) for report in result.reports.values()]
    total = [f"Total: {result.score:g} of {result.max_score:g} points"]
    if result.status != "graded":
        total.append(f"{result.status.capitalize()}: {result.reason}")
    total += [plain_text(sentence) for sentence in (*result.repairs, *result.remarks)]
    return "\n\n".join([*blocks, "\n".join(total)])
