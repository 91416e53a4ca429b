"""What `grade` and `regrade` have in common: options, settings, the gradebook, and how they end."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands import released
from autograder.commands.counts import count_of
from autograder.commands.interruption import Interrupted, interruptible
from autograder.commands.usage import UsageError
from autograder.grading.journal import JournalError
from autograder.grading.scheduler import ClusterError
from autograder.grading.settings import Settings, confirmations
from autograder.grading.summary import NO_SANDBOX
from autograder.results.jsonl import Results, ResultsError
from autograder.sandbox import Limits, SandboxError, find_sandbox
from autograder.submissions import Submission
from autograder.submissions.collect import CollectError, collect

if TYPE_CHECKING:
    from autograder.gradebook import Course
    from autograder.sandbox import Sandbox

OUT = Path("grades")
COURSE_FILE = "nbgrader_config.py"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what both commands take."""
    parser.add_argument(
        "submitted",
        type=Path,
        metavar="SUBMITTED",
        help="nbgrader's folder of submissions, or a folder or zip file of notebooks as Canvas and "
        "Moodle hand them out",
    )
    parser.add_argument(
        "--jobs",
        type=count_of("jobs"),
        metavar="N",
        help="submissions to grade at a time (default: one for each core)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=OUT,
        metavar="DIR",
        help="folder of the results (default: %(default)s)",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="grade on the workers of this Dask scheduler, such as tcp://127.0.0.1:8786",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--sandbox",
        choices=("auto", "bubblewrap", "docker", "podman"),
        default="auto",
        help="what keeps students' code apart (default: the first that is installed)",
    )
    where.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run students' code with your own rights; every report says so",
    )
    gradebook = parser.add_mutually_exclusive_group()
    gradebook.add_argument(
        "--gradebook",
        metavar="URL",
        help="record the results in this nbgrader gradebook, such as sqlite:///gradebook.db "
        f"(default: the course's own, in a folder with {COURSE_FILE})",
    )
    gradebook.add_argument(
        "--no-gradebook", action="store_true", help="record the results in no gradebook"
    )
    released.add_option(parser)


class Batch:
    """What a run of either command works with.

    Attributes
    ----------
    submissions : list of Submission
    settings : Settings
    jobs : int

    Raises
    ------
    UsageError
        If something that was given cannot be used.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.submissions = _collected(arguments.submitted)
        self._course = _course(arguments)
        self.settings = Settings(
            released=released.read_released(self._released(arguments)),
            sandbox=_sandbox(arguments),
            limits=Limits(),
            secret=os.urandom(32),
            confirmations=confirmations(),
        )
        self.jobs = arguments.jobs or cores()

    def record(self, results: Results) -> None:
        """Record results in the gradebook, if there is one to record them in."""
        if self._course is None:
            return
        from autograder.gradebook import record

        by_student = {submission.student_id: submission for submission in self.submissions}
        for sentence in record(results, by_student, self._course, self.settings.released):
            print(sentence, file=sys.stderr)
        print("Recorded in nbgrader's gradebook.")

    def expect(self, students: Sequence[str]) -> None:
        """Refuse students who handed in nothing."""
        strangers = set(students) - {submission.student_id for submission in self.submissions}
        if strangers:
            raise UsageError(
                f"There is no submission of {', '.join(sorted(strangers))}; give --student a name "
                "as it stands in grades.csv."
            )

    def _released(self, arguments: argparse.Namespace) -> Path | None:
        if arguments.released is None and self._course is not None:
            path = self._course.released()
            return path if path.is_file() else None
        chosen: Path | None = arguments.released
        return chosen


def run_batch(arguments: argparse.Namespace, work: Callable[[Batch], None]) -> int:
    """Do the work of a command; return its exit status.

    Raises
    ------
    UsageError
        If it cannot be done.
    """
    from autograder.gradebook import GradebookError

    try:
        with interruptible():
            work(Batch(arguments))
    except Interrupted as interruption:
        print(
            f"\nInterrupted. What is graded is kept in {arguments.out}; the same command goes on.",
            file=sys.stderr,
        )
        return interruption.status
    except (ClusterError, GradebookError) as problem:
        print(
            f"{problem} What is graded is kept in {arguments.out}; the same command goes on.",
            file=sys.stderr,
        )
        return 1
    except (JournalError, ResultsError) as problem:
        raise UsageError(str(problem)) from None
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise UsageError(
            f"{problem.filename or arguments.out} cannot be used ({problem.strerror}); when that "
            "is mended, the same command goes on."
        ) from None
    return 0


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _collected(submitted: Path) -> list[Submission]:
    try:
        return collect(submitted)
    except CollectError as error:
        raise UsageError(str(error)) from None


def _course(arguments: argparse.Namespace) -> Course | None:
    here = Path.cwd()
    if arguments.no_gradebook or (
        arguments.gradebook is None and not (here / COURSE_FILE).is_file()
    ):
        return None
    from autograder.gradebook import Course, GradebookError
    from autograder.gradebook.opening import opened

    try:
        course = Course.at(here, arguments.gradebook)
        # A gradebook that cannot be used is better found now than after a class was graded.
        with opened(course):
            return course
    except GradebookError as error:
        raise UsageError(str(error)) from None


def _sandbox(arguments: argparse.Namespace) -> Sandbox:
    kind = "none" if arguments.no_sandbox else arguments.sandbox
    try:
        sandbox = find_sandbox(kind)
    except SandboxError as error:
        which = "" if kind == "auto" else f"{kind}: "
        raise UsageError(f"Nothing was graded: {which}{error}.") from None
    if arguments.no_sandbox:
        print(NO_SANDBOX, file=sys.stderr)
    return sandbox
