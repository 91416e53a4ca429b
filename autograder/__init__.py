"""Checks of the five parts: exact, never timed, the same in a notebook and in a worker.

Two halves. The *probes* (``autograder.probes``) run beside the learner's code: they call a
function and say in plain data what happened, and hold no expected value. The *checks*
(``autograder.checks``) ask a `Subject` to run probes, hold what is expected and reach the verdict.
Where the learner's code runs, in this process or in another, is the subject's business alone.
"""

from autograder.checking import check
from autograder.report import Report

__all__ = ["Report", "check"]
