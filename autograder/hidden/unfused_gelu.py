"""Confirms Part 3: eight arrays, alive at once."""

from __future__ import annotations

import numpy as np

from autograder.checks.answers import differing
from autograder.checks.gelu_cases import TOLERANCE, gelu
from autograder.checks.unfused_gelu import ARRAYS, NAME
from autograder.examination import Examination
from autograder.hidden.following import drawn, follow, repeat, require
from autograder.hidden.memory import resident_peak
from autograder.replay.measures import has_memory_of_its_own, most_alive

CANARY = "b6f0d93e42c7418e95ac"

_RESIDENT = 7.5, 9.0


def eight_steps(examination: Examination) -> None:
    """Eight arrays in the steps, and as much memory in the process."""
    size = 2**17 + int(examination.rng.integers(1, 1_000))
    script = follow(examination, NAME, (drawn(examination.rng, size),))
    unseen = drawn(examination.unseen, size)
    result = repeat(script, (unseen,))
    require(result.shape == unseen.shape)
    require(not np.any(differing(result, gelu(unseen), TOLERANCE)))
    require(has_memory_of_its_own(script))
    require(most_alive(script, size) == ARRAYS)
    # Steps could say that an array was there longer than it was: the operating system does not.
    peak = resident_peak(examination, NAME)
    low, high = _RESIDENT
    require(peak is None or low <= peak <= high)
