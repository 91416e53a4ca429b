"""Arguments that lie in memory which the grader sees too."""

from __future__ import annotations

import mmap
import os
from collections.abc import Mapping
from typing import Any

import numpy as np


class MappedArena:
    """The worker's view of the memory that it shares with the grader."""

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, os.fstat(descriptor).st_size)

    def array(self, place: Mapping[str, Any]) -> np.ndarray:
        """Return the float32 array at a place: its offset, shape, strides and whether writable."""
        array: np.ndarray = np.ndarray(
            tuple(place["shape"]),
            np.float32,
            self._memory,
            place["offset"],
            tuple(place["strides"]),
        )
        array.flags.writeable = place["writable"]
        return array
