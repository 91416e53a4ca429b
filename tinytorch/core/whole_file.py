"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Open a file that takes its place when the block ends, and never does if the block fails.

    Parameters
    ----------
    path : pathlib.Path
        In a folder that exists.

    Yields
    ------
    file
        Written as UTF-8 with newlines as they are.

    Raises
    ------
    OSError
        If the file cannot be written; what was there stays.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
        # mkstemp makes the file private; give it the rights that any new file gets.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write a file so that an interruption leaves the old one or the new one, never a part.

    Parameters
    ----------
    path : pathlib.Path
        In a folder that exists.
    text : str
        Written as UTF-8 with newlines as they are.

    Raises
    ------
    OSError
        If the file cannot be written; what was there stays.
    """
    with whole_file(path) as file:
        file.write(text)
