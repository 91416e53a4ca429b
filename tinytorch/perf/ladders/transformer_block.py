"""One transformer block in float32 NumPy, as named parts with a GELU that can be swapped.

Block of A. Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762, in the pre-norm
order of GPT-2: x + attention(norm(x)), then x + MLP(norm(x)). The weights are random: only shapes
cost time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Gelu = Callable[[Array], Array]

PARTS = (
    "layer norm",
    "QKV projection",
    "attention scores",
    "softmax",
    "attention values",
    "output projection",
    "MLP up",
    "GELU",
    "MLP down",
    "residual adds",
)
"""The parts in the order in which they first run."""


@dataclass(frozen=True)
class TransformerBlock:
    """Weights of one block and its parts.

    Attributes
    ----------
    heads : int
        Attention heads; the width must be a multiple of it.
    qkv, out, up, down : array
        Weights of shape (width, 3 width), (width, width), (width, 4 width) and (4 width, width).
    gelu : callable
        Takes and returns a float32 array.
    """

    heads: int
    qkv: Array
    out: Array
    up: Array
    down: Array
    gelu: Gelu

    @classmethod
    def random(cls, width: int, heads: int, gelu: Gelu, seed: int = 0) -> TransformerBlock:
        """Make a block; weights are normal, scaled by 1/sqrt(inputs) so that values keep size."""
        if width < 1 or heads < 1 or width % heads:
            raise ValueError(
                f"width {width} must be a multiple of heads {heads}, both at least 1; take for "
                f"example width 512 and heads 8."
            )
        rng = np.random.default_rng(seed)

        def weights(rows: int, columns: int) -> Array:
            drawn = rng.standard_normal((rows, columns), dtype=np.float32)
            return np.asarray(drawn / math.sqrt(rows), dtype=np.float32)

        return cls(
            heads=heads,
            qkv=weights(width, 3 * width),
            out=weights(width, width),
            up=weights(width, 4 * width),
            down=weights(4 * width, width),
            gelu=gelu,
        )

    def layer_norm(self, x: Array) -> Array:
        """Shift and scale each token to mean 0 and variance 1."""
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.mean(np.square(centred), axis=-1, keepdims=True)
        result: Array = centred / np.sqrt(variance + 1e-5)
        return result

    def qkv_projection(self, x: Array) -> tuple[Array, Array, Array]:
        """(tokens, width) to three arrays of (heads, tokens, width / heads)."""
        tokens, width = x.shape
        projected = (x @ self.qkv).reshape(tokens, 3, self.heads, width // self.heads)
        query, key, value = projected.transpose(1, 2, 0, 3)
        return query, key, value

    def attention_scores(self, query: Array, key: Array) -> Array:
        """Compare every query with every key: (heads, tokens, tokens)."""
        scores = query @ key.swapaxes(-1, -2)
        scores *= 1 / math.sqrt(query.shape[-1])
        result: Array = scores
        return result

    def softmax(self, scores: Array) -> Array:
        """Turn each row into weights that sum to 1."""
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        result: Array = weights
        return result

    def attention_values(self, weights: Array, value: Array) -> Array:
        """Mix the values by weight and put the heads side by side: (tokens, width)."""
        mixed = weights @ value
        heads, tokens, width = mixed.shape
        return mixed.transpose(1, 0, 2).reshape(tokens, heads * width)

    def output_projection(self, x: Array) -> Array:
        """(tokens, width) to (tokens, width)."""
        result: Array = x @ self.out
        return result

    def mlp_up(self, x: Array) -> Array:
        """(tokens, width) to (tokens, 4 width)."""
        result: Array = x @ self.up
        return result

    def mlp_down(self, x: Array) -> Array:
        """(tokens, 4 width) to (tokens, width)."""
        result: Array = x @ self.down
        return result

    def mlp(self, x: Array) -> Array:
        """Widen, bend, narrow."""
        # A GELU that slipped into float64 would drag the product after it along; real code casts.
        return self.mlp_down(self.gelu(self.mlp_up(x)).astype(np.float32, copy=False))

    def forward(self, x: Array) -> Array:
        """Run the whole block on (tokens, width)."""
        query, key, value = self.qkv_projection(self.layer_norm(x))
        weights = self.softmax(self.attention_scores(query, key))
        x = x + self.output_projection(self.attention_values(weights, value))
        result: Array = x + self.mlp(self.layer_norm(x))
        return result

    def part_calls(self, x: Array) -> dict[str, Callable[[], object]]:
        """Return each part as a call on the inputs that it meets inside `forward`.

        The layer norm and the residual add happen twice in a block, so their calls do them twice.
        """
        normed = self.layer_norm(x)
        query, key, value = self.qkv_projection(normed)
        scores = self.attention_scores(query, key)
        weights = self.softmax(scores)
        mixed = self.attention_values(weights, value)
        widened = self.mlp_up(normed)
        bent = self.gelu(widened).astype(np.float32, copy=False)
        return {
            "layer norm": lambda: (self.layer_norm(x), self.layer_norm(x)),
            "QKV projection": lambda: self.qkv_projection(normed),
            "attention scores": lambda: self.attention_scores(query, key),
            "softmax": lambda: self.softmax(scores),
            "attention values": lambda: self.attention_values(weights, value),
            "output projection": lambda: self.output_projection(mixed),
            "MLP up": lambda: self.mlp_up(normed),
            "GELU": lambda: self.gelu(widened),
            "MLP down": lambda: self.mlp_down(bent),
            "residual adds": lambda: (x + normed, x + normed),
        }


def part_flops(tokens: int, width: int) -> dict[str, int]:
    """Return FLOP by part for the products alone: 2 m k n each; the other parts are left out."""
    return {
        "QKV projection": 2 * tokens * width * 3 * width,
        "attention scores": 2 * tokens * tokens * width,
        "attention values": 2 * tokens * tokens * width,
        "output projection": 2 * tokens * width * width,
        "MLP up": 2 * tokens * width * 4 * width,
        "MLP down": 2 * tokens * width * 4 * width,
    }
