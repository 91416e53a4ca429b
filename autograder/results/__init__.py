"""What grading found: one `Result` for each submission, and the files that hold them."""

from autograder.results.result import Result
from autograder.results.status import Status

__all__ = ["Result", "Status"]
