"""What was handed in: finding it, reading it, and repairing what is plain to repair."""

from autograder.submissions.submission import Submission

__all__ = ["Submission"]
