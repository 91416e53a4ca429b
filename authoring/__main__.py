"""``python -m authoring sync [--check]`` and ``python -m authoring release``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from authoring.notebooks import ROOT
from authoring.release import BUNDLE, ReleaseError, release
from authoring.sync import stale_files, sync


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that a shell expects."""
    parser = argparse.ArgumentParser(prog="python -m authoring", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    syncing = commands.add_parser("sync", help="write every generated file that is out of date")
    syncing.add_argument("--check", action="store_true", help="only say which ones are")
    commands.add_parser("release", help="write the student bundle, checked for solutions")
    arguments = parser.parse_args(argv)
    if arguments.command == "release":
        return _release()
    return _check() if arguments.check else _sync()


def _sync() -> int:
    written = sync()
    print("\n".join(f"wrote {path}" for path in written) or "every generated file is up to date")
    return 0


def _check() -> int:
    stale = stale_files()
    for path in stale:
        print(f"{path} is out of date: run `make sync`", file=sys.stderr)
    return 1 if stale else 0


def _release() -> int:
    try:
        files = release()
    except ReleaseError as error:
        print(f"No bundle was written: {error}", file=sys.stderr)
        return 1
    print(f"wrote {BUNDLE.relative_to(ROOT)}: {len(files)} files, no solution among them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
