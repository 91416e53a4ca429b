"""Which of the files that a student handed in is graded."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.submissions.archive import (
    MAX_INNER_BYTES,
    archive_entries,
    inner_archive,
    read_member,
)
from autograder.submissions.entries import Entry
from autograder.submissions.errors import Unreadable
from autograder.submissions.layout import NOTEBOOK_SUFFIX, Handed
from autograder.submissions.names import ASSIGNMENT, Owner, is_assignment
from autograder.submissions.reading import opened
from autograder.submissions.submission import Submission

EXPECTED = f"{ASSIGNMENT}{NOTEBOOK_SUFFIX}"
# Not a notebook, yet handed in as one: reading it says what it is.
IN_PLACE_OF_ONE = {
    ".zip", ".pdf", ".htm", ".html", ".docx", ".odt", ".txt", ".md", ".rmd", ".qmd", ".r", ".py",
    ".json", ".7z", ".rar", ".gz", ".tar",
}  # fmt: skip
# nbgrader writes it when a submission is collected.
TIMESTAMP = "timestamp.txt"
SHOWN_NAMES = 3

Found = tuple[Owner, Entry]


def choose(handed: Handed, student_id: str) -> Submission:
    """Return what to grade of all that a student handed in, and say what was left out.

    Parameters
    ----------
    handed : Handed
    student_id : str
        The id to grade it under.
    """
    ranked = [(rank, found) for found in _files(handed) if (rank := _rank(*found)) is not None]
    if not ranked:
        return Submission(student_id, None)
    best = min(rank for rank, _ in ranked)
    chosen = max((found for rank, found in ranked if rank == best), key=_newness)
    others = [found for rank, found in ranked if rank <= 2 and found is not chosen]
    who, entry = chosen
    return Submission(
        student_id, entry.path, entry.member, tuple(_remarks(who, entry, others, best))
    )


def _files(handed: Handed) -> Iterator[Found]:
    for who, entry in handed.files:
        elsewhere = len(entry.parts) > 1 and entry.parts[0].casefold() != ASSIGNMENT
        if handed.strict and elsewhere:
            continue
        yield from _unpacked(who, entry) if entry.suffix == ".zip" else [(who, entry)]


def _unpacked(who: Owner, entry: Entry) -> Iterator[Found]:
    """Give what is in a student's zip file; the file itself if that holds nothing to grade."""
    try:
        with opened(entry.path) as file:
            if entry.member is None:
                content = file.read(MAX_INNER_BYTES + 1)
            else:
                content = read_member(file, entry.member, MAX_INNER_BYTES, entry.path.name)
        if len(content) > MAX_INNER_BYTES:
            raise Unreadable(f"{entry.name} is too large.")
        unpacked = inner_archive(content, entry.name)
        inside = list(archive_entries(entry.path, unpacked, entry.member))
    except Unreadable:
        inside = []
    plain = Owner(who.student_id, "", who.times, who.late)
    found = [
        (plain, Entry((*entry.parts[:-1], *e.parts), e.kind, e.path, e.member, e.modified))
        for e in inside
        if e.kind == "file" and e.suffix != ".zip"
    ]
    yield from found if any(_rank(*one) is not None for one in found) else [(who, entry)]


def _rank(who: Owner, entry: Entry) -> int | None:
    """Return how likely this is the notebook: 0 is nbgrader's own place, None is something else."""
    if entry.parts[-2:] == (ASSIGNMENT, EXPECTED):
        return 0
    name = who.file or entry.name
    suffix = "." + name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if suffix == NOTEBOOK_SUFFIX:
        return 1 if is_assignment(name) else 2
    if NOTEBOOK_SUFFIX in name.casefold():
        return 3
    if suffix in {".py", ".json"} and is_assignment(name):
        return 4
    if entry.kind == "closed" or (suffix in IN_PLACE_OF_ONE and name != TIMESTAMP):
        return 5
    return None


def _newness(found: Found) -> tuple[int, float, tuple[str, ...]]:
    who, entry = found
    return who.times, entry.modified, entry.parts


def _remarks(who: Owner, entry: Entry, others: list[Found], rank: int) -> Iterator[str]:
    if who.late:
        yield "Canvas marks it as handed in late."
    if others:
        names = ", ".join(_shown(other.parts) for _, other in others[:SHOWN_NAMES])
        more = f" and {len(others) - SHOWN_NAMES} more" if len(others) > SHOWN_NAMES else ""
        why = "which lies where it was expected" if rank == 0 else "the newest of such a name"
        yield f"Graded: {_shown(entry.parts)}, {why}. Not graded: {names}{more}."
    name = who.file or entry.name
    # A loose file is called after its student.
    if name != EXPECTED and who.file != entry.name:
        yield f"The file is called {_shown((name,))}; expected `{EXPECTED}`."


def _shown(parts: tuple[str, ...]) -> str:
    name = "/".join(parts)
    name = "".join(c if c.isprintable() and c != "`" else "\N{REPLACEMENT CHARACTER}" for c in name)
    return f"`{name if len(name) <= 80 else name[:40] + ' … ' + name[-37:]}`"
