"""How much memory a function takes, as the operating system counts it, outside the process."""

from __future__ import annotations

import numpy as np

from autograder.checks.answers import differing
from autograder.checks.gelu_cases import TOLERANCE, gelu
from autograder.examination import Examination
from autograder.hidden.following import drawn, require
from autograder.subject import ArrayArgument

CANARY = "7d20e6a8c1b34f5f9a04"

_ELEMENTS = 2**21
_SAMPLE = 4_001


def resident_peak(examination: Examination, function: str) -> float | None:
    """Return by how much the process grew at most, in units of the result.

    None where the system does not tell.

    Raises
    ------
    Unconfirmed
        If the call did not give GELU: then its memory says nothing.
    """
    x = drawn(examination.rng, _ELEMENTS + int(examination.rng.integers(1, 1_000)))
    answer = examination.ask("resident", function, ArrayArgument(x))
    result = answer.arrays.get("result")
    require(answer.facts["raised"] is None and result is not None and result.shape == x.shape)
    assert result is not None
    some = examination.unseen.integers(x.size, size=_SAMPLE)
    require(not np.any(differing(result[some], gelu(x[some]), TOLERANCE)))
    peak: float | None = answer.facts["resident_in_outputs"]
    return peak
