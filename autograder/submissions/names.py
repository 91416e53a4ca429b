"""Whose a file is, by its name: as Canvas and Moodle write names, or as anybody does."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ASSIGNMENT = "acceleration"
# `doejane_LATE_12345_678_acceleration-1.ipynb`: user, submission, file, how often handed in before.
CANVAS = re.compile(
    r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<submission>\d+)_(?P<file>.+)"
)
AGAIN = re.compile(r"(?P<stem>.+)-(?P<times>\d{1,4})(?P<suffix>(?:\.[A-Za-z]+){0,2})")
# `Jane Doe_12345_assignsubmission_file_acceleration.ipynb`, or a folder that ends in `_file`.
MOODLE = re.compile(
    r"(?P<name>.+)_(?P<user>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?"
)
# What a browser adds to the name of a file that it has saved before.
COPY = re.compile(r"[ _-]*(?:\(\d+\)|copy\d*|kopie|\d+)$", re.IGNORECASE)
# A file system allows 255 bytes; feedback files add a suffix of their own.
MAX_ID_BYTES = 120
# They turn the text around them: a name could be shown as another.
TURNING = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Owner:
    """What a name says about who handed something in.

    Attributes
    ----------
    student_id : str
    file : str
        What the student called the file; empty for a folder.
    times : int
        How often something was handed in before.
    late : bool
    """

    student_id: str
    file: str
    times: int = 0
    late: bool = False


def lms_owner(name: str) -> Owner | None:
    """Read a name as Canvas or Moodle writes it; None if it is no such name."""
    if moodle := MOODLE.fullmatch(name):
        return Owner(f"{moodle['name']}_{moodle['user']}", moodle["file"] or "")
    if canvas := CANVAS.fullmatch(name):
        file, times = canvas["file"], 0
        if again := AGAIN.fullmatch(file):
            file, times = again["stem"] + again["suffix"], int(again["times"])
        return Owner(f"{canvas['name']}_{canvas['user']}", file, times, bool(canvas["late"]))
    return None


def owner(name: str) -> Owner:
    """Read the name of a loose file: ``alice.ipynb``, ``alice_acceleration.ipynb``."""
    found = lms_owner(name)
    if found is not None:
        return found
    stem = stem_of(name)
    rest = re.sub(ASSIGNMENT, "", stem, flags=re.IGNORECASE).strip(" _-.")
    return Owner(rest if any(c.isalpha() for c in rest) else stem, name)


def stem_of(name: str) -> str:
    """Return a file's name without its endings: ``a.ipynb.txt`` is ``a``."""
    return re.sub(r"(?:\.(?:ipynb|json|txt|py|zip|html?|pdf|md))+$", "", name, flags=re.IGNORECASE)


def is_assignment(name: str) -> bool:
    """Tell whether a file or folder is called like the assignment, a saved copy included."""
    return COPY.sub("", stem_of(name)).strip().casefold() == ASSIGNMENT


def safe_id(student_id: str) -> str:
    """Return an id that can be a folder's name on every system; most are that already."""
    text = unicodedata.normalize("NFC", student_id)
    text = "".join("_" if c in '/\\:*?"<>|' else c for c in text)
    text = "".join(
        c for c in text if unicodedata.category(c) not in {"Cc", "Cs", "Cn"} and c not in TURNING
    )
    text = text.encode()[:MAX_ID_BYTES].decode(errors="ignore")
    return text.lstrip(". ").rstrip(". ") or "student"
