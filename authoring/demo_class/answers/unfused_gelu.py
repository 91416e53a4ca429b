"""Ways to fill the cell of Part 3."""

from __future__ import annotations

ANSWERS = {
    "eight names": """\
import math


def unfused_gelu(x):
    with np.errstate(all="ignore"):
        cube = x.data**3
        scaled = cube * 0.044715
        inner = x.data + scaled
        u = inner * math.sqrt(2.0 / math.pi)
        t = np.tanh(u)
        plus_one = t + 1.0
        doubled = plus_one * x.data
        result = doubled * 0.5
    return Tensor(result)
""",
    "eight tensors": """\
def unfused_gelu(x):
    scale = float(np.sqrt(2.0 / np.pi))
    temp1 = Tensor(x.data**3)
    temp2 = Tensor(0.044715 * temp1.data)
    temp3 = Tensor(x.data + temp2.data)
    temp4 = Tensor(scale * temp3.data)
    temp5 = Tensor(np.tanh(temp4.data))
    temp6 = Tensor(1.0 + temp5.data)
    temp7 = Tensor(x.data * temp6.data)
    return Tensor(0.5 * temp7.data)
""",
    "one name for all": """\
def unfused_gelu(x):
    y = x.data**3
    y = y * 0.044715
    y = y + x.data
    y = y * 0.7978845608028654
    y = np.tanh(y)
    y = y + 1.0
    y = y * x.data
    y = y * 0.5
    return Tensor(y)
""",
    "seven names in float64": """\
def unfused_gelu(x):
    c = np.sqrt(2.0 / np.pi)
    a1 = x.data**3
    a2 = 0.044715 * a1
    a3 = x.data + a2
    a4 = c * a3
    a5 = np.tanh(a4)
    a6 = 1.0 + a5
    return Tensor(0.5 * x.data * a6)
""",
    "calls the fused one": """\
def unfused_gelu(x):
    return fused_gelu(x)
""",
    "without the half": """\
def unfused_gelu(x):
    inner = 0.7978845608028654 * (x.data + 0.044715 * x.data**3)
    return Tensor(x.data * (1.0 + np.tanh(inner)))
""",
}
