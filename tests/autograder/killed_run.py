"""A run of a batch that a test kills: ``python -m tests.autograder.killed_run FOLDER OUT JOBS``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from autograder.grading import grade_batch
from autograder.submissions import Submission
from tests.autograder.fake_grading import grade_as_told, settings


def main(folder: str, out: str, jobs: str) -> None:
    """Grade every file of the folder, with a secret of its own as every new run has."""
    submissions = [Submission(path.stem, path) for path in Path(folder).iterdir()]
    results = grade_batch(
        submissions,
        settings(os.urandom(32)),
        Path(out),
        int(jobs),
        grading=grade_as_told,
        finish=lambda results: time.sleep(0.5),
    )
    print(f"graded {len(results)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
