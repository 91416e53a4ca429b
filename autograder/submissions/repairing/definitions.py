"""Which functions a text defines, line by line.

Not by Python's parser: the text may be half a function, hold lines that only IPython understands,
or be made to exhaust a parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

START = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+(?P<function>\w+)|(?P<name>\w+)[ \t]*(?::[^=\n]*)?=(?!=))",
    re.MULTILINE,
)
IMPORTED = re.compile(r"^from[ \t]+[\w.]+[ \t]+import[ \t]+(?P<names>[^\n#]+)", re.MULTILINE)
DOCSTRING = re.compile(r'[rRuU]?("""|\'\'\').*?\1', re.DOTALL)
# A function longer than that is not the released one.
LONGEST_STUB = 2**14
UNWRITTEN = re.compile(r"raise[ \t]+NotImplementedError\b")


def defined(source: str, names: Iterable[str]) -> dict[str, bool]:
    """Give those of the names that a text defines at its top level.

    Returns
    -------
    dict of str to bool
        Whether the definition that counts, the last, is written: more than the released stub.
    """
    wanted = set(names)
    last: dict[str, re.Match[str]] = {}
    for start in START.finditer(source):
        name = start["function"] or start["name"]
        if name in wanted:
            last[name] = start
    found = {
        name: start["function"] is None or not _is_stub(_block(source, start.start()))
        for name, start in last.items()
    }
    for line in IMPORTED.finditer(source):
        for name in re.findall(r"\w+", line["names"]):
            if name in wanted:
                found.setdefault(name, True)
    return found


def definition_starts(source: str, names: Iterable[str]) -> list[tuple[int, str]]:
    """Give where the text of each function begins, its comments and decorators included."""
    wanted = set(names)
    starts = []
    for start in START.finditer(source):
        if start["function"] in wanted:
            at = start.start()
            while at > 0 and source[(line := source.rfind("\n", 0, at - 1) + 1)] in "@#":
                at = line
            starts.append((at, start["function"]))
    return starts


def code_lines(source: str) -> list[str]:
    """Return a text's lines without blank ones, comments and the blanks around them."""
    lines = (line.strip() for line in source.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts differ at most in blanks at the end of lines and around them."""
    return _plain(one) == _plain(other)


def _plain(source: str) -> list[str]:
    return [line.rstrip() for line in source.strip().splitlines()]


def _block(source: str, start: int) -> str:
    """Return the function that begins there: all lines up to the next at the left margin."""
    lines = source[start : start + LONGEST_STUB].split("\n")
    end = 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t)]}#"):
        end += 1
    return "\n".join(lines[:end])


def _is_stub(block: str) -> bool:
    """Tell whether a function's body is one ``raise NotImplementedError``."""
    lines = code_lines(DOCSTRING.sub("", block))
    # What stands before the body is the head: one line, or several up to the one that closes it.
    head = next((i for i, line in enumerate(lines) if line.endswith(":")), len(lines))
    body = lines[head + 1 :]
    return len(body) == 1 and UNWRITTEN.match(body[0]) is not None
