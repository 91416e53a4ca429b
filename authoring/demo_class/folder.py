"""The class in nbgrader's layout."""

from __future__ import annotations

from pathlib import Path

from authoring.demo_class import broken, hostile, students

ASSIGNMENT = "acceleration"


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
    written = []
    for student_id, data in (*students.notebooks(), *hostile.notebooks()):
        folder = _folder(course, student_id)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
        written.append(student_id)
    for student_id, name, data in broken.notebooks():
        folder = _folder(course, student_id)
        if name is not None:
            (folder / name).write_bytes(data)
        written.append(student_id)
    return sorted(written)


def _folder(course: Path, student_id: str) -> Path:
    folder = course / "submitted" / student_id / ASSIGNMENT
    folder.mkdir(parents=True)
    return folder
