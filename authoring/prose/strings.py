"""The passages of programs: what they say to a learner, and what their docstrings state."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from authoring.prose.passage import GLUED, Passage

# Fewer words are a label, a key or a name.
_WORDS_OF_A_STATEMENT = 3
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_JAVASCRIPT_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_JAVASCRIPT_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
_HOLE = re.compile(r"\$\{[^{}]*\}")


def python_passages(text: str, file: str) -> Iterator[Passage]:
    """Give the docstrings and the statements among the strings of a Python file."""
    nodes = list(ast.walk(ast.parse(text, file)))
    docstrings = {
        id(node.body[0].value)
        for node in nodes
        if isinstance(node, _DOCUMENTED)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and ast.get_docstring(node) is not None
    }
    pieces = {
        id(piece)
        for node in nodes
        if isinstance(node, ast.JoinedStr)
        for piece in ast.walk(node)
        if piece is not node
    }
    for node in nodes:
        if id(node) in pieces:
            continue
        if isinstance(node, ast.JoinedStr):
            said = "".join(
                str(piece.value) if isinstance(piece, ast.Constant) else GLUED
                for piece in node.values
            )
            yield from _statement(said, file, node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in docstrings:
                yield from _paragraphs(node.value, file, node.lineno)
            else:
                yield from _statement(node.value, file, node.lineno)


def javascript_passages(text: str, file: str) -> Iterator[Passage]:
    """Give the statements among the strings of a JavaScript file."""
    text = _JAVASCRIPT_COMMENT.sub("", text)
    for match in _JAVASCRIPT_STRING.finditer(text):
        said = match.group()[1:-1]
        while _HOLE.search(said):
            said = _HOLE.sub(GLUED, said)
        yield from _statement(said, file, text.count("\n", 0, match.start()) + 1)


def _statement(said: str, file: str, line: int) -> Iterator[Passage]:
    # Where a string goes on over several lines of a file cannot be told from its value.
    said = " ".join(said.split())
    if len(re.findall(r"[^\W\d_]{2,}", said)) >= _WORDS_OF_A_STATEMENT:
        yield Passage(file, line, said, "string", line)


def _paragraphs(docstring: str, file: str, line: int) -> Iterator[Passage]:
    first = line
    for paragraph in re.split(r"(\n[ \t]*\n)", docstring):
        if paragraph.strip():
            yield Passage(file, first, paragraph, "docstring", first)
        first += paragraph.count("\n")
