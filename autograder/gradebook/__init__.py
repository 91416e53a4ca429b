"""Results in nbgrader's gradebook and folders, where its own commands and formgrader find them."""

from autograder.gradebook.course import Course, GradebookError
from autograder.gradebook.notebook import autograded_notebook
from autograder.gradebook.recording import record

__all__ = ["Course", "GradebookError", "autograded_notebook", "record"]
