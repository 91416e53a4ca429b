"""The five parts of the assignment, solved.

Generated from solutions/acceleration.py by `make sync`; edit that file, not this one.
"""

from numbers import Integral, Real

import numpy as np

from tinytorch.core.tensor import Tensor


def vectorized_matmul(a: Tensor, b: Tensor) -> Tensor:
    """Multiply two matrices, or two stacks of matrices, in one call.

    Parameters
    ----------
    a : Tensor, shape (..., m, k)
        Left operand.
    b : Tensor, shape (..., k, n)
        Right operand. The leading axes of both broadcast.

    Returns
    -------
    Tensor, shape (..., m, n)
        The matrix product.

    Raises
    ------
    ValueError
        If an operand has fewer than two dimensions or the shapes do not fit.
    """
    check_operands(a, b)
    return Tensor(np.matmul(a.data, b.data))


def check_operands(a: Tensor, b: Tensor) -> None:
    """Raise a ValueError that says what to do unless ``a @ b`` is defined."""
    left, right = a.shape, b.shape
    if len(left) < 2 or len(right) < 2:
        raise ValueError(
            f"matmul got shapes {left} and {right}; each operand needs two dimensions or more: "
            "reshape a vector of k values to (1, k) or (k, 1)"
        )
    if left[-1] != right[-2]:
        raise ValueError(
            f"matmul got {left} @ {right}; the last axis of a ({left[-1]}) and the second to last "
            f"axis of b ({right[-2]}) must be equal: transpose one operand, or look which axis "
            "holds what they share"
        )
    if len(left) > 2 or len(right) > 2:
        try:
            np.broadcast_shapes(left[:-2], right[:-2])
        except ValueError:
            raise ValueError(
                f"matmul got {left} @ {right}; the leading axes {left[:-2]} and {right[:-2]} must "
                "be equal, or 1, or absent: reshape one operand so that its batches line up"
            ) from None


def fused_gelu(x: Tensor) -> Tensor:
    """GELU in its tanh form, without a temporary array of the size of ``x``.

    ``gelu(x) = 0.5 x (1 + tanh(u))`` with ``u = sqrt(2/pi) (x + 0.044715 x^3)``
    (Hendrycks and Gimpel, 2016, arXiv:1606.08415).

    Parameters
    ----------
    x : Tensor, any shape
        Input; not changed.

    Returns
    -------
    Tensor, same shape
        GELU of every element, float32.
    """
    blocks = np.nditer(
        [x.data, None],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"], ["writeonly", "allocate"]],
        op_dtypes=[np.float32, np.float32],
        buffersize=GELU_BLOCK,
    )
    # Far from zero exp overflows to infinity or underflows to zero, and both give the right limit.
    with blocks, np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for source, result in blocks:
            np.multiply(source, source, out=result)
            result *= GELU_CUBIC
            result += GELU_LINEAR
            result *= source  # now -2u
            np.exp(result, out=result)
            result += 1.0
            np.divide(source, result, out=result)  # 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2u))
        return Tensor(blocks.operands[1])


# Two blocks of 128 KiB, source and result, stay in a second-level cache between the seven steps, and
# are long enough that the cost of seven NumPy calls does not show.
GELU_BLOCK = 32_768
# Python floats: a NumPy float64 scalar would turn every float32 block into float64 (NEP 50).
GELU_LINEAR = -2.0 * float(np.sqrt(2.0 / np.pi))
GELU_CUBIC = 0.044715 * GELU_LINEAR


def unfused_gelu(x: Tensor) -> Tensor:
    """GELU in its tanh form, in eight steps that each make an array: the baseline.

    Parameters
    ----------
    x : Tensor, any shape
        Input; not changed.

    Returns
    -------
    Tensor, same shape
        GELU of every element, float32. Seven temporaries of the same size are alive beside it.
    """
    source = x.data
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        cube = np.power(source, 3)
        scaled_cube = np.multiply(cube, 0.044715)
        inner = np.add(source, scaled_cube)
        u = np.multiply(inner, float(np.sqrt(2.0 / np.pi)))
        tanh_u = np.tanh(u)
        one_plus = np.add(tanh_u, 1.0)
        doubled = np.multiply(source, one_plus)
        result = np.multiply(doubled, 0.5)
    return Tensor(result)


