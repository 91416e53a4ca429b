"""Whose each file is: nbgrader's folders, one folder for each student, or loose files."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.submissions.entries import Entry
from autograder.submissions.names import (
    ASSIGNMENT,
    Owner,
    is_assignment,
    lms_owner,
    owner,
    stem_of,
)

NOTEBOOK_SUFFIX = ".ipynb"


@dataclass
class Handed:
    """All that one student handed in.

    Attributes
    ----------
    files : list of (Owner, Entry)
        What its name says, and the file; the entry is named from the student's folder on.
    strict : bool
        Whether a folder that is not the assignment's is another assignment's.
    """

    student_id: str
    files: list[tuple[Owner, Entry]] = field(default_factory=list)
    strict: bool = False


def by_student(entries: list[Entry], name: str) -> list[Handed]:
    """Sort what was found by the student it belongs to.

    Parameters
    ----------
    entries : list of Entry
        Everything below what is collected, folders included.
    name : str
        The name of what is collected: the student's, if it is one student's folder.
    """
    entries = _unwrapped(entries)
    if _is_one_students(entries):
        whole = Handed(name)
        whole.files = [(Owner(name, ""), e) for e in entries if e.kind != "folder"]
        return [whole]
    handed: dict[str, Handed] = {}
    for entry in entries:
        top = entry.parts[0]
        in_folder = len(entry.parts) > 1 or entry.kind == "folder"
        if not in_folder and not _may_be_handed_in(entry):
            continue
        found = (lms_owner(top) or Owner(top, "")) if in_folder else _of_loose(entry)
        student = handed.setdefault(found.student_id, Handed(found.student_id))
        if entry.kind != "folder":
            student.files.append((found, entry.below(1) if in_folder else entry))
    strict = any(len(e.parts) > 1 and _is_folder_of_it(e.parts[1]) for e in entries)
    for student in handed.values():
        student.strict = strict
    return list(handed.values())


def _of_loose(entry: Entry) -> Owner:
    if entry.kind == "closed":
        # What is never opened may be a folder as well as a file.
        return lms_owner(entry.name) or Owner(stem_of(entry.name), entry.name)
    return owner(entry.name)


def _may_be_handed_in(entry: Entry) -> bool:
    """Tell whether a loose file is a student's: a list of grades beside them is not."""
    if lms_owner(entry.name) is not None or entry.kind == "closed":
        return True
    return entry.suffix in {NOTEBOOK_SUFFIX, ".zip"} or NOTEBOOK_SUFFIX in entry.name.lower()


def _unwrapped(entries: list[Entry]) -> list[Entry]:
    """Go down to the folder that holds the students."""
    submitted = [e for e in entries if e.parts[0] == "submitted" and len(e.parts) > 1]
    if submitted:
        return [entry.below(1) for entry in submitted]
    tops = {entry.parts[0] for entry in entries}
    inner = [entry.below(1) for entry in entries if len(entry.parts) > 1]
    if len(tops) == 1 and inner and _holds_students(next(iter(tops)), inner):
        return _unwrapped(inner)
    return entries


def _holds_students(name: str, inner: list[Entry]) -> bool:
    """Tell whether a lone folder holds students, and is not itself one student's."""
    if lms_owner(name) is not None:
        return False
    tops = {entry.parts[0] for entry in inner}
    if any(lms_owner(top) is not None for top in tops):
        return True
    if any(_is_folder_of_it(top) for top in tops):
        return False
    folders = {entry.parts[0] for entry in inner if entry.kind == "folder" or len(entry.parts) > 1}
    notebooks = {top for top in tops - folders if top.lower().endswith(NOTEBOOK_SUFFIX)}
    return bool(folders) or len({owner(name).student_id for name in notebooks}) > 1


def _is_one_students(entries: list[Entry]) -> bool:
    """Tell whether this is the inside of one student's folder."""
    tops = {entry.parts[0] for entry in entries}
    if any(lms_owner(top) is not None for top in tops):
        return False
    if any(
        _is_folder_of_it(e.parts[0]) and (e.kind == "folder" or len(e.parts) > 1) for e in entries
    ):
        return True
    loose = [e for e in entries if len(e.parts) == 1 and e.kind == "file" and _may_be_handed_in(e)]
    folders = [e for e in entries if len(e.parts) > 1 or e.kind == "folder"]
    return len(loose) == 1 and not folders and is_assignment(loose[0].name)


def _is_folder_of_it(name: str) -> bool:
    return name.casefold() == ASSIGNMENT
