"""What a file is that is no notebook, by how it begins."""

from __future__ import annotations

import io
import re
import zipfile

from autograder.submissions.archive import BROKEN, DIRECTORY_ENTRY, MAX_MEMBERS
from autograder.submissions.errors import Unreadable

BINARY = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xd0\xcf\x11\xe0", "a document of an old Office"),
    (b"SQLite format 3", "an SQLite database"),
    (rb"{\rtf", "a rich-text document"),
)
OFFICE = (("word/", "a Word document"), ("xl/", "a spreadsheet"), ("ppt/", "a presentation"))
HTML = re.compile(
    r"\s*+(?:<!--.{0,2000}?-->\s*+)?<(?:!doctype|html|head|body|div|\?xml)", re.I | re.S
)
HAND_IN = "hand in the notebook itself, `acceleration.ipynb`, as Jupyter saves it"


def refuse_binary(data: bytes) -> None:
    """Raise `Unreadable` if the bytes are those of another kind of file."""
    if not data.strip(b"\0\t\n\r "):
        raise Unreadable(f"The file is empty; {HAND_IN}.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise Unreadable(f"The file is {_kind_of_zip(data)}, not a notebook; {HAND_IN}.")
    for signature, called in BINARY:
        if data.startswith(signature):
            raise Unreadable(f"The file is {called}, not a notebook; {HAND_IN}.")


def refuse_html(text: str) -> None:
    """Raise `Unreadable` if the text is a web page: what exporting a notebook makes."""
    if HTML.match(text):
        raise Unreadable(
            f"The file is a web page (HTML), as exporting a notebook makes it; {HAND_IN}."
        )


def _kind_of_zip(data: bytes) -> str:
    if data.count(DIRECTORY_ENTRY) > MAX_MEMBERS:
        return "a zip file with too many members"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except BROKEN:
        return "a zip file that is damaged"
    for folder, called in OFFICE:
        if any(name.startswith(folder) for name in names):
            return called
    return "a zip file"
