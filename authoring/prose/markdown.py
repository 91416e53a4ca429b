"""The passages of a Markdown page: what a reader reads, without code and displayed formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from authoring.prose.marks import Mark, marks_of_line
from authoring.prose.passage import Passage
from authoring.prose.tables import TableHead

_FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:-]+)\})?\s*(.*)$")
# Everything else in braces holds prose, so that a new directive is looked at from the start.
_WITHOUT_PROSE = {"bibliography", "code", "code-block", "code-cell", "literalinclude", "math"}
_PATH_AS_ARGUMENT = {"figure", "image", "include"}
_OPTION = re.compile(r"^\s*:([\w-]+):\s*(.*)$")
_OPTIONS_WITH_PROSE = {"alt", "caption"}
_LABEL = re.compile(r"^\([\w-]+\)=\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")
_WRONG_OPTION = re.compile(r"^- (?!\[x\]|else\s*$)")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_GENERATED = re.compile(r"<!-- figures: begin.*?<!-- figures: end -->", re.DOTALL)


def blank(text: str) -> str:
    """Give as many line breaks as a text has."""
    return "\n" * text.count("\n")


def without_comments(text: str) -> str:
    """Take the comments out of a text, and leave its lines where they are."""
    return _COMMENT.sub(lambda match: blank(match.group()), text)


@dataclass
class _Fence:
    mark: str
    directive: str | None


@dataclass
class _Page:
    """What is known while the lines of a page go by."""

    file: str
    found: list[Passage] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    fences: list[_Fence] = field(default_factory=list)
    head: TableHead = field(default_factory=TableHead)
    gathered: list[str] = field(default_factory=list)
    first: int = 0
    block: int = 0
    kind: str = "prose"
    skipped_to: str | None = None  # the end of what has no prose
    in_options: bool = False
    at_start: bool = True  # of a block

    def read(self, number: int, line: str, written: str) -> None:
        """Take a line without its comments, and as it is written."""
        if self.skipped_to is not None:
            self._skip(line)
        elif not written.strip():
            self._end()
            self.at_start, self.in_options, self.head = True, False, TableHead()
        else:
            if self.at_start:
                self.block, self.at_start = number, False
            self.marks += marks_of_line(written, self.file, number, self.block)
            fence = _FENCE.match(line)
            if fence or line.strip() == "$$":
                self._end()
                self._enter(fence, number)
                self.at_start = not self.in_options
            else:
                self._text(number, line)

    def finish(self) -> None:
        """Take the end of the page."""
        self._end()

    def _skip(self, line: str) -> None:
        end = self.skipped_to or ""
        stripped = line.strip()
        if stripped.startswith(end) and not stripped.strip(end[0]):
            self.skipped_to, self.at_start = None, True

    def _enter(self, fence: re.Match[str] | None, number: int) -> None:
        """Open or close what stands between fences."""
        self.in_options = False
        if fence is None:
            self.skipped_to = "$$"
            return
        mark, directive, argument = fence.groups()
        if directive is None and self.fences and not argument and mark == self.fences[-1].mark:
            self.fences.pop()
        elif directive in _WITHOUT_PROSE or (directive is None and mark[0] != ":"):
            self.skipped_to = mark
        else:
            self.fences.append(_Fence(mark, directive))
            self.in_options = True
            if argument and directive not in _PATH_AS_ARGUMENT:
                self._begin(number, argument)
                self._end()

    def _text(self, number: int, line: str) -> None:
        option = _OPTION.match(line) if self.in_options else None
        if option:
            if option.group(1) in _OPTIONS_WITH_PROSE:
                self._begin(number, option.group(2))
                self._end()
            return
        self.in_options = False
        if _LABEL.match(line) or line.startswith("%"):
            return
        line = self.head.row(line)
        alone = line.lstrip().startswith(("#", "|"))
        if alone or _ITEM.match(line) or not self.gathered:
            self._end()
            self._begin(number, line)
        else:
            self.gathered.append(line)
        if alone:
            self._end()

    def _begin(self, number: int, line: str) -> None:
        self.first, self.gathered = number, [line]
        in_quiz = any(fence.directive == "quiz" for fence in self.fences)
        self.kind = "quiz" if in_quiz else "prose"
        if in_quiz and _WRONG_OPTION.match(line):
            self.kind = "wrong option"

    def _end(self) -> None:
        text = "\n".join(self.gathered)
        if text.strip():
            self.found.append(Passage(self.file, self.first, text, self.kind, self.block))
        self.gathered = []


def read_page(text: str, file: str, first_line: int = 1) -> tuple[list[Passage], list[Mark]]:
    """Give the passages of a page, and the marks beside its figures.

    Parameters
    ----------
    text : str
        The page, with its front matter if it has one.
    file : str
        What the passages are to say of where they stand.
    first_line : int
        The line of that file at which the page begins.
    """
    for pattern in (_FRONT_MATTER, _GENERATED):
        text = pattern.sub(lambda match: blank(match.group()), text)
    page = _Page(file)
    # A line that is all comment is not blank: a mark belongs to what it stands above.
    lines = zip(without_comments(text).split("\n"), text.split("\n"), strict=True)
    for number, (line, written) in enumerate(lines, first_line):
        page.read(number, line, written)
    page.finish()
    return page.found, page.marks
