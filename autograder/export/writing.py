"""Write an export."""

from __future__ import annotations

from pathlib import Path

from autograder.export.errors import ExportError
from autograder.export.exported import Exported
from tinytorch.core.whole_file import write_whole


def write(export: Exported, output: Path) -> None:
    """Write each file whole: one where ``output`` says, several into that folder.

    Raises
    ------
    ExportError
        If a file cannot be written.
    """
    for name, text in export.files.items():
        path = output / name if name else output
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
        except OSError as error:
            raise ExportError(
                f"{path} cannot be written ({error.strerror}): name another place with -o."
            ) from None
