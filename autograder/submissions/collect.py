"""Find every submission in what an instructor has: nbgrader's folders, loose notebooks, a zip."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.submissions.archive import archive_entries
from autograder.submissions.choosing import choose
from autograder.submissions.entries import Entry
from autograder.submissions.errors import CollectError, Unreadable
from autograder.submissions.folder import folder_entries
from autograder.submissions.layout import NOTEBOOK_SUFFIX, Handed, by_student
from autograder.submissions.names import ASSIGNMENT, owner, safe_id
from autograder.submissions.reading import opened
from autograder.submissions.submission import Submission

__all__ = ["CollectError", "collect"]

EXPECTED = (
    f"expected a folder `submitted/<student>/{ASSIGNMENT}/{ASSIGNMENT}{NOTEBOOK_SUFFIX}`, or a "
    "folder or zip file of notebooks as Canvas and Moodle hand them out"
)
COURSE_FILES = ("nbgrader_config.py", "gradebook.db")


def collect(submitted: Path) -> list[Submission]:
    """Find the submissions. None is read, save for the directories of zip files.

    Parameters
    ----------
    submitted : Path
        A course folder of nbgrader or its ``submitted`` folder, one student's folder, a folder of
        loose notebooks or of one folder for each student, a zip file of any of these, or one
        notebook.

    Returns
    -------
    list of Submission
        Sorted by student id, one for each student; without a path where a student's folder holds
        nothing that could be graded.

    Raises
    ------
    CollectError
        If there is nothing to collect.
    """
    if not submitted.exists():
        raise CollectError(f"There is no {submitted}; {EXPECTED}.")
    name = submitted.resolve().name
    if submitted.is_dir():
        entries, name = _of_folder(submitted), _students_name(submitted)
    elif submitted.suffix.lower() == ".zip":
        entries, name = _of_zip(submitted), submitted.stem
    elif submitted.suffix.lower() == NOTEBOOK_SUFFIX:
        return [Submission(safe_id(owner(name).student_id), submitted)]
    else:
        raise CollectError(
            f"{submitted} is neither a folder, a zip file nor a notebook; {EXPECTED}."
        )
    students = by_student(entries, name) if entries else []
    if not students:
        raise CollectError(f"{submitted} holds no submission; {EXPECTED}.")
    return _named_apart(students)


def _of_folder(folder: Path) -> list[Entry]:
    if (folder / "submitted").is_dir():
        folder = folder / "submitted"
    elif any((folder / file).exists() for file in COURSE_FILES):
        raise CollectError(f"The course folder {folder} has no folder `submitted`; {EXPECTED}.")
    try:
        return list(folder_entries(folder))
    except OSError as error:
        raise CollectError(f"{folder} cannot be read ({error.strerror}); {EXPECTED}.") from None


def _of_zip(file: Path) -> list[Entry]:
    try:
        with opened(file) as content:
            return list(archive_entries(file, content))
    except Unreadable as error:
        raise CollectError(f"{error} Otherwise {EXPECTED}.") from None


def _students_name(folder: Path) -> str:
    """Return the student's name if this is one student's folder: the assignment's is inside it."""
    folder = folder.resolve()
    return folder.parent.name if folder.name.casefold() == ASSIGNMENT else folder.name


def _named_apart(students: Iterable[Handed]) -> list[Submission]:
    """Choose each student's notebook, under an id that no other has and any system can store."""
    taken: set[str] = set()
    submissions = []
    for student in sorted(students, key=lambda student: student.student_id):
        wanted = safe_id(student.student_id)
        unique, number = wanted, 1
        # Some systems do not tell upper from lower case in a folder's name.
        while unique.casefold() in taken:
            number += 1
            unique = f"{wanted}-{number}"
        taken.add(unique.casefold())
        submission = choose(student, unique)
        if unique != unicodedata.normalize("NFC", student.student_id):
            remark = f"Its name cannot be a folder's name as it is; it is graded as `{unique}`."
            submission = replace(submission, remarks=(*submission.remarks, remark))
        submissions.append(submission)
    return sorted(submissions, key=lambda submission: submission.student_id)
