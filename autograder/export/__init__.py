"""The grades as Canvas, Moodle, Gradescope and any other program read them."""

from autograder.export.errors import ExportError
from autograder.export.formats import exported
from autograder.export.grades import grades
from autograder.export.hand_marks import read_hand_marks
from autograder.export.writing import write

__all__ = ["ExportError", "exported", "grades", "read_hand_marks", "write"]
