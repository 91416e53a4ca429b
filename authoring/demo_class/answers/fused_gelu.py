"""Ways to fill the cell of Part 2."""

from __future__ import annotations

ANSWERS = {
    "in place": """\
import math


def fused_gelu(x):
    scale = math.sqrt(2.0 / math.pi)
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        np.multiply(x.data, x.data, out=y)
        y *= 0.044715
        y += 1.0
        y *= x.data
        y *= scale
        np.tanh(y, out=y)
        y += 1.0
        y *= x.data
        y *= 0.5
    return Tensor(y)
""",
    "blocks": """\
import math

BLOCK = 16_384


def fused_gelu(x):
    flat = np.ascontiguousarray(x.data).reshape(-1)
    result = np.empty(x.shape, dtype=np.float32)
    out = result.reshape(-1)
    for start in range(0, flat.size, BLOCK):
        s = flat[start : start + BLOCK]
        with np.errstate(all="ignore"):
            inner = math.sqrt(2 / math.pi) * (s + 0.044715 * (s * s * s))
            out[start : start + BLOCK] = 0.5 * s * (1.0 + np.tanh(inner))
    return Tensor(result)
""",
    "in place with warnings": """\
def fused_gelu(x):
    y = x.data * x.data
    y = np.asarray(y)
    y *= 0.044715
    y += 1.0
    y *= x.data
    y *= 0.7978845608028654
    np.tanh(y, out=y)
    y += 1.0
    y *= x.data
    y *= 0.5
    return Tensor(y)
""",
    "one more array": """\
import math


def fused_gelu(x):
    with np.errstate(all="ignore"):
        u = x.data * x.data * x.data
        u *= 0.044715
        u += x.data
        u *= math.sqrt(2 / math.pi)
        np.tanh(u, out=u)
        u += 1.0
        return Tensor(u * x.data * np.float32(0.5))
""",
    "one line without a power": """\
import math


def fused_gelu(x):
    d = x.data
    with np.errstate(all="ignore"):
        inner = math.sqrt(2.0 / math.pi) * (d + 0.044715 * d * d * d)
        return Tensor(0.5 * d * (1.0 + np.tanh(inner)))
""",
    "one line": """\
def fused_gelu(x):
    sqrt_2_over_pi = np.sqrt(2.0 / np.pi)
    return Tensor(0.5 * x.data * (1.0 + np.tanh(sqrt_2_over_pi * (x.data + 0.044715 * x.data**3))))
""",
    "a loop over elements": """\
import math


def fused_gelu(x):
    def one(v):
        return 0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v * v * v)))

    flat = [one(float(v)) for v in x.data.ravel()]
    return Tensor(np.array(flat, dtype=np.float32).reshape(x.shape))
""",
    "over its input": """\
def fused_gelu(x):
    y = x.data
    s = y.copy()
    np.multiply(y, y, out=y)
    y *= 0.044715
    y += 1.0
    y *= s
    y *= 0.7978845608028654
    np.tanh(y, out=y)
    y += 1.0
    y *= s
    y *= 0.5
    return Tensor(y)
""",
    "sigmoid approximation": """\
def fused_gelu(x):
    return Tensor(x.data / (1.0 + np.exp(-1.702 * x.data)))
""",
    "another constant": """\
def fused_gelu(x):
    y = np.sqrt(2) / np.pi * (x.data + 0.044715 * x.data**3)
    return Tensor(0.5 * x.data * (1 + np.tanh(y)))
""",
}
