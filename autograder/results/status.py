"""How grading a submission ended, in one word."""

from __future__ import annotations

from typing import Literal, get_args

Status = Literal[
    "graded", "repaired", "partial", "timeout", "memory", "crashed", "unreadable", "missing"
]

STATUSES: tuple[Status, ...] = get_args(Status)

MEANINGS: dict[Status, str] = {
    "graded": "examined as it was handed in",
    "repaired": "examined after a repair that the sentence names",
    "partial": "only a part of it could be read or examined",
    "timeout": "some of its code did not end within its time",
    "memory": "some of its code asked for more memory than it may have",
    "crashed": "some of its code ended the process that ran it",
    "unreadable": "not a notebook that can be read",
    "missing": "nothing was handed in",
}
"""What each status says about a submission."""
