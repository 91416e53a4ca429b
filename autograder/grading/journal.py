"""What an unfinished run keeps: every result as soon as it is there, for the run that goes on."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.results import Result

NAME = "journal.jsonl"
_VERSION = 1


class JournalError(RuntimeError):
    """Another run stands in the way; the text says what to do."""


@dataclass(frozen=True)
class Purpose:
    """What a run does: only a run with the same purpose goes on with its journal.

    Attributes
    ----------
    command : str
        "grade" or "regrade".
    checks : str
        Digest of the checks.
    settings : str
        Digest of the settings.
    """

    command: str
    checks: str
    settings: str


@dataclass(frozen=True)
class Header:
    """The first line of a journal."""

    purpose: Purpose
    secret: bytes = field(repr=False)


class Journal:
    """A file that grows by one line for each result. Its first line says what the run does.

    Nobody but its owner may read it: it holds the secret that seeds the checks.

    Parameters
    ----------
    path : pathlib.Path
    purpose : Purpose
    secret : bytes
        Of a new run; one that goes on keeps its own.

    Attributes
    ----------
    secret : bytes
        Of the run.
    dropped : str
        The command of an unfinished run that had another purpose, whose journal this one replaces;
        empty if there was none.

    Raises
    ------
    JournalError
        If a file of that name is no journal.
    OSError
        If it cannot be written.
    """

    def __init__(self, path: Path, purpose: Purpose, secret: bytes) -> None:
        self.path = path
        self.secret = secret
        self.dropped = ""
        self._offsets: dict[str, int] = {}
        former = unfinished(path)
        if former is None or former.purpose != purpose:
            self.dropped = "" if former is None else former.purpose.command
            _begin(path, Header(purpose, secret))
        else:
            self.secret = former.secret
        self._file = path.open("r+b")
        self._end = self._read()
        self._file.truncate(self._end)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __contains__(self, student_id: str) -> bool:
        return student_id in self._offsets

    @property
    def students(self) -> tuple[str, ...]:
        """Whose results it holds."""
        return tuple(self._offsets)

    def append(self, student_id: str, line: str, note: dict[str, Any]) -> None:
        """Keep a result: it is on the disk when this returns.

        Parameters
        ----------
        student_id : str
        line : str
            What `autograder.results.jsonl.to_line` gave.
        note : dict
            What the run has to know about it besides.
        """
        entry = f"{json.dumps([student_id, note, json.loads(line)])}\n".encode("ascii")
        self._file.seek(self._end)
        self._file.write(entry)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._offsets[student_id] = self._end
        self._end += len(entry)

    def result(self, student_id: str) -> Result:
        """Return the result of a student."""
        return Result.from_dict(self._entry(student_id)[2])

    def note(self, student_id: str) -> dict[str, Any]:
        """Return what was kept beside the result."""
        note: dict[str, Any] = self._entry(student_id)[1]
        return note

    def remove(self) -> None:
        """Take the file away: the run is finished."""
        self.path.unlink()

    def _entry(self, student_id: str) -> list[Any]:
        self._file.seek(self._offsets[student_id])
        entry: list[Any] = json.loads(self._file.readline())
        return entry

    def _read(self) -> int:
        """Find the results; return where the last whole line ends, which is where to go on."""
        end = len(self._file.readline())
        for line in self._file:
            try:
                student_id, _, _ = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n"):
                break
            self._offsets[student_id] = end
            end += len(line)
        return end


def unfinished(path: Path) -> Header | None:
    """Return what the run does whose journal lies there; None if there is none.

    Raises
    ------
    JournalError
        If it is no journal.
    """
    try:
        with path.open("rb") as file:
            content = json.loads(file.readline())
        if content["journal"] != _VERSION:
            raise ValueError
        return Header(Purpose(**content["purpose"]), bytes.fromhex(content["secret"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise JournalError(
            f"{path} is not what an unfinished run of this autograder leaves; move it away."
        ) from None


def _begin(path: Path, header: Header) -> None:
    content = {
        "journal": _VERSION,
        "purpose": asdict(header.purpose),
        "secret": header.secret.hex(),
    }
    # A new file is its owner's alone, and takes its place when its first line is whole.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
        file.write(f"{json.dumps(content)}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other run out of a folder, as long as this process lives.

    Raises
    ------
    JournalError
        If another run is at work there.
    """
    # Imported late: a learner's `check` keeps no journal, and Windows has no such module.
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalError(
                f"Another run is writing to {folder}; wait for it, or name another folder."
            ) from None
        yield
    finally:
        os.close(handle)
