"""Zip files, read member by member within bounds and never extracted.

A member's name is only a name here: ``../../x`` or ``/x`` leads nowhere. What a zip file declares
about sizes is not believed; reading stops at the bound.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from autograder.submissions.entries import Entry, Kind, is_litter
from autograder.submissions.errors import Unreadable

MAX_MEMBERS = 20_000
# A zip file that a student handed in, whole: a notebook and some pictures fit many times.
MAX_INNER_BYTES = 64 * 2**20
NESTED = "!/"
# Every entry of a zip file's directory begins with it.
DIRECTORY_ENTRY = b"PK\x01\x02"
# Others can ask for gigabytes of memory before they give a byte.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def archive_entries(path: Path, file: IO[bytes], inside: str | None = None) -> Iterator[Entry]:
    """Give every member of a zip file.

    Parameters
    ----------
    path : Path
        The zip file on disk.
    file : binary file
        Its content, or that of a zip file inside it.
    inside : str, optional
        The name of that inner zip file.

    Raises
    ------
    Unreadable
        If it cannot be opened or has too many members.
    """
    with _opened(file, inside or path.name) as archive:
        for info in archive.infolist():
            # Windows writes its own separator; a name that climbs or starts at the root does not.
            names = info.filename.replace("\\", "/").split("/")
            parts = tuple(name for name in names if name not in {"", ".", ".."})
            if not parts or any(is_litter(name) for name in parts):
                continue
            member = info.filename if inside is None else f"{inside}{NESTED}{info.filename}"
            kind: Kind = "folder" if info.filename.endswith(("/", "\\")) else "file"
            yield Entry(parts, kind, path, member, _modified(info))


def read_member(file: IO[bytes], member: str, limit: int, where: str) -> bytes:
    """Read one member, or one member of a zip file inside the zip file.

    Parameters
    ----------
    file : binary file
        The zip file.
    member : str
        As `archive_entries` named it.
    limit : int
        Most bytes to read.
    where : str
        The zip file's name, for sentences.

    Raises
    ------
    Unreadable
    """
    with _opened(file, where) as archive:
        names = set(archive.namelist())
        if member in names:
            return _read(archive, member, limit)
        for outer, inner in _splits(member):
            if outer in names:
                content = inner_archive(_read(archive, outer, MAX_INNER_BYTES), outer)
                with _opened(content, outer) as inside:
                    if inner in inside.namelist():
                        return _read(inside, inner, limit)
    raise Unreadable(f"{where} does not hold {member}; collect the submissions again.")


def _opened(file: IO[bytes], name: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN:
        raise Unreadable(
            f"{name} is a zip file that is damaged or incomplete; expected a notebook (.ipynb)."
        ) from None
    if len(archive.filelist) > MAX_MEMBERS:
        archive.close()
        raise Unreadable(
            f"{name} is a zip file with {len(archive.filelist)} members; expected at most "
            f"{MAX_MEMBERS}."
        )
    return archive


def inner_archive(content: bytes, name: str) -> IO[bytes]:
    """Return a student's zip file as a file, unless its directory alone would fill the memory.

    Raises
    ------
    Unreadable
        If it has too many members.
    """
    if content.count(DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise Unreadable(
            f"{name} is a zip file with too many members; expected at most {MAX_MEMBERS}."
        )
    return io.BytesIO(content)


def _read(archive: zipfile.ZipFile, member: str, limit: int) -> bytes:
    info = archive.getinfo(member)
    if info.flag_bits & 1:
        raise Unreadable(
            f"{member} lies in a zip file that needs a password; expected one without."
        )
    if info.compress_type not in METHODS:
        raise Unreadable(
            f"{member} lies in a zip file of an unusual kind of compression; expected an ordinary "
            "zip file, or the notebook itself."
        )
    try:
        with archive.open(info) as content:
            data = content.read(limit + 1)
    except BROKEN:
        raise Unreadable(
            f"{member} lies in a zip file that is damaged there; expected a whole one."
        ) from None
    if len(data) > limit:
        raise Unreadable(
            f"{member} is larger than {limit // 2**20} MiB when it is unpacked; expected a "
            "notebook without its outputs."
        )
    return data


def _splits(member: str) -> Iterator[tuple[str, str]]:
    start = member.find(NESTED)
    while start >= 0:
        yield member[:start], member[start + len(NESTED) :]
        start = member.find(NESTED, start + 1)


def _modified(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
