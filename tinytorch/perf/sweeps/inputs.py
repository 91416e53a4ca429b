"""The numbers that the sweeps compute with: drawn from a fixed seed, the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def activations(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Draw standard normal float32 values, as the inputs of an activation function are."""
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def positive(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Draw float32 values between 0.5 and 1.5: no operation over- or underflows on them."""
    return np.random.default_rng(seed).random(shape, dtype=np.float32) + np.float32(0.5)
