"""Where the student's code runs: a process that can reach nothing, and the pipe to it."""

from autograder.sandbox.endings import Ending
from autograder.sandbox.finding import find_sandbox
from autograder.sandbox.launching import Sandbox, SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.subject import SandboxedSubject

__all__ = ["Ending", "Limits", "Sandbox", "SandboxError", "SandboxedSubject", "find_sandbox"]
