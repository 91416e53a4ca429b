"""JAX: functions of arrays, compiled by XLA."""

from __future__ import annotations

from typing import Any

import jax

from benchmarks.peers.peer import Array, Call, Peer

_gelu = jax.jit(lambda x: jax.nn.gelu(x, approximate=True))
_matmul = jax.jit(jax.numpy.matmul)


def _finished(function: Any, *operands: Array) -> Call:
    on_device = [jax.device_put(operand) for operand in operands]
    # A call returns before its result is there, so wait for it.
    return lambda: function(*on_device).block_until_ready()


def peers(threads: int) -> list[Peer]:
    """Return GELU and the product; XLA counts the cores of its process and takes no number."""
    return [
        Peer(
            "JAX",
            {
                "gelu": lambda x: _finished(_gelu, x),
                "matmul": lambda a, b: _finished(_matmul, a, b),
            },
        )
    ]
