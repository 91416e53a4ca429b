"""Grade a class, check a notebook, and hand out what either needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from autograder.commands import check, export, grade, regrade, release, report, similar
from autograder.commands.usage import UsageError

COMMANDS = (release, grade, regrade, check, report, export, similar)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that a shell expects."""
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(subparsers)
    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever reads what is printed has seen enough (`| head`); Python would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


if __name__ == "__main__":
    sys.exit(main())
