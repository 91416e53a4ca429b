"""Whole numbers on a command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def count_of(what: str) -> Callable[[str], int]:
    """Return what reads a number of these: 1 or more."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < 1:
            raise argparse.ArgumentTypeError(f"{text!r} is no number of {what}; expected 1 or more")
        return int(text)

    return read
