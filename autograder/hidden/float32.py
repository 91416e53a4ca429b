"""Confirms that a function computes in float32."""

from __future__ import annotations

import math

from autograder.checks.answers import FEW, OTHER_FLOATS
from autograder.examination import Examination
from autograder.hidden.following import followed, require
from autograder.replay.measures import operations

CANARY = "5c7e02b9d8146fa3e0b7"


def float32_throughout(examination: Examination) -> None:
    """No array of another floating type in the steps that confirmed other items.

    Where none could be followed those items are lost, and the worker is believed here.
    """
    for script in followed(examination):
        require(
            not any(
                operation.dtype.name in OTHER_FLOATS and math.prod(operation.shape) > FEW
                for operation in operations(script)
            )
        )
