"""Classes in nbgrader's layout."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from authoring.demo_class import broken, hostile, ordinary, students
from authoring.demo_class.platforms import write_platforms

ASSIGNMENT = "acceleration"
SUBMITTED = "submitted"
HANDED_IN = "handed-in"


class FolderInUse(RuntimeError):
    """The class would be mixed with what lies there; the text says what to do."""


def write_class(course: Path) -> list[str]:
    """Write ``submitted/<student>/acceleration/acceleration.ipynb`` for a class of 40.

    Returns
    -------
    list of str
        The students' ids, in order.

    Raises
    ------
    FolderInUse
        If the folder holds anything.
    """
    if course.exists() and any(course.iterdir()):
        raise FolderInUse(
            f"{course} is not empty; expected a new or an empty folder: name another, or remove it"
        )
    whole = [
        (student_id, PurePosixPath(f"{ASSIGNMENT}.ipynb"), data)
        for student_id, data in (*students.notebooks(), *hostile.notebooks())
    ]
    return _submitted(course, [*whole, *broken.notebooks()])


def write_try_class(course: Path) -> list[str]:
    """Write a class of 30 into a course: as nbgrader has it, and as learning platforms do.

    Returns
    -------
    list of str
        The students' ids, in order.

    Raises
    ------
    FolderInUse
        If submissions lie there already.
    """
    for name in (SUBMITTED, HANDED_IN):
        if (course / name).exists():
            raise FolderInUse(
                f"{course / name} is there already, and may be a class of yours: move it away, or "
                "run this in another copy of the course"
            )
    notebooks = sorted(ordinary.notebooks())
    write_platforms(course / HANDED_IN, notebooks)
    return _submitted(course, notebooks)


def _submitted(
    course: Path, notebooks: Iterable[tuple[str, PurePosixPath | None, bytes]]
) -> list[str]:
    written = []
    for student_id, name, data in notebooks:
        folder = course / SUBMITTED / student_id / ASSIGNMENT
        folder.mkdir(parents=True)
        if name is not None:
            (folder / name).write_bytes(data)
        written.append(student_id)
    return sorted(written)
