"""What grading found in one submission, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.results.status import STATUSES, Status


@dataclass(frozen=True)
class Result:
    """One submission's row.

    Attributes
    ----------
    student_id : str
    status : Status
    reason : str
        One or two sentences that say why the status is what it is.
    score, max_score : float
        Automatic points; the essay, which a person marks, is in neither.
    parts : dict of str to float
        Points of each part, by its name; a part that was not examined has 0.
    reports : dict of str to dict
        `autograder.Report.to_dict` of each part that was examined, by the part's name.
    repairs : tuple of str
        What was repaired before grading, a sentence each.
    remarks : tuple of str
        What an instructor should know, a sentence each: a measure that could not be confirmed, a
        second notebook that was not graded.
    printed : str
        The beginning of what the notebook's cells printed and raised.
    isolation : str
        What kept the student's code apart: "bubblewrap", "docker", "podman" or "none".
    submission : str
        SHA-256 of the notebook's bytes; empty if there were none.
    checks : str
        Digest of the checks that graded it (`autograder.grading.checks_digest`).
    """

    student_id: str
    status: Status
    reason: str
    score: float
    max_score: float
    parts: dict[str, float]
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    printed: str = ""
    isolation: str = ""
    submission: str = ""
    checks: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Result:
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError
            If a field is missing or unknown, or the status is no status.
        """
        try:
            result = cls(
                **{**data, "repairs": tuple(data["repairs"]), "remarks": tuple(data["remarks"])}
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a result: {error}") from None
        if result.status not in STATUSES:
            raise ValueError(
                f"not a result: got the status {result.status!r}; expected one of "
                f"{', '.join(STATUSES)}"
            )
        return result
