"""Code and prose without what a copier changes first.

Code becomes the kinds of its syntax, in order: names that the student chose, numbers, texts,
comments, docstrings, annotations, layout and the order of the definitions leave no trace. What the
code does with NumPy stays. Prose becomes its words in small letters.
"""

from __future__ import annotations

import ast
import builtins
import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BUILTINS = frozenset(dir(builtins))
_WORD = re.compile(r"[^\W\d_]+|\d+")
# What IPython takes for itself: a magic command, a shell command, a question.
_NOT_PYTHON = re.compile(r"^\s*(%|!|\?)|\?\s*$")
_TOP_LEVEL = re.compile(r"(?m)^(?=[^\s#)\]}])")


@dataclass(frozen=True)
class Mark:
    """One step of a normal form, and the line that it stands in (from 1)."""

    label: str
    line: int


def code_marks(source: str) -> list[list[Mark]]:
    """Give the normal form of code, a list for each statement at its top level.

    What Python cannot parse is left out, a statement at a time.
    """
    return [
        list(_marks(statement, statement.lineno))
        for statement in statements(source)
        if not isinstance(statement, ast.Import | ast.ImportFrom) and not _is_text(statement)
    ]


def prose_marks(text: str) -> list[list[Mark]]:
    """Give the words of a text, as one list."""
    return [
        [
            Mark(word.casefold(), number)
            for number, line in enumerate(text.splitlines(), start=1)
            for word in _WORD.findall(line)
        ]
    ]


# Marks and traces are taken of the same text, one after the other.
@functools.lru_cache(maxsize=2)
def statements(source: str) -> list[ast.stmt]:
    """Parse code as far as it can be parsed, with the lines of the whole."""
    lines = source.splitlines()
    source = "\n".join("" if _NOT_PYTHON.search(line) else line for line in lines)
    tree = _parsed(source)
    if tree is not None:
        return tree.body
    found: list[ast.stmt] = []
    starts = [match.start() for match in _TOP_LEVEL.finditer(source)]
    for start, end in itertools.pairwise([*starts, len(source)]):
        tree = _parsed(source[start:end])
        if tree is not None:
            ast.increment_lineno(tree, source.count("\n", 0, start))
            found += tree.body
    return found


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    # A null byte, a bracket opened ten thousand times: whatever a student can hand in.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _marks(node: ast.AST, line: int) -> Iterator[Mark]:
    """Walk a tree from its root; not by recursion, which a deep expression would exhaust."""
    waiting = [(node, line)]
    while waiting:
        node, line = waiting.pop()
        line = getattr(node, "lineno", line)
        label = _label(node)
        if label:
            yield Mark(label, line)
        waiting += [(child, line) for child in reversed(_children(node))]


def _label(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name if name in _BUILTINS else "name"
        case ast.Attribute(attr=attribute):
            return f".{attribute}"
        case ast.Constant(value=bool() | None):
            return str(node.value)
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return "text"
        case ast.Constant():
            return "number"
        case ast.keyword(arg=name):
            return f"{name}="
        case ast.AnnAssign():
            return "Assign"
        case ast.Load() | ast.Store() | ast.Del() | ast.arguments():
            return ""
        case _:
            return type(node).__name__


def _children(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.JoinedStr():
            return []
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            children = [node.args, *node.decorator_list, *node.body]
        case ast.arg():
            return []
        case ast.AnnAssign():
            children = [node.target, *([node.value] if node.value else [])]
        case _:
            children = list(ast.iter_child_nodes(node))
    return [child for child in children if not _is_text(child)]


def _is_text(node: ast.AST) -> bool:
    """Tell a docstring, or any other text that stands for itself."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
