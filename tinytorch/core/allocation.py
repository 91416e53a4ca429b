"""How much memory one call needs at its worst moment: an exact count, not a sample.

NumPy reports every array that it allocates to ``tracemalloc``, so the peak does not depend on the
machine or on what else it is doing.
"""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Allocation:
    """What one call returned, and what it had allocated when it held most.

    Attributes
    ----------
    result : object
        What the call returned. It is part of the peak: it was allocated by the call.
    peak_bytes : int
        The most bytes held at one moment, above what was held before the call.
    output_bytes : int
        Bytes of the result's own array; 0 when the result holds none.
    """

    result: Any
    peak_bytes: int
    output_bytes: int

    @property
    def peak_in_outputs(self) -> float:
        """Peak in units of the result: 1.0 is the result alone, 8.0 is seven temporaries more."""
        if self.output_bytes == 0:
            raise ValueError(
                f"the call returned {type(self.result).__name__} with no bytes of its own, so its "
                "peak has no unit: return an array or a Tensor with at least one element"
            )
        return self.peak_bytes / self.output_bytes

    @property
    def full_size_temporaries(self) -> int:
        """Arrays as large as the result that were alive beside it at the worst moment.

        Smaller scratch does not count: seven eighths of a temporary are none.
        """
        # Python's own small objects are in the peak too, and can only make it larger.
        return max(0, math.floor(self.peak_in_outputs) - 1)


def allocations(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Allocation:
    """Call ``function`` once and count what it allocated: its peak, and full-size temporaries.

    Parameters
    ----------
    function : callable
        Called once with ``args`` and ``kwargs``.

    Returns
    -------
    Allocation
        The result, and the peak in bytes and in units of the result.

    Raises
    ------
    TypeError
        If ``function`` cannot be called.
    """
    if not callable(function):
        raise TypeError(
            f"allocations got {type(function).__name__}; expected a function: "
            "pass the function itself and its arguments after it"
        )
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        result = function(*args, **kwargs)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        if not was_tracing:
            tracemalloc.stop()
    return Allocation(result, max(0, peak - before), _output_bytes(result))


def _output_bytes(result: Any) -> int:
    # An ndarray has a `.data` too, but that is a memoryview of itself: look at the array first.
    array = result if isinstance(result, np.ndarray) else getattr(result, "data", None)
    return array.nbytes if isinstance(array, np.ndarray) else 0
