"""What a peer is: one way of one library to compute the kernels that are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Call = Callable[[], Any]


@dataclass(frozen=True)
class Peer:
    """One way to compute GELU, the matrix product, or both.

    Attributes
    ----------
    name : str
        As tables and figures show it; no two peers share one.
    kernels : dict of str to callable
        By the name of a kernel (`benchmarks.peers.kernels`): takes the NumPy operands and returns a
        call without arguments. Whatever is to stay outside the measurement, such as handing the
        operands to the library, is done before it is returned. Each call makes a new result, is
        over when that result is there, and returns it.
    """

    name: str
    kernels: Mapping[str, Callable[..., Call]]


@dataclass(frozen=True)
class Library:
    """Where peers come from.

    Attributes
    ----------
    name : str
        As a reader knows it.
    adaptor : str
        Module with a function ``peers(threads)`` that returns the library's peers, told how many
        threads they may use. Importing it imports the library.
    distribution : str or None
        What pip installs; None for what the course itself needs.
    """

    name: str
    adaptor: str
    distribution: str | None = None
