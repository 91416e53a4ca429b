"""How many of something a command line asks for."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """Read a count; argparse says what is wrong with it.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is not a whole number of 1 or more.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of 1 or more")
    return int(text)
