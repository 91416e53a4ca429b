"""Have a GELU followed, and make sure that its steps give GELU of other values."""

from __future__ import annotations

import numpy as np

from autograder.checks.answers import differing
from autograder.checks.gelu_cases import TOLERANCE, gelu
from autograder.examination import Examination
from autograder.hidden.following import drawn, follow, repeat, require
from autograder.replay import Script

CANARY = "8b3214ac6cbfc677d486"


def follow_gelu(examination: Examination, function: str, size: int) -> Script:
    """Return the steps that a function takes on so many values.

    Raises
    ------
    Unconfirmed
        If there are none, or they do not give GELU.
    """
    script = follow(examination, function, (drawn(examination.rng, size),))
    unseen = drawn(examination.unseen, size)
    result = repeat(script, (unseen,))
    require(result.shape == unseen.shape)
    require(not np.any(differing(result, gelu(unseen), TOLERANCE)))
    return script
