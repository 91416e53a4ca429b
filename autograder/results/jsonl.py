"""``results.jsonl``: everything that grading found, one `Result` a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

from autograder.results.result import Result
from tinytorch.core.whole_file import whole_file

NAME = "results.jsonl"


class ResultsError(ValueError):
    """The results cannot be read; the text says why and what to do."""


def to_line(result: Result) -> str:
    """Return a result as one line, the same text for the same result.

    Only ASCII: half of a surrogate pair, which a student's code may well print, fits in no other
    encoding.
    """
    return json.dumps(result.to_dict(), sort_keys=True) + "\n"


def from_line(line: str) -> Result:
    """Read what `to_line` wrote.

    Raises
    ------
    ValueError
        If it did not.
    """
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError("not a result: expected a JSON object")
    return Result.from_dict(data)


class Results(Sequence[Result]):
    """The results of a file, each read when it is asked for, so that a class of any size fits.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    ResultsError
        If there is no such file, or a line of it is no result.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offsets: list[int] = []
        self._positions: dict[str, int] = {}
        try:
            with path.open("rb") as file:
                offset = 0
                for number, line in enumerate(file, 1):
                    student = _student(line, number, path)
                    self._positions[student] = len(self._offsets)
                    self._offsets.append(offset)
                    offset += len(line)
        except OSError as error:
            raise ResultsError(
                f"There are no results at {path} ({error.strerror}); "
                "`autograder grade SUBMITTED` writes them."
            ) from None

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> list[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | list[Result]:
        if isinstance(index, slice):
            return [from_line(self._line(offset)) for offset in self._offsets[index]]
        return from_line(self._line(self._offsets[index]))

    def __iter__(self) -> Iterator[Result]:
        return map(from_line, self.lines())

    @property
    def students(self) -> tuple[str, ...]:
        """Their ids, in the order of the file."""
        return tuple(self._positions)

    def has(self, student_id: str) -> bool:
        """Whether there is a result of a student."""
        return student_id in self._positions

    def of(self, student_id: str) -> Result:
        """Return the result of a student who has one."""
        return from_line(self.line(student_id))

    def line(self, student_id: str) -> str:
        """Return the line of a student as it stands in the file."""
        return self._line(self._offsets[self._positions[student_id]])

    def lines(self) -> Iterator[str]:
        """Give each line as it stands in the file."""
        with self.path.open(encoding="ascii", newline="\n") as file:
            yield from file

    def _line(self, offset: int) -> str:
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.readline().decode("ascii")


def write_results(path: Path, lines: Iterable[str]) -> Results:
    """Write a file of results whole and return what it holds.

    Parameters
    ----------
    path : pathlib.Path
    lines : iterable of str
        What `to_line` gave, sorted by student.
    """
    with whole_file(path) as file:
        file.writelines(lines)
        # What was kept for an interrupted run is removed next: this must lie on the disk by then.
        file.flush()
        os.fsync(file.fileno())
    return Results(path)


def _student(line: bytes, number: int, path: Path) -> str:
    try:
        return from_line(line.decode("ascii")).student_id
    except (ValueError, RecursionError) as error:
        raise ResultsError(
            f"Line {number} of {path} cannot be read ({error}); grade again to write it anew."
        ) from None
