"""A grading that takes no time and does what the submission says, and a class to grade with it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.grading import Settings, checks_digest
from autograder.grading.seeds import generator
from autograder.grading.submission import not_examined, submission_digest
from autograder.parts import PARTS
from autograder.results import Result
from autograder.sandbox import Limits
from autograder.submissions import Submission
from autograder.submissions.reading import Unreadable, read


@dataclass(frozen=True)
class NoSandbox:
    """Stands where a sandbox stands; nothing runs in it."""

    isolation: str = "none"


def settings(secret: bytes = b"secret") -> Settings:
    """Give settings that no submission needs."""
    return Settings(nbformat.v4.new_notebook(), NoSandbox(), Limits(), secret)


def grade_as_told(submission: Submission, settings: Settings, data: bytes | None = None) -> Result:
    """Do what the submission says; its printed text is drawn as a check draws its inputs."""
    try:
        data = read(submission) if data is None else data
    except Unreadable as problem:
        return not_examined(submission.student_id, "unreadable", str(problem), settings)
    match data.decode().split():
        case ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["die", "once", mark] if not Path(mark).exists():
            Path(mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case ["sleep", seconds]:
            time.sleep(float(seconds))
    digest = submission_digest(data)
    rng = generator(settings.secret, submission.student_id, digest, "fused_gelu")
    score = float(rng.integers(15))
    return Result(
        student_id=submission.student_id,
        status="graded",
        reason="Examined as it was handed in.",
        score=score,
        max_score=90.0,
        parts=dict.fromkeys(PARTS, 0.0) | {"fused_gelu": score},
        printed=f"process {'x' * 1000} {rng.integers(10**9)}",
        isolation=settings.sandbox.isolation,
        remarks=submission.remarks,
        submission=digest,
        checks=checks_digest(),
    )


def submit(folder: Path, texts: dict[str, str]) -> list[Submission]:
    """Write a file for each student and give the submissions."""
    folder.mkdir(exist_ok=True)
    for student, text in texts.items():
        (folder / f"{student}.ipynb").write_text(text)
    return [Submission(student, folder / f"{student}.ipynb") for student in texts]


def class_of(count: int) -> dict[str, str]:
    """Give so many students something to hand in."""
    return {f"student{number:02}": f"work {number}" for number in range(count)}
