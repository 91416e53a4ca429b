"""Ways to fill the cell of Part 4."""

from __future__ import annotations

_CHECKS = """\
    if len(a.shape) != 2 or len(b.shape) != 2:
        raise ValueError(f"expected two matrices, got {a.shape} and {b.shape}")
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"inner sizes differ: {a.shape} and {b.shape}")
    if not isinstance(tile_size, Integral) or tile_size < 1:
        raise ValueError(f"tile_size is {tile_size!r}; expected a whole number from 1")
"""

ANSWERS = {
    "three loops": f"""\
def tiled_matmul(a, b, tile_size=64):
{_CHECKS}    (m, k), n = a.shape, b.shape[1]
    out = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, tile_size):
        for j in range(0, n, tile_size):
            for p in range(0, k, tile_size):
                out[i : i + tile_size, j : j + tile_size] += (
                    a.data[i : i + tile_size, p : p + tile_size]
                    @ b.data[p : p + tile_size, j : j + tile_size]
                )
    return Tensor(out)
""",
    "an accumulator": f"""\
def tiled_matmul(a: Tensor, b: Tensor, tile_size: int = 64) -> Tensor:
{_CHECKS}    t = tile_size
    rows, inner, columns = a.shape[0], a.shape[1], b.shape[1]
    c = np.empty((rows, columns), dtype=np.float32)
    for i in range(0, rows, t):
        for j in range(0, columns, t):
            block = np.zeros((min(t, rows - i), min(t, columns - j)), dtype=np.float32)
            for p in range(0, inner, t):
                block += np.matmul(a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t])
            c[i : i + t, j : j + t] = block
    return Tensor(c)
""",
    "no checks": """\
def tiled_matmul(a, b, tile_size=64):
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                left, right = a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t]
                c[i : i + t, j : j + t] += left @ right
    return Tensor(c)
""",
    "inner dimension whole": f"""\
def tiled_matmul(a, b, tile_size=64):
{_CHECKS}    t = tile_size
    c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(0, a.shape[0], t):
        for j in range(0, b.shape[1], t):
            c[i : i + t, j : j + t] = a.data[i : i + t] @ b.data[:, j : j + t]
    return Tensor(c)
""",
    "tile size ignored": """\
def tiled_matmul(a, b, tile_size=64):
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"Shape mismatch: {a.shape} @ {b.shape}")
    return Tensor(np.matmul(a.data, b.data))
""",
    "whole tiles only": f"""\
def tiled_matmul(a, b, tile_size=64):
{_CHECKS}    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(m // t):
        for j in range(n // t):
            for p in range(k // t):
                rows, columns = slice(i * t, (i + 1) * t), slice(j * t, (j + 1) * t)
                inner = slice(p * t, (p + 1) * t)
                c[rows, columns] += a.data[rows, inner] @ b.data[inner, columns]
    return Tensor(c)
""",
    "assigns for adds": f"""\
def tiled_matmul(a, b, tile_size=64):
{_CHECKS}    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                left, right = a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t]
                c[i : i + t, j : j + t] = left @ right
    return Tensor(c)
""",
    "float64 accumulator": f"""\
def tiled_matmul(a, b, tile_size=64):
{_CHECKS}    c = np.zeros((a.shape[0], b.shape[1]))
    for i in range(0, a.shape[0], tile_size):
        for j in range(0, b.shape[1], tile_size):
            for p in range(0, a.shape[1], tile_size):
                left = a.data[i : i + tile_size, p : p + tile_size]
                right = b.data[p : p + tile_size, j : j + tile_size]
                c[i : i + tile_size, j : j + tile_size] += left @ right
    return Tensor(c)
""",
    "does not compile": """\
def tiled_matmul(a, b, tile_size=64):
    for i in range(0, a.shape[0], tile_size)
        pass
""",
}
