"""A file for each student, whatever the student is called."""

from __future__ import annotations

import hashlib
import re

_LONGEST = 60
# Windows keeps these names for devices, with any ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_name(student_id: str, ending: str) -> str:
    """Give a name that is safe in every file system, and no other student's.

    An id of small letters, digits and ``_ - @ + .`` is its own name. Any other is cut down to
    those, with the beginning of its SHA-256 to tell it from others that come out alike: `Ada` and
    `ada` are one file to macOS, and `../ada` must not be one of another folder.

    Parameters
    ----------
    student_id : str
        Untrusted: the name of a folder or of a member of an archive.
    ending : str
        Such as ".html".
    """
    readable = re.sub(r"[^A-Za-z0-9_@+.-]", "_", student_id).lstrip(".-")[:_LONGEST].rstrip(".")
    is_safe = readable == student_id == student_id.lower() and not _RESERVED.fullmatch(readable)
    if readable and is_safe:
        return readable + ending
    digest = hashlib.sha256(student_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{readable}-{digest}{ending}" if readable else digest + ending
