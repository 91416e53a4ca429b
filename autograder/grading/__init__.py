"""From submissions to results: one at a time, a class at once, or only what changed."""

import autograder.quick_start  # noqa: F401  (before anything else)
from autograder.grading.batch import grade_batch
from autograder.grading.checks_digest import checks_digest
from autograder.grading.settings import Settings
from autograder.grading.submission import grade, grade_notebook

__all__ = ["Settings", "checks_digest", "grade", "grade_batch", "grade_notebook"]
