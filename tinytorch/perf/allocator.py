"""The state of the C library's allocator, on which the price of a new array depends."""

from __future__ import annotations

import numpy as np

# Just below 32 MiB, the most that the threshold below can rise to.
LARGEST_REUSED_BYTES = 2**25 - 2**13


def settle_allocator() -> None:
    """Bring the allocator to where a program comes that has freed large arrays before.

    glibc gives an array above a threshold pages of its own, and returns them when it is freed; and
    each such array that is freed raises the threshold to its size, up to 32 MiB (mallopt(3),
    ``M_MMAP_THRESHOLD``). Below it, memory is used again without page faults. Without this, what a
    new array costs would depend on what the process did before.
    """
    np.empty(LARGEST_REUSED_BYTES, dtype=np.uint8)
