"""Whose row of a roster it is: student ids matched with what the platform calls the students."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autograder.export.tables import Table

# What a file is called that was downloaded from Canvas or Moodle ends in the user's number there.
_NUMBER_AT_THE_END = re.compile(r"_(\d+)$")


@dataclass(frozen=True)
class Columns:
    """Which columns of a roster say who a student is.

    Attributes
    ----------
    ids : tuple of str
        Columns whose whole text may be a student id; of an email address also what stands before
        the @.
    number : str or None
        Column that holds the number with which the platform marks downloaded files.
    """

    ids: tuple[str, ...]
    number: str | None = None


@dataclass(frozen=True)
class Matching:
    """Which row of a roster is which student's.

    Attributes
    ----------
    student_of : dict of int to str
        By the row's place.
    without_row : tuple of str
        Students of the results who are in no row, or could be several.
    without_result : tuple of int
        Rows of nobody in the results.
    """

    student_of: dict[int, str]
    without_row: tuple[str, ...]
    without_result: tuple[int, ...]


def match(
    students: Iterable[str],
    roster: Table,
    columns: Columns,
    is_student: Callable[[Sequence[str]], bool] = lambda row: True,
) -> Matching:
    """Match students with rows: one student to a row, and nobody by a guess.

    An id matches where it equals a whole cell, whatever its capitals; else where it ends in the
    platform's number, as `doejane_12345` does. An id that could be two rows is none of them.

    Parameters
    ----------
    students : iterable of str
    roster : Table
    columns : Columns
    is_student : callable
        Whether a row is a student's; a platform may have rows about something else.
    """
    rows = [place for place, row in enumerate(roster.rows) if is_student(row)]
    exact: dict[str, set[int]] = defaultdict(set)
    before_at: dict[str, set[int]] = defaultdict(set)
    numbered: dict[str, set[int]] = defaultdict(set)
    for place in rows:
        cells = dict(zip(roster.head, roster.rows[place], strict=True))
        for name in columns.ids:
            text = cells.get(name, "").strip().casefold()
            if text:
                exact[text].add(place)
                local, at, _ = text.partition("@")
                if at and local:
                    before_at[local].add(place)
        if columns.number is not None:
            digits = re.sub(r"\D", "", cells.get(columns.number, ""))
            if digits:
                numbered[digits].add(place)
    claims: dict[int, list[str]] = defaultdict(list)
    nowhere = []
    for student in students:
        number = _NUMBER_AT_THE_END.search(student)
        key = student.strip().casefold()
        candidates = (
            exact.get(key)
            or before_at.get(key)
            or (numbered.get(number.group(1)) if number else None)
            or set()
        )
        if len(candidates) == 1:
            claims[next(iter(candidates))].append(student)
        else:
            nowhere.append(student)
    student_of = {}
    for place, claimants in claims.items():
        if len(claimants) == 1:
            student_of[place] = claimants[0]
        else:
            nowhere += claimants
    without = tuple(place for place in rows if place not in student_of)
    return Matching(student_of, tuple(sorted(nowhere)), without)
