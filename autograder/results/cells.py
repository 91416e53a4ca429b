"""A cell of a table that somebody will open in a spreadsheet."""

from __future__ import annotations

import re

from autograder.plain_text import plain_text

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV injection"); the wide forms
# are what East Asian keyboards write, and some spreadsheets take them for the narrow ones.
_BEGINS_A_FORMULA = tuple("=+-@\t\n\uff1d\uff0b\uff0d\uff20")
# Where a comma marks decimals, a spreadsheet splits a table of this kind at the semicolon (some at
# a tab), and what follows one begins a cell; a line feed begins a row.
_AFTER_A_SEPARATOR = re.compile('([;\t\n][ \xa0"]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])')
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def safe_cell(value: object) -> str:
    """Give the text of a cell that no spreadsheet runs.

    A text that begins as a formula does gets an apostrophe before it, which spreadsheets take for
    "this is text"; so does what follows a semicolon, a tab or a line feed in it. Characters that
    act instead of showing are written out (`plain_text`). Numbers stay as they are, so a column of
    them still adds up.

    Parameters
    ----------
    value : object
        A number, a text, or None for an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.10g}"
    text = _AFTER_A_SEPARATOR.sub(r"\1'", plain_text(str(value)))
    # Spaces before the sign do not stop every spreadsheet. A dash alone says "nothing".
    begins = text.lstrip(" \xa0").startswith(_BEGINS_A_FORMULA)
    if begins and text != "-" and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
