"""What a passage says, once its markup is gone; every line stays where it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from authoring.prose.passage import CITED, GLUED, MASKED, Passage

_Reader = Callable[[str], str]

_ROLE = re.compile(r"\{([\w:-]+)\}`([^`]*)`")
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_MATH = re.compile(r"(?<![\\$])\$(?!\s)([^$]+?)(?<!\s)\$(?!\d)")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ALT = re.compile(r"""<[^>]*\balt\s*=\s*["']([^"']*)["'][^>]*>""")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_TITLE_OF_A_LINK = re.compile(r"\s*<[^<>]*>$")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
# A number with a multiplication sign is a figure, whichever way it is set; 2 n^3 is a formula.
_ONLY_A_NUMBER = re.compile(r"[~≈]?\s*[\d.,]+\s*(?:[×x%]|ms|ns|µs|us|s|GFLOP/s|TFLOP/s|GB/s)?")
_TEX = (
    (re.compile(r"\\(?:text|mathrm|,|;|:| )\s*"), " "),
    (re.compile(r"\\(?:times|cdot)\b"), "×"),
    (re.compile(r"\\(?:approx|sim)\b"), "~"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\(?:mu|micro)\b\s*"), "µ"),
    (re.compile(r"[{}]"), ""),
)


def for_figures(passage: Passage) -> str:
    """Read a passage for figures: code, formulas and glued figures are masked."""
    return _read(passage, code=lambda _: MASKED, math=_number_or_mask)


def for_claims(passage: Passage) -> str:
    """Read a passage for what it claims: code and formulas are part of a sentence."""
    return _read(passage, code=lambda text: text, math=_plain)


def _read(passage: Passage, code: _Reader, math: _Reader) -> str:
    text = passage.source
    if passage.kind in {"string", "docstring"}:
        # Backquotes are the only markup that strings have.
        return _CODE.sub(lambda m: _in_place(m, code(m.group(2))), text)
    text = _ROLE.sub(lambda m: _in_place(m, _role(m.group(1), m.group(2), math)), text)
    text = _CODE.sub(lambda m: _in_place(m, code(m.group(2))), text)
    text = _MATH.sub(lambda m: _in_place(m, math(m.group(1))), text)
    text = _ALT.sub(lambda m: _in_place(m, m.group(1)), text)
    text = _IMAGE_OR_LINK.sub(lambda m: _in_place(m, m.group(1)), text)
    text = _TAG.sub(lambda m: _in_place(m, ""), text)
    text = re.sub(r"\*+|^\s*>", "", text, flags=re.MULTILINE)
    return _SPACES.sub(" ", html.unescape(text))


def _in_place(match: re.Match[str], text: str) -> str:
    """Give a text as many line breaks as what it takes the place of."""
    return text + "\n" * (match.group().count("\n") - text.count("\n"))


def _role(name: str, content: str, math: _Reader) -> str:
    if name.startswith("glue"):
        return GLUED
    if name.startswith("cite"):
        return CITED
    if name == "math":
        return math(content)
    return _TITLE_OF_A_LINK.sub("", content)


def _plain(tex: str) -> str:
    for pattern, text in _TEX:
        tex = pattern.sub(text, tex)
    return tex


def _number_or_mask(tex: str) -> str:
    plain = _plain(tex).strip()
    return plain if _ONLY_A_NUMBER.fullmatch(plain) else MASKED
