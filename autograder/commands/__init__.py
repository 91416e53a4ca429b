"""One file for each command: what it takes, and what it does."""

import autograder.quick_start  # noqa: F401  (before anything else)
