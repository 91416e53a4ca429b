"""The command line: ``python -m tinytorch`` with ``export``, ``measure`` or ``roofline``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tinytorch.export import ExportError, export_notebook


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that a shell expects."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # These two have parsers of their own.
    if arguments[:1] == ["measure"]:
        return _measure(arguments[1:])
    if arguments[:1] == ["roofline"]:
        return _roofline(arguments[1:])
    return _export(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tinytorch", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    export = commands.add_parser(
        "export",
        help="write your parts of the exercise to a module that other code can import",
        description="Write the exported cells of the exercise notebook to a Python module.",
    )
    export.add_argument("notebook", type=Path, help="the notebook (.ipynb), saved")
    export.add_argument(
        "-o", "--output", type=Path, help="the module to write (default: beside the notebook)"
    )
    commands.add_parser(
        "measure",
        help="record this machine's measurements for the book",
        add_help=False,
    )
    commands.add_parser(
        "roofline",
        help="measure the roofs of this machine in seconds, and draw them",
        add_help=False,
    )
    return parser


def _measure(arguments: Sequence[str]) -> int:
    try:
        # Imported late: `export` should not wait for the sweeps, and a student bundle lacks the
        # solved parts that they measure.
        from tinytorch.perf import measure
    except ModuleNotFoundError as error:
        if str(error.name).startswith("tinytorch"):
            remedy = "as in every student bundle; run this command in the course's repository"
        else:
            remedy = f"which {sys.executable} needs for this: pip install {error.name}"
        print(f"Nothing was measured: {error.name} is missing, {remedy}.", file=sys.stderr)
        return 2
    return measure.run(arguments)


def _roofline(arguments: Sequence[str]) -> int:
    # Imported late: `export` should not wait for matplotlib.
    from tinytorch.explore import roofline

    return roofline.run(arguments)


def _export(arguments: argparse.Namespace) -> int:
    try:
        exported = export_notebook(arguments.notebook, arguments.output)
    except (ExportError, OSError) as error:
        print(f"Nothing was exported: {error}", file=sys.stderr)
        return 2
    print(f"Wrote {exported.path}: {len(exported.written)} functions.")
    if exported.unwritten:
        print(f"Still unwritten: {', '.join(exported.unwritten)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
