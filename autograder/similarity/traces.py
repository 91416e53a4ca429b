"""What the normal form hides and two people hardly choose alike.

Names, comments, texts, unusual numbers, uncommon words (a misspelt one most of all), lines with odd
spaces, and mistakes.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.similarity.normal_form import statements
from autograder.similarity.work import Unit, Work

WORD = re.compile(r"[^\W\d_]{5,}")
_NAME_PIECE = re.compile(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}")
_ODD_SPACES = re.compile(r"\S( {2,}|\t)(?=[^#\s])|[ \t]$")
_SHORTEST_NAME = 3
_SHORTEST_TEXT = 10
_SHORTEST_LINE = 5


@dataclass(frozen=True, order=True)
class Trace:
    """One thing that may stand in two submissions.

    Attributes
    ----------
    kind : str
        "name", "comment", "text", "number", "word", "spaces" or "mistake".
    content : str
    """

    kind: str
    content: str


def traces(work: Work) -> set[Trace]:
    """Give every trace in a student's work."""
    return {trace for unit in work.units for trace in unit_traces(unit)}


def unit_traces(unit: Unit) -> Iterator[Trace]:
    """Give the traces of one piece."""
    if unit.kind == "prose":
        yield from _words(unit.text)
        return
    for statement in statements(unit.text):
        for node in ast.walk(statement):
            yield from _of_syntax(node)
    for comment in _comments(unit.text):
        yield Trace("comment", comment)
        yield from _words(comment)
    for line in unit.text.splitlines():
        if _ODD_SPACES.search(line) and len(line.strip()) >= _SHORTEST_LINE:
            yield Trace("spaces", line)


def words(text: str) -> set[str]:
    """Give the words of a text that are long enough to tell something."""
    return {word.casefold() for word in WORD.findall(text)}


def _of_syntax(node: ast.AST) -> Iterator[Trace]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            yield from _name(name)
        case ast.Name(id=name, ctx=ast.Store()):
            yield from _name(name)
        case ast.Constant(value=str() as text):
            yield from _text(text)
        case ast.Constant(value=bool() | None):
            return
        case ast.Constant(value=int() | float() as number):
            yield Trace("number", repr(number)[:40])


def _name(name: str) -> Iterator[Trace]:
    if len(name) >= _SHORTEST_NAME:
        yield Trace("name", name)
    for piece in _NAME_PIECE.findall(name):
        yield from _words(piece)


def _text(text: str) -> Iterator[Trace]:
    shown = " ".join(text.split())
    if len(shown) >= _SHORTEST_TEXT:
        yield Trace("text", shown)
    yield from _words(shown)


def _words(text: str) -> Iterator[Trace]:
    for word in words(text):
        yield Trace("word", word)


def _comments(source: str) -> Iterator[str]:
    """Give the comments of code, of which Python may understand only the beginning."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comment = " ".join(token.string.lstrip("#! ").split())
                if len(comment) >= _SHORTEST_TEXT:
                    yield comment
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
