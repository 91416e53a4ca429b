"""What is checked of a student bundle before it is handed out, member by member.

A solution is looked for as it stands in the source, whatever its layout, quotes and comment signs;
and as a run of code, whatever its names, numbers and texts (`autograder.similarity`). What leads
to one is looked for as well. An answer that somebody wrote anew is not found: no program can tell
it from what the course teaches.
"""

from __future__ import annotations

import ast
import functools
import html
import io
import json
import re
import textwrap
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from authoring.notebooks import ROOT
from autograder.handout import (
    NOTEBOOK,
    PRISTINE,
    SOURCE,
    WITHHELD,
    canaries,
    is_withheld,
    solution_lines,
)
from autograder.similarity.fingerprints import every_digest
from autograder.similarity.work import Unit

NOTEBOOKS = (NOTEBOOK.as_posix(), PRISTINE.as_posix())

_CELL = re.compile(r"^# %%.*$", re.MULTILINE)
_BEGIN = re.compile(r"^ *### BEGIN SOLUTION$", re.MULTILINE)
_LAYOUT = re.compile(r"[\s\\\"'#]+")
_FENCED = re.compile(
    r"^([ \t]*)(`{3,}|:{3,}|~{3,})[^\n]*\n(.*?)^[ \t]*\2", re.DOTALL | re.MULTILINE
)
# A picture, an archive or a program written as text: nobody can see what is in it.
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{200,}={0,2}")
# Where a page, a program or an installer may be sent: a link, an address, a file that is included.
_TARGETS = re.compile(
    r"""\]\(\s*<?([^)\s>]+) | (?:href|src)\s*=\s*\\?["']?([^"'\s>\\]+) | (\w+://[^\s"'<>)\]]+)
    | \{(?:doc|download|file)\}`(?:[^`<]*<)?([^`>]+) | \{(?:literal)?include\}\s+(\S+)
    | ^\[[^\]\n]+\]:\s*(\S+)""",
    re.VERBOSE | re.MULTILINE,
)
_PIN = re.compile(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[\w.!+-]+(\s*;.*)?")
_SECRET_PLACES = ("solutions/", *(entry for entry in WITHHELD if entry.endswith(".py")))


@dataclass(frozen=True)
class Proof:
    """What was looked at and what was found.

    Attributes
    ----------
    checked : tuple of str
        A line for each check, with how much of what it looked at.
    leaks : tuple of str
        Each names a member and what is wrong with it; empty if the bundle may be handed out.
    """

    checked: tuple[str, ...]
    leaks: tuple[str, ...]


def prove(members: Mapping[str, bytes], root: Path = ROOT) -> Proof:
    """Look into every member of a bundle.

    Parameters
    ----------
    members : mapping of str to bytes
        By their names below the bundle's folder.
    root : pathlib.Path
        The course, whose solutions and secret words must not be among them.
    """
    lines, words = solution_lines(root / SOURCE), canaries(root)
    runs = solution_runs((root / SOURCE).read_text(encoding="utf-8"))
    texts, leaks = {}, []
    for name, data in members.items():
        text = _text(data)
        if text is None:
            leaks.append(f"{name}: it is no text, so nobody can see what is in it")
        else:
            texts[name] = text
    secret = {squeezed(line): line for line in lines} | {squeezed(word): word for word in words}
    examined = 0
    for name, text in texts.items():
        readable = squeezed(_readable(name, text))
        leaks += [f"{name}: {line}" for key, line in sorted(secret.items()) if key in readable]
        pieces, found = _digests_in(name, text)
        examined += pieces
        if runs & found:
            leaks.append(f"{name}: code that is a solution under other names")
        for check in (_encoded, _leading, _importing, _filled, _installing):
            leaks += [f"{name}: {what}" for what in check(name, text)]
    leaks += [f"{name}: it is withheld" for name in members if is_withheld(PurePosixPath(name))]
    leaks += [f"{name}: there is none" for name in NOTEBOOKS if name not in members]
    copies = {texts.get(name) for name in NOTEBOOKS}
    if len(copies) > 1:
        leaks.append(f"{NOTEBOOKS[1]}: it differs from {NOTEBOOKS[0]}")
    pins = sum(bool(line.strip()) for line in texts.get("requirements.txt", "").splitlines())
    return Proof(
        (
            f"{len(members)} files: each is text, and none holds encoded data",
            f"{len(lines)} lines of the solutions and {len(words)} secret words: in no file, "
            "whatever the layout",
            f"{len(runs)} runs of their code: in none of {examined} pieces of code, whatever the "
            "names",
            f"{len(WITHHELD)} withheld places: none is there, no link leads to one, no cell "
            "imports one",
            f"{len(NOTEBOOKS)} copies of the notebook: equal, without outputs or attachments",
            f"{pins} requirements: each is a version of a package, none an address",
        ),
        tuple(leaks),
    )


def solution_runs(source: str) -> set[int]:
    """Give the digests of every run of code in the cells that hold a solution.

    Parameters
    ----------
    source : str
        The text of the assignment's source.
    """
    cells = _CELL.split(source)
    return {digest for cell in cells if _BEGIN.search(cell) for digest in digests(cell)}


def squeezed(text: str) -> str:
    """Drop layout, quotes and comment signs: a solution stays one without them."""
    return _LAYOUT.sub("", text)


def digests(code: str) -> set[int]:
    """Give the digests of every run in a piece of code, which need not be Python."""
    return every_digest(Unit("", "code", code))


# Two releases of a run look at the same files.
@functools.cache
def _digests_in(name: str, text: str) -> tuple[int, frozenset[int]]:
    """Say how many pieces of a file may be code, and give the digests of their runs."""
    pieces = list(_codes(name, text))
    return len(pieces), frozenset(digest for piece in pieces for digest in digests(piece))


def _text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _strings(data: Any) -> Iterator[str]:
    """Give every text in decoded JSON; a list of lines, as notebooks have, is one."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        if data and all(isinstance(line, str) for line in data):
            yield "".join(data)
        else:
            for value in data:
                yield from _strings(value)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _strings(value)


def _readable(name: str, text: str) -> str:
    """Give what a person reads in a file."""
    if name.endswith((".ipynb", ".json")):
        return "\n".join(_strings(json.loads(text)))
    return html.unescape(text)


def _codes(name: str, text: str) -> Iterator[str]:
    """Give every piece of a file that may be Python, what comments and texts hold too."""
    if name.endswith((".ipynb", ".json")):
        for string in _strings(json.loads(text)):
            if "\n" in string:
                yield string
                yield from _fenced(string)
    elif name.endswith(".py"):
        yield textwrap.dedent(text)
        try:
            yield from _quoted(text)
            yield from _commented(text)
        except (SyntaxError, tokenize.TokenError):
            return  # what can be parsed of it was given above
    else:
        yield from _fenced(text)


def _fenced(text: str) -> Iterator[str]:
    for indent, _, block in _FENCED.findall(text):
        yield re.sub(f"^{indent}", "", block, flags=re.MULTILINE)


def _quoted(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield _dedented(node.value)


def _commented(source: str) -> Iterator[str]:
    block: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            block.append(token.string.removeprefix("#"))
        elif token.type != tokenize.NL and block:
            yield _dedented("\n".join(block))
            block = []


def _dedented(text: str) -> str:
    """Take the indentation off, that of the first line apart: a docstring's is another."""
    return f"{re.sub('^ +', '', text.partition(chr(10))[0])}\n" + _dedent(text.partition("\n")[2])


def _dedent(text: str) -> str:
    widths = [len(line) - len(line.lstrip()) for line in text.splitlines() if line.strip()]
    return "\n".join(line[min(widths, default=0) :] for line in text.splitlines())


def _encoded(name: str, text: str) -> Iterator[str]:
    if _ENCODED.search(text):
        yield "it holds encoded data, which nobody can read"


def _leading(name: str, text: str) -> Iterator[str]:
    for found in _TARGETS.findall(_readable(name, text)):
        target = "".join(found)
        if any(place in target for place in _SECRET_PLACES):
            yield f"it leads to {target}"


def _importing(name: str, text: str) -> Iterator[str]:
    """Look into the notebook: beside the whole course its cells would find the solved parts."""
    if name not in NOTEBOOKS:
        return
    code = "\n".join(_strings(json.loads(text)))
    for entry in WITHHELD:
        module = entry.removesuffix(".py").replace("/", ".")
        package, _, last = module.rpartition(".")
        if module in code or re.search(rf"\b{package}\s+import\b.*\b{re.escape(last)}\b", code):
            yield f"a cell names {module}"


def _filled(name: str, text: str) -> Iterator[str]:
    if not name.endswith(".ipynb"):
        return
    cells = json.loads(text)["cells"]
    if any(cell.get("outputs") for cell in cells):
        yield "it has outputs"
    if any(cell.get("attachments") for cell in cells):
        yield "it has attachments"


def _installing(name: str, text: str) -> Iterator[str]:
    if name == "requirements.txt":
        for line in text.splitlines():
            if line.strip() and not line.startswith("#") and not _PIN.fullmatch(line.strip()):
                yield f"`{line}` is no version of a package"
