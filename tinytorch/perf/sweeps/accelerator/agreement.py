"""A result that is wrong is not worth timing: every call is checked before its first sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinytorch.perf.points import RecordingError


def require_agreement(
    what: str, result: NDArray[np.float64], expected: NDArray[np.float64], tolerance: float
) -> None:
    """Compare what the device computed with what the host computed in float64.

    Parameters
    ----------
    what : str
        The case in words, for the message.
    result, expected : array
        Of the same shape.
    tolerance : float
        Largest difference that rounding explains, absolute.

    Raises
    ------
    RecordingError
        If they differ by more, or the result is not a number.
    """
    if result.shape != expected.shape:
        raise RecordingError(
            f"{what}: the device returned the shape {result.shape}, expected {expected.shape}; "
            f"nothing was recorded of it."
        )
    off = float(np.max(np.abs(result - expected), initial=0.0))
    if not off <= tolerance:  # also where it is NaN
        raise RecordingError(
            f"{what}: the device's result is off by {off:.2g} where rounding explains "
            f"{tolerance:.2g}; nothing was recorded of it."
        )
