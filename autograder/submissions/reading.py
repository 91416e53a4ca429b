"""The bytes of a submission, read within bounds and from ordinary files only."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

from autograder.submissions.archive import read_member
from autograder.submissions.errors import Missing, Unreadable
from autograder.submissions.submission import Submission

MAX_BYTES = 32 * 2**20
# Windows changes line ends without the second, and lacks the other two.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

__all__ = ["MAX_BYTES", "Missing", "Unreadable", "read"]


def read(submission: Submission) -> bytes:
    """Return what was handed in.

    Parameters
    ----------
    submission : Submission

    Returns
    -------
    bytes
        At most 32 MiB.

    Raises
    ------
    Missing
        If nothing was handed in.
    Unreadable
        If it is a link, no ordinary file, too large, or in a zip file that cannot be read.
    """
    path, member = submission.path, submission.member
    if path is None:
        raise Missing("No notebook was handed in.")
    with opened(path) as file:
        if member is not None:
            return read_member(file, member, MAX_BYTES, path.name)
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"{path.name} is larger than {MAX_BYTES // 2**20} MiB; expected a notebook without its "
            "outputs: clear them, save, and hand it in again."
        )
    return data


def opened(path: Path) -> IO[bytes]:
    """Open an ordinary file; a pipe is not waited for, and a link leads nowhere.

    Raises
    ------
    Unreadable
        If it is anything else, or cannot be opened.
    """
    try:
        if not hasattr(os, "O_NOFOLLOW") and path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno == errno.ELOOP:
            why = "is a link to another place, which is not followed"
        else:
            why = f"could not be opened ({error.strerror})"
        raise Unreadable(f"{path.name} {why}; expected the notebook itself.") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise Unreadable(f"{path.name} is {what}, not a file; expected the notebook itself.")
    return os.fdopen(descriptor, "rb")
