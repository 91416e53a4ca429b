"""What the recording of the grading benchmark calls things: those who quote it read them here."""

SPEED = "grading"
MEMORY = "grading_memory"
OURS = "autograder grade"
NBGRADER = "nbgrader autograde"
