"""Text from outside, without what a terminal, a page or a database would act on."""

from __future__ import annotations

import re

# Control characters but for tab and line feed, marks that turn the direction of a line, halves of
# a surrogate pair (no file and no database takes them), and what is no character at all.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def plain_text(text: str) -> str:
    r"""Write every character that acts instead of showing as Python would: ``\x1b``.

    Parameters
    ----------
    text : str
        Whatever a student's code printed, raised or was named.

    Returns
    -------
    str
        The same text with line feeds for line ends, safe to print and to store; HTML has to be
        escaped besides.
    """
    return _ACTING.sub(_escaped, text.replace("\r\n", "\n"))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
