"""Ways to fill the cell of Part 1."""

from __future__ import annotations

_CHECKS = """\
def require_operands(a, b):
    if len(a.shape) < 2 or len(b.shape) < 2:
        raise ValueError(f"need two dimensions or more, got {a.shape} and {b.shape}: reshape")
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"inner sizes differ: {a.shape} and {b.shape}; transpose one of them")
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise ValueError(f"batches do not broadcast: {a.shape} and {b.shape}") from None
"""

ANSWERS = {
    "checks first": f"""\
{_CHECKS}

def vectorized_matmul(a, b):
    require_operands(a, b)
    return Tensor(np.matmul(a.data, b.data))
""",
    "operator and a caught error": """\
def vectorized_matmul(a: Tensor, b: Tensor) -> Tensor:
    if a.data.ndim < 2 or b.data.ndim < 2:
        raise ValueError(f"expected matrices but got {a.shape} and {b.shape}")
    try:
        return Tensor(a.data @ b.data)
    except ValueError as error:
        raise ValueError(f"cannot multiply {a.shape} by {b.shape}: {error}") from error
""",
    "no checks": """\
def vectorized_matmul(a, b):
    return Tensor(np.matmul(a.data, b.data))
""",
    "checks the inner size only": """\
def vectorized_matmul(a, b):
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"Shape mismatch: {a.shape} @ {b.shape}")
    return Tensor(a.data @ b.data)
""",
    "einsum": f"""\
{_CHECKS}

def vectorized_matmul(a, b):
    require_operands(a, b)
    return Tensor(np.einsum("...ik,...kj->...ij", a.data, b.data))
""",
    "dot": """\
def vectorized_matmul(a, b):
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"shapes {a.shape} and {b.shape} do not fit")
    return Tensor(np.dot(a.data, b.data))
""",
    "rows in a loop": f"""\
{_CHECKS}

def vectorized_matmul(a, b):
    require_operands(a, b)
    if len(a.shape) > 2 or len(b.shape) > 2:
        return Tensor(np.matmul(a.data, b.data))
    out = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(a.shape[0]):
        out[i] = a.data[i] @ b.data
    return Tensor(out)
""",
    "three loops": """\
def vectorized_matmul(a, b):
    m, k = a.shape
    k2, n = b.shape
    if k != k2:
        raise ValueError(f"{a.shape} {b.shape}")
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(m):
        for j in range(n):
            for p in range(k):
                c[i, j] += a.data[i, p] * b.data[p, j]
    return Tensor(c)
""",
    "float64": f"""\
{_CHECKS}

def vectorized_matmul(a, b):
    require_operands(a, b)
    return Tensor(a.data.astype(np.float64) @ b.data.astype(np.float64))
""",
    "element by element": """\
def vectorized_matmul(a, b):
    return Tensor(a.data * b.data)
""",
    "wrong operand transposed": """\
def vectorized_matmul(a, b):
    return Tensor(np.matmul(a.data, b.data.T))
""",
}
