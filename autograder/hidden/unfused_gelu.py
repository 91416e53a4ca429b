"""Confirms Part 3: eight arrays, alive at once."""

from __future__ import annotations

from autograder.checks.unfused_gelu import ARRAYS, NAME
from autograder.examination import Examination
from autograder.hidden.following import require
from autograder.hidden.gelu import follow_gelu
from autograder.hidden.memory import resident_peak
from autograder.replay.measures import most_alive

CANARY = "b6f0d93e42c7418e95ac"

_RESIDENT = 7.5, 9.0


def eight_steps(examination: Examination) -> None:
    """Eight arrays in the steps, and as much memory in the process."""
    size = 2**17 + int(examination.rng.integers(1, 1_000))
    script = follow_gelu(examination, NAME, size)
    require(most_alive(script, size) == ARRAYS)
    # Steps could say that an array was there longer than it was: the operating system does not.
    peak = resident_peak(examination, NAME)
    low, high = _RESIDENT
    require(peak is None or low <= peak <= high)
