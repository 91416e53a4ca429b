"""Which names of students nbgrader can hold."""

from __future__ import annotations

from autograder.plain_text import plain_text

# The width of its column.
LONGEST = 128
# nbgrader finds folders by a pattern, in which these stand for other characters.
_PATTERN = "*?["
# The formgrader puts names into its pages and their scripts without escaping them.
_MARKUP = '<>"'


def refusal(student_id: str) -> str | None:
    """Say why nbgrader cannot hold a student of this name; None if it can.

    Parameters
    ----------
    student_id : str

    Returns
    -------
    str or None
        One sentence.
    """
    shown = plain_text(student_id)
    if not student_id.strip():
        why = "it is empty"
    elif len(student_id) > LONGEST:
        shown = f"{shown[:40]}\u2026"
        why = f"it has {len(student_id)} characters, and nbgrader keeps {LONGEST}"
    elif shown != student_id or "\n" in student_id or "\t" in student_id:
        why = "it holds a character that does not show"
    elif student_id != student_id.strip():
        why = "it begins or ends with a space, which nbgrader takes away"
    elif student_id in (".", "..") or "/" in student_id or "\\" in student_id:
        why = "it is no name of a folder"
    elif any(character in student_id for character in _PATTERN):
        why = "it holds *, ? or [, which nbgrader takes for a pattern"
    elif any(character in student_id for character in _MARKUP):
        why = 'it holds <, > or ", which nbgrader puts into its pages as they are'
    else:
        return None
    return (
        f"{shown!r} is not in the gradebook: nbgrader cannot hold this name, since {why}; rename "
        "the folder or file of the submission and grade it again."
    )
