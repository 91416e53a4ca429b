"""The class as learning platforms hand it out: a zip file of submissions, and a list of students.

Canvas writes ``doejane_123_4567_acceleration.ipynb``, with ``_LATE`` after the name where that is
so; Moodle writes a folder ``Jane Doe_123_assignsubmission_file`` for each student. Neither hands
out anything for who handed in nothing, and both have that student on their lists.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Same bytes on every run: a zip file stores a time for each member.
_DATE = (2026, 1, 1, 0, 0, 0)
_LATE = "kovalenko_o"
_CANVAS_HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Acceleration (1234)")
_MOODLE_HEAD = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
)


@dataclass(frozen=True)
class _Person:
    """A student as a platform knows one: by two names, a login and a number."""

    student_id: str
    number: int

    @property
    def family(self) -> str:
        return self.student_id.partition("_")[0].title()

    @property
    def initial(self) -> str:
        return self.student_id.partition("_")[2].upper()

    @property
    def login(self) -> str:
        return self.student_id.replace("'", "")


def write_platforms(
    folder: Path, notebooks: Sequence[tuple[str, PurePosixPath | None, bytes]]
) -> None:
    """Write ``canvas/`` and ``moodle/`` into a folder, each with a zip file and a list.

    Parameters
    ----------
    folder : pathlib.Path
    notebooks : sequence of tuple
        Each student, the name of the file if one was handed in, and its bytes.
    """
    people = [_Person(student_id, 4101 + place) for place, (student_id, *_) in enumerate(notebooks)]
    handed_in = [
        (person, name.name, data)
        for person, (_, name, data) in zip(people, notebooks, strict=True)
        if name is not None
    ]
    canvas, moodle = folder / "canvas", folder / "moodle"
    for place in (canvas, moodle):
        place.mkdir(parents=True)
    _pack(
        canvas / "submissions.zip",
        ((_canvas_name(person, name), data) for person, name, data in handed_in),
    )
    _pack(
        moodle / "submissions.zip",
        (
            (f"{person.initial} {person.family}_{person.number}_assignsubmission_file/{name}", data)
            for person, name, data in handed_in
        ),
    )
    points_possible = ("    Points Possible", "", "", "", "", "100")
    _table(canvas / "gradebook.csv", [_CANVAS_HEAD, points_possible, *map(_canvas_row, people)])
    _table(moodle / "worksheet.csv", [_MOODLE_HEAD, *map(_moodle_row, people)])


def _canvas_name(person: _Person, name: str) -> str:
    late = "_LATE" if person.student_id == _LATE else ""
    return f"{person.login.replace('_', '')}{late}_{person.number}_{person.number + 90000}_{name}"


def _canvas_row(person: _Person) -> tuple[str, ...]:
    shown = f"{person.family}, {person.initial}."
    return shown, str(person.number), "", person.login, "Acceleration, section 1", ""


def _moodle_row(person: _Person) -> tuple[str, ...]:
    return (
        f"Participant {person.number}",
        f"{person.initial} {person.family}",
        f"{person.login}@example.org",
        "Submitted for grading",
        "",
        "100.00",
        "Yes",
        "-",
        "-",
        "",
    )


def _pack(file: Path, members: Iterable[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            member = zipfile.ZipInfo(name, _DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)


def _table(file: Path, rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    file.write_bytes(text.getvalue().encode())
