"""PyTorch: its own operators, and a loop that its compiler makes of several."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import Any

import torch

from benchmarks.peers.peer import Array, Call, Peer

LINEAR = -2 * math.sqrt(2 / math.pi)
CUBIC = 0.044715 * LINEAR


def _gelu(x: Array) -> Call:
    # "tanh" is the formula of the course; the default is the exact one, with the error function.
    return partial(torch.nn.functional.gelu, torch.from_numpy(x), approximate="tanh")


def _matmul(a: Array, b: Array) -> Call:
    return partial(torch.matmul, torch.from_numpy(a), torch.from_numpy(b))


def _expression(x: Any) -> Any:
    """GELU as fused_gelu computes it, written in operators that each make a tensor."""
    return x / (1 + torch.exp(x * (LINEAR + CUBIC * (x * x))))


@cache
def _compiled() -> Any:
    # Sizes as variables: otherwise every new size would be compiled anew.
    return torch.compile(_expression, dynamic=True)


def _compiled_gelu(x: Array) -> Call:
    return partial(_compiled(), torch.from_numpy(x))


def peers(threads: int) -> list[Peer]:
    """Return the operators, and the compiled expression, for which a C++ compiler is needed."""
    torch.set_num_threads(threads)
    return [
        Peer("PyTorch", {"gelu": _gelu, "matmul": _matmul}),
        Peer("torch.compile", {"gelu": _compiled_gelu}),
    ]