def tiled_matmul(a: Tensor, b: Tensor, tile_size: int = 64) -> Tensor:
    """Multiply two matrices tile by tile.

    Parameters
    ----------
    a : Tensor, shape (m, k)
        Left operand.
    b : Tensor, shape (k, n)
        Right operand.
    tile_size : int
        Largest number of rows, columns and shared elements of one partial product; at least 1.

    Returns
    -------
    Tensor, shape (m, n)
        The matrix product.

    Raises
    ------
    ValueError
        If the operands are not matrices that fit, or the tile size is not a whole number >= 1.
    """
    if len(a.shape) != 2 or len(b.shape) != 2:
        raise ValueError(
            f"tiled_matmul got shapes {a.shape} and {b.shape}; expected two matrices: "
            "multiply the matrices of a batch one at a time"
        )
    check_operands(a, b)
    if not isinstance(tile_size, Integral) or isinstance(tile_size, bool) or tile_size < 1:
        raise ValueError(
            f"tiled_matmul got tile_size={tile_size!r}; expected a whole number of at least 1: "
            "try 64"
        )
    (m, k), n, tile = a.shape, b.shape[1], int(tile_size)
    c = np.zeros((m, n), dtype=np.float32)
    scratch = np.empty(min(tile, m) * min(tile, n), dtype=np.float32)
    for i in range(0, m, tile):
        for j in range(0, n, tile):
            c_tile = c[i : i + tile, j : j + tile]
            partial = scratch[: c_tile.size].reshape(c_tile.shape)
            for p in range(0, k, tile):
                a_tile = a.data[i : i + tile, p : p + tile]
                b_tile = b.data[p : p + tile, j : j + tile]
                np.matmul(a_tile, b_tile, out=partial)
                c_tile += partial
    return Tensor(c)


def matmul_cost(m: int, k: int, n: int) -> tuple[int, int]:
    """Operations and minimal float32 traffic of an (m, k) by (k, n) product.

    Returns
    -------
    (flops, bytes_moved) : tuple of int
        ``2 m k n`` FLOP, and 4 bytes for each value of the three matrices.
    """
    m, k, n = (checked_count(name, value) for name, value in (("m", m), ("k", k), ("n", n)))
    return 2 * m * k * n, FLOAT32_BYTES * (m * k + k * n + m * n)


def elementwise_cost(
    n: int, reads: int, writes: int, flops_per_element: float
) -> tuple[float, int]:
    """Operations and float32 traffic of an element-wise kernel over ``n`` elements.

    Parameters
    ----------
    n : int
        Elements.
    reads, writes : int
        Values that each element reads from and writes to memory.
    flops_per_element : float
        Operations for each element; say which rule counts ``tanh`` or ``exp``.

    Returns
    -------
    (flops, bytes_moved) : tuple
        FLOP and bytes.
    """
    n = checked_count("n", n)
    values = checked_count("reads", reads) + checked_count("writes", writes)
    return n * checked("flops_per_element", flops_per_element), FLOAT32_BYTES * n * values


def arithmetic_intensity(flops: float, bytes_moved: float) -> float:
    """Operations for each byte moved, in FLOP/byte."""
    return checked("flops", flops) / checked_positive("bytes_moved", bytes_moved)


def ridge_point(peak_gflops: float, bandwidth_gbs: float) -> float:
    """Intensity, in FLOP/byte, at which memory and arithmetic units allow the same rate.

    Williams, Waterman and Patterson, 2009, doi:10.1145/1498765.1498785.
    """
    peak = checked_positive("peak_gflops", peak_gflops)
    return peak / checked_positive("bandwidth_gbs", bandwidth_gbs)


def attainable_gflops(intensity: float, peak_gflops: float, bandwidth_gbs: float) -> float:
    """Height of the roof, in GFLOP/s, over an intensity in FLOP/byte."""
    slanted = checked("intensity", intensity) * checked_positive("bandwidth_gbs", bandwidth_gbs)
    return min(checked_positive("peak_gflops", peak_gflops), slanted)


def bound(intensity: float, peak_gflops: float, bandwidth_gbs: float) -> str:
    """Which roof is lower over an intensity in FLOP/byte: ``"memory"`` or ``"compute"``."""
    ridge = ridge_point(peak_gflops, bandwidth_gbs)
    return "memory" if checked("intensity", intensity) < ridge else "compute"


FLOAT32_BYTES = 4


def checked(name: str, value: float) -> float:
    """Return a finite number that is not negative, or say what is wrong with it."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= value < np.inf:
        raise ValueError(f"got {name}={value!r}; expected a finite number that is not negative")
    return value


def checked_positive(name: str, value: float) -> float:
    """Return a finite number above zero, or say what is wrong with it."""
    if checked(name, value) == 0:
        raise ValueError(f"got {name}={value!r}; expected a number above zero: it is divided by")
    return value


def checked_count(name: str, value: int) -> int:
    """Return a whole number that is not negative, or say what is wrong with it."""
    if not isinstance(checked(name, value), Integral):
        raise ValueError(f"got {name}={value!r}; expected a whole number, 0 or more")
    return int(value)
