"""Right ways to write Part 2: each earns every point."""

import math

import numpy as np
from numpy import empty_like, multiply

from tests.honest.collection import Solution, collector
from tinytorch.core.tensor import Tensor

HONEST: list[Solution] = []
honest = collector(HONEST)

SCALE = math.sqrt(2.0 / math.pi)
CUBIC = 0.044715
BLOCK = 32_768


def flat_blocks(x, block=BLOCK):
    """Pairs of flat blocks of the input and of a C-ordered result, and that result."""
    source = np.ascontiguousarray(x.data)
    result = np.empty(x.shape, dtype=np.float32)
    ins, outs = source.reshape(-1), result.reshape(-1)
    starts = range(0, ins.size, block)
    return [(ins[s : s + block], outs[s : s + block]) for s in starts], result


@honest
def in_blocks_by_the_exponential(x):
    blocks, result = flat_blocks(x)
    with np.errstate(all="ignore"):
        for source, out in blocks:
            np.multiply(source, source, out=out)
            out *= -2 * SCALE * CUBIC
            out += -2 * SCALE
            out *= source
            np.exp(out, out=out)
            out += 1.0
            np.divide(source, out, out=out)
    return Tensor(result)


@honest
def whole_array_tanh_in_place(x):
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        np.multiply(x.data, x.data, out=y)
        np.multiply(y, CUBIC, out=y)
        np.add(y, 1.0, out=y)
        np.multiply(y, x.data, out=y)
        np.multiply(y, SCALE, out=y)
        np.tanh(y, out=y)
        np.add(y, 1.0, out=y)
        np.multiply(y, x.data, out=y)
        np.multiply(y, 0.5, out=y)
    return Tensor(y)


@honest
def augmented_assignments(x):
    y = np.asarray(x.data * x.data)
    with np.errstate(invalid="ignore", over="ignore"):
        y *= np.float32(CUBIC)
        y += 1
        y *= x.data
        y *= np.float32(SCALE)
        np.tanh(y, out=y)
        y += 1
        y *= 0.5
        y *= x.data
    return Tensor(y)


@honest
def blocks_with_one_scratch_array(x):
    blocks, result = flat_blocks(x, 8_192)
    scratch = np.empty(8_192, dtype=np.float32)
    with np.errstate(all="ignore"):
        for source, out in blocks:
            u = scratch[: source.size]
            np.multiply(source, source, out=u)
            np.multiply(u, source, out=u)
            u *= CUBIC
            u += source
            u *= SCALE
            np.tanh(u, out=u)
            u += 1.0
            np.multiply(source, u, out=out)
            out *= 0.5
    return Tensor(result)


@honest
def an_expression_for_each_block(x):
    blocks, result = flat_blocks(x, 16_384)
    with np.errstate(all="ignore"):
        for s, out in blocks:
            out[:] = 0.5 * s * (1.0 + np.tanh(SCALE * (s + CUBIC * s * s * s)))
    return Tensor(result)


@honest
def nditer_with_external_loop(x):
    iterator = np.nditer(
        [x.data, None],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"], ["writeonly", "allocate"]],
        op_dtypes=[np.float32, np.float32],
    )
    with iterator, np.errstate(all="ignore"):
        for source, out in iterator:
            np.multiply(source, source, out=out)
            out *= CUBIC
            out += 1.0
            out *= source
            out *= SCALE
            np.tanh(out, out=out)
            out += 1.0
            out *= source
            out *= 0.5
        result = iterator.operands[1]
    return Tensor(result)


@honest
def sigmoid_form(x):
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        np.square(x.data, out=y)
        y *= CUBIC
        y += 1.0
        y *= x.data
        y *= -2.0 * SCALE
        np.exp(y, out=y)
        y += 1.0
        np.reciprocal(y, out=y)
        y *= x.data
    # exp overflows to infinity far to the left, and 1 / infinity is the zero that belongs there.
    return Tensor(y)


@honest
def names_imported_from_numpy(x):
    y = empty_like(x.data, order="C")
    with np.errstate(all="ignore"):
        multiply(x.data, x.data, out=y)
        multiply(y, CUBIC, out=y)
        y += 1.0
        y *= x.data
        y *= SCALE
        np.tanh(y, out=y)
        y += 1.0
        y *= x.data
        y *= 0.5
    return Tensor(y)


def cubic_argument(x, out):
    np.multiply(x, x, out=out)
    out *= SCALE * CUBIC
    out += SCALE
    out *= x


@honest
def helper_functions(x):
    out = np.zeros(x.data.shape, np.float32)
    with np.errstate(all="ignore"):
        cubic_argument(x.data, out)
        np.tanh(out, out=out)
        out += 1.0
        out *= 0.5
        out *= x.data
    return Tensor(out)


@honest
def array_split_blocks(x):
    result = np.empty(x.shape, dtype=np.float32)
    source = np.asarray(x.data).ravel(order="C") if not x.data.flags.c_contiguous else x.data
    pieces = max(1, x.size // 20_000)
    with np.errstate(all="ignore"):
        for s, out in zip(
            np.array_split(source.reshape(-1), pieces),
            np.array_split(result.reshape(-1), pieces),
            strict=True,
        ):
            np.multiply(s, s, out=out)
            out *= CUBIC
            out += 1.0
            out *= s
            out *= 2 * SCALE
            np.negative(out, out=out)
            np.exp(out, out=out)
            out += 1.0
            np.true_divide(s, out, out=out)
    return Tensor(result)


@honest
def the_decimal_constant_of_the_papers(x):
    y = np.empty_like(x.data)
    with np.errstate(all="ignore"):
        np.multiply(x.data, x.data, out=y)
        y *= 0.044715
        y += 1.0
        y *= x.data
        y *= 0.7978845608
        np.tanh(y, out=y)
        y += 1.0
        y *= x.data
        y *= 0.5
    return Tensor(y)
