"""Grading one submission: from its bytes to its row, whatever it is."""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from autograder.examination import examine
from autograder.grading.checks_digest import FOLDER, checks_digest
from autograder.grading.ending import status_of
from autograder.grading.seeds import generator
from autograder.grading.settings import Settings
from autograder.parts import PARTS
from autograder.plain_text import plain_text
from autograder.report import Report
from autograder.results import Result, Status
from autograder.sandbox import SandboxedSubject
from autograder.submissions import Submission
from autograder.submissions.reading import Missing, Unreadable, read
from autograder.submissions.repair import prepare


class Grading(Protocol):
    """How one submission is graded: as `grade` does, which never raises."""

    def __call__(
        self, submission: Submission, settings: Settings, data: bytes | None = None
    ) -> Result:
        """Return its result."""
        ...


OWN_ERROR = (
    "The autograder itself failed on this submission, so its points are not final: grade it again "
    "or by hand."
)


def grade(submission: Submission, settings: Settings, data: bytes | None = None) -> Result:
    """Grade one submission.

    Parameters
    ----------
    submission : Submission
    settings : Settings
    data : bytes, optional
        The notebook, where it was read already.

    Returns
    -------
    Result
        Always: what cannot be read or examined is a result too.
    """
    try:
        if data is None:
            data = read(submission)
        result = grade_notebook(submission.student_id, data, settings)
    except Missing as problem:
        result = not_examined(submission.student_id, "missing", str(problem), settings)
    except Unreadable as problem:
        result = not_examined(submission.student_id, "unreadable", str(problem), settings)
    except Exception as error:
        result = _failed(submission.student_id, "", settings, error)
    return replace(result, remarks=(*submission.remarks, *result.remarks))


def grade_notebook(student_id: str, data: bytes, settings: Settings) -> Result:
    """Grade the bytes of one notebook.

    Parameters
    ----------
    student_id : str
    data : bytes
        Anything: what is no notebook is unreadable.
    settings : Settings

    Returns
    -------
    Result
    """
    digest = submission_digest(data)
    try:
        prepared = prepare(data, settings.released)
    except Unreadable as problem:
        return not_examined(student_id, "unreadable", str(problem), settings, digest)
    except Exception as error:
        return _failed(student_id, digest, settings, error)
    found = _Found()
    after = {part: prepared.checked_after.get(part, len(prepared.cells)) for part in PARTS}
    try:
        with SandboxedSubject(prepared.cells, settings.sandbox, settings.limits) as subject:
            for part in sorted(PARTS.values(), key=lambda part: after[part.name]):
                subject.run(after[part.name])
                rng = generator(settings.secret, student_id, digest, part.name)
                try:
                    report = examine(part, subject, rng=rng, confirmations=settings.confirmations)
                except Exception as error:
                    # One part that fails does not take the points of the others with it.
                    found.errors.append(error)
                else:
                    found.reports.append(report)
            # What stands below the last check can no longer change a score; what it prints and
            # what becomes of it is still told.
            subject.run()
            said, endings = subject.said, subject.endings
    except Exception as error:
        found.errors.append(error)
        said, endings = "", ()
    status, reason = status_of(prepared, endings)
    if found.errors:
        status, reason = "crashed", OWN_ERROR
    return Result(
        student_id=student_id,
        status=status,
        reason=reason,
        score=float(sum(report.score for report in found.reports)),
        max_score=_max_score(),
        parts=_no_points() | {report.part: report.score for report in found.reports},
        reports={
            report.part: report.to_dict()
            for report in sorted(found.reports, key=lambda report: PARTS[report.part].number)
        },
        repairs=prepared.repairs,
        remarks=found.remarks(),
        printed=said,
        isolation=settings.sandbox.isolation,
        submission=digest,
        checks=checks_digest(),
    )


def not_examined(
    student_id: str,
    status: Status,
    reason: str,
    settings: Settings,
    digest: str = "",
    remarks: tuple[str, ...] = (),
) -> Result:
    """Return the row of a submission of which no part was examined: 0 points."""
    return Result(
        student_id=student_id,
        status=status,
        reason=plain_text(reason),
        score=0.0,
        max_score=_max_score(),
        parts=_no_points(),
        remarks=remarks,
        isolation=settings.sandbox.isolation,
        submission=digest,
        checks=checks_digest(),
    )


def submission_digest(data: bytes) -> str:
    """Return what tells one version of a notebook from another."""
    return hashlib.sha256(data).hexdigest()


def found_digest(submission: Submission) -> str:
    """Return the digest of what lies there now; empty if it cannot be read."""
    try:
        return submission_digest(read(submission))
    except (Missing, Unreadable):
        return ""


@dataclass
class _Found:
    """What examining the parts brought up."""

    reports: list[Report] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def remarks(self) -> tuple[str, ...]:
        """Return what an instructor should know, a sentence each."""
        errors = tuple(dict.fromkeys(_own_error(error) for error in self.errors))
        unconfirmed = tuple(
            f'{report.title}: "{result.item.proves}" was reported by the student\'s process and '
            "could not be confirmed outside it, so it earned nothing; read the code."
            for report in self.reports
            for result in report.items
            if result.item.id in report.unconfirmed
        )
        return (*errors, *unconfirmed)


def _failed(student_id: str, digest: str, settings: Settings, error: Exception) -> Result:
    return not_examined(
        student_id, "crashed", OWN_ERROR, settings, digest, remarks=(_own_error(error),)
    )


def _own_error(error: Exception) -> str:
    """Say where the autograder failed; not with what, which could be a hidden check's values."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(FOLDER)]
    place = ""
    if ours:
        file = Path(ours[-1].filename).relative_to(FOLDER.parent)
        place = f" in {file.as_posix()}, line {ours[-1].lineno}"
    return (
        f"An error of the autograder, not of the student's code: {type(error).__name__}{place}. "
        "Please report it."
    )


def _max_score() -> float:
    return float(sum(part.points for part in PARTS.values()))


def _no_points() -> dict[str, float]:
    return dict.fromkeys(PARTS, 0.0)
