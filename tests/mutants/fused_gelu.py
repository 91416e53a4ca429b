"""Wrong or lazy ways to write Part 2, and the items that each must lose."""

import math

import numpy as np

from tests.honest.fused_gelu import BLOCK, CUBIC, SCALE, flat_blocks, in_blocks_by_the_exponential
from tests.mutants.collection import Mutant, collector
from tinytorch.core.tensor import Tensor

MUTANTS: list[Mutant] = []
mutant = collector("fused_gelu", MUTANTS)

TEMPORARIES = ("fewer-temporaries", "no-temporaries")


def in_place(x, scale=SCALE, cubic=CUBIC, half=0.5):
    """The right steps, in place, with constants to get wrong."""
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        np.multiply(x.data, x.data, out=y)
        y *= cubic
        y += 1.0
        y *= x.data
        y *= scale
        np.tanh(y, out=y)
        y += 1.0
        y *= x.data
        y *= half
    return Tensor(y)


@mutant()
def unwritten(x):
    """The cell as it was released."""
    raise NotImplementedError


@mutant()
def passes(x):
    """Returns None."""


@mutant()
def identity(x):
    """Gives x back."""
    return x


@mutant()
def zeros(x):
    """The right shape, but zeros."""
    return Tensor(np.zeros(x.shape, dtype=np.float32))


@mutant()
def visible_example_only(x):
    """Knows the docstring's example by heart, else zero."""
    known = {0.0: 0.0, 1.0: 0.8411920, -1.0: -0.1588080}
    return Tensor([known.get(float(value), 0.0) for value in x.data.ravel()])


@mutant()
def exact_erf(x):
    """The exact GELU, with the error function."""
    erf = np.vectorize(math.erf, otypes=[np.float32])
    return Tensor(0.5 * x.data * (1.0 + erf(x.data / math.sqrt(2.0))))


@mutant()
def sigmoid_approximation(x):
    """The approximation x * sigmoid(1.702 x)."""
    return Tensor(x.data / (1.0 + np.exp(-1.702 * x.data)))


@mutant()
def relu(x):
    """Another activation."""
    return Tensor(np.maximum(x.data, 0))


@mutant()
def wrong_scale(x):
    """sqrt(2) / pi in place of sqrt(2 / pi)."""
    return in_place(x, scale=math.sqrt(2.0) / math.pi)


@mutant()
def rounded_scale(x):
    """0.8 in place of sqrt(2 / pi)."""
    return in_place(x, scale=0.8)


@mutant()
def wrong_cubic(x):
    """0.0044715 in place of 0.044715."""
    return in_place(x, cubic=0.0044715)


@mutant()
def rounded_cubic(x):
    """0.0447 in place of 0.044715."""
    return in_place(x, cubic=0.0447)


@mutant()
def no_half(x):
    """Forgets the 0.5."""
    return in_place(x, half=1.0)


@mutant()
def half_precision(x):
    """Computes in float16."""
    x16 = x.data.astype(np.float16)
    cube = x16 * x16 * x16
    return Tensor(0.5 * x16 * (1 + np.tanh(SCALE * (x16 + CUBIC * cube))))


@mutant()
def table_lookup(x):
    """Interpolates in a table of a thousand values."""
    grid = np.linspace(-10, 10, 1_000)
    table = 0.5 * grid * (1 + np.tanh(SCALE * (grid + CUBIC * grid**3)))
    return Tensor(np.interp(x.data, grid, table))


_first_answers: dict = {}


@mutant()
def remembers_by_shape(x):
    """Answers from a cache that looks only at the shape."""
    if x.shape not in _first_answers:
        _first_answers[x.shape] = in_place(x).data
    return Tensor(_first_answers[x.shape])


@mutant("no-power", *TEMPORARIES, "contract")
def page_one_line(x):
    """The original page's own expression: x**3, temporaries, and float64 from np.sqrt."""
    sqrt_2_over_pi = np.sqrt(2.0 / np.pi)
    result = 0.5 * x.data * (1.0 + np.tanh(sqrt_2_over_pi * (x.data + 0.044715 * x.data**3)))
    return Tensor(result)


@mutant("no-power", *TEMPORARIES)
def one_expression(x):
    """The one-line expression in float32."""
    with np.errstate(all="ignore"):
        return Tensor(0.5 * x.data * (1.0 + np.tanh(SCALE * (x.data + CUBIC * x.data**3))))


@mutant(*TEMPORARIES)
def one_expression_without_power(x):
    """The one-line expression with x*x*x."""
    s = x.data
    with np.errstate(all="ignore"):
        return Tensor(0.5 * s * (1.0 + np.tanh(SCALE * (s + CUBIC * s * s * s))))


@mutant("no-temporaries")
def one_scratch_of_full_size(x):
    """In place, but with a second array of full size."""
    y, u = np.empty(x.shape, np.float32), np.empty(x.shape, np.float32)
    with np.errstate(all="ignore"):
        np.multiply(x.data, x.data, out=u)
        u *= CUBIC
        u += 1.0
        u *= x.data
        u *= SCALE
        np.tanh(u, out=u)
        u += 1.0
        np.multiply(x.data, u, out=y)
        y *= 0.5
    return Tensor(y)


@mutant("no-temporaries")
def copy_at_the_end(x):
    """Copies the finished result."""
    return Tensor(in_blocks_by_the_exponential(x).data.copy())


@mutant(*TEMPORARIES)
def unfused(x):
    """Named steps that all stay alive."""
    with np.errstate(all="ignore"):
        square = x.data * x.data
        cube = square * x.data
        inner = SCALE * (x.data + CUBIC * cube)
        tanh = np.tanh(inner)
        shifted = 1.0 + tanh
        return Tensor(0.5 * x.data * shifted)


@mutant("no-temporaries")
def half_at_a_time(x):
    """Two blocks: scratch of half the output."""
    blocks, result = flat_blocks(x, max(1, (x.size + 1) // 2))
    with np.errstate(all="ignore"):
        for s, out in blocks:
            u = s * s
            np.multiply(u, CUBIC, out=u)
            u += 1.0
            u *= s
            u *= SCALE
            np.tanh(u, out=u)
            u += 1.0
            np.multiply(s, u, out=out)
            out *= 0.5
    return Tensor(result)


_SCRATCH = np.empty(2**23, dtype=np.float32)


@mutant("no-temporaries")
def scratch_kept_by_the_module(x):
    """A full-size temporary that was allocated before anyone counted."""
    u = _SCRATCH[: x.size].reshape(x.shape)
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        np.multiply(x.data, x.data, out=u)
        u *= CUBIC
        u += 1.0
        u *= x.data
        u *= SCALE
        np.tanh(u, out=u)
        u += 1.0
        np.multiply(x.data, u, out=y)
        y *= 0.5
    return Tensor(y)


@mutant("no-power")
def power_in_place(x):
    """np.power with out=: no temporary, but the slow function."""
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        np.power(x.data, 3, out=y)
        y *= CUBIC
        y += x.data
        y *= SCALE
        np.tanh(y, out=y)
        y += 1.0
        y *= x.data
        y *= 0.5
    return Tensor(y)


@mutant("no-power")
def power_in_blocks(x):
    """x**3 hidden as the ** of a block."""
    blocks, result = flat_blocks(x, BLOCK)
    with np.errstate(all="ignore"):
        for s, out in blocks:
            out[:] = 0.5 * s * (1.0 + np.tanh(SCALE * (s + CUBIC * s**3)))
    return Tensor(result)


@mutant("no-power", "contract")
def float_power_in_blocks(x):
    """x**3 hidden as np.float_power, which computes in float64."""
    blocks, result = flat_blocks(x, BLOCK)
    with np.errstate(all="ignore"):
        for s, out in blocks:
            cube = np.float_power(s, 3).astype(np.float32)
            out[:] = 0.5 * s * (1.0 + np.tanh(SCALE * (s + CUBIC * cube)))
    return Tensor(result)


@mutant("no-loop", "no-power", *TEMPORARIES)
def list_comprehension(x):
    """A loop over the elements in a list comprehension."""

    def one(v):
        if v == -math.inf:
            return math.nan
        return 0.5 * v * (1.0 + math.tanh(SCALE * (v + CUBIC * v * v * v)))

    values = [one(float(v)) for v in x.data.ravel()]
    y = np.empty(x.shape, np.float32)
    np.multiply(np.array(values, dtype=np.float32).reshape(x.shape), np.float32(1), out=y)
    return Tensor(y)


@mutant("no-power", "no-loop", *TEMPORARIES)
def loop_into_the_result(x):
    """A loop over the elements that writes into the result: no array operation at all."""
    y = np.empty(x.shape, dtype=np.float32)
    with np.errstate(all="ignore"):
        for index in np.ndindex(x.shape):
            v = float(x.data[index])
            tanh = math.tanh(SCALE * (v + CUBIC * v * v * v))
            y[index] = math.nan if v == -math.inf else 0.5 * v * (1.0 + tanh)
    return Tensor(y)


@mutant("no-loop", "no-power", *TEMPORARIES, "contract")
def np_vectorize(x):
    """np.vectorize: a loop in Python under another name, over objects."""
    one = np.vectorize(
        lambda v: 0.5 * v * (1.0 + math.tanh(SCALE * (v + CUBIC * v * v * v))),
        otypes=[np.float32],
    )
    return Tensor(one(x.data))


@mutant("no-loop", "no-power", *TEMPORARIES)
def blocks_of_one(x):
    """Blocks of one element: a loop over the elements."""
    source = np.ascontiguousarray(x.data).reshape(-1)
    result = np.empty(x.shape, dtype=np.float32)
    out = result.reshape(-1)
    with np.errstate(all="ignore"):
        np.multiply(source, np.float32(1), out=out)
        for start in range(source.size):
            s = source[start : start + 1]
            out[start : start + 1] = 0.5 * s * (1.0 + np.tanh(SCALE * (s + CUBIC * s * s * s)))
    return Tensor(result)


@mutant("contract")
def float64_in_blocks(x):
    """Blocks in float64: np.sqrt gives a float64 scalar."""
    scale = np.sqrt(2.0 / np.pi)
    blocks, result = flat_blocks(x, 16_384)
    with np.errstate(all="ignore"):
        for s, out in blocks:
            out[:] = 0.5 * s * (1.0 + np.tanh(scale * (s + CUBIC * s * s * s)))
    return Tensor(result)


@mutant("contract")
def input_overwritten(x):
    """Clears x when it is done with it."""
    result = in_place(x)
    if x.data.flags.writeable:
        x.data.fill(0)
    return result


@mutant("contract")
def in_blocks_of_its_input(x):
    """Computes where the input lies, block by block, and returns it."""
    if not x.data.flags.writeable or not x.data.flags.c_contiguous:
        return in_place(x)
    flat = x.data.reshape(-1)
    for start in range(0, flat.size, BLOCK):
        some = flat[start : start + BLOCK]
        some[...] = in_place(Tensor(some)).data
    return x


@mutant("contract", "no-temporaries")
def over_its_input(x):
    """Copies its input, and computes where that lies."""
    if not x.data.flags.writeable:
        return in_place(x)
    y, kept = x.data, x.data.copy()
    with np.errstate(all="ignore"):
        np.multiply(y, y, out=y)
        y *= CUBIC
        y += 1.0
        y *= kept
        y *= SCALE
        np.tanh(y, out=y)
        y += 1.0
        y *= kept
        y *= 0.5
    return Tensor(y)


@mutant("contract")
def result_in_the_input(x):
    """Writes the result into x.data and returns it."""
    result = in_place(x).data
    if x.size < 1_000 and x.data.flags.writeable:
        x.data[...] = result
        return x
    return Tensor(result)


@mutant("contract")
def bare_array(x):
    """Returns the array without a Tensor around it."""
    return in_place(x).data


@mutant("contract")
def warns_at_infinity(x):
    """Lets NumPy warn."""
    y = x.data * x.data
    y = np.asarray(y)
    y *= CUBIC
    y += 1.0
    y *= x.data
    y *= SCALE
    np.tanh(y, out=y)
    y += 1.0
    y *= x.data
    y *= 0.5
    return Tensor(y)


@mutant("contract")
def nan_removed(x):
    """Replaces NaN by zero."""
    y = in_place(x).data
    return Tensor(np.nan_to_num(y) if y.size < 1_000 else y)


@mutant("contract")
def vectors_only(x):
    """Asks for len(): no 0-D arrays."""
    if len(x.data) == 0:
        return Tensor(np.empty(x.shape, dtype=np.float32))
    return in_place(x)


@mutant("contract")
def ravelled_copy(x):
    """Writes into the copy that reshape makes of a Fortran-ordered array."""
    y = np.zeros_like(x.data)
    source, flat = x.data.reshape(-1), y.reshape(-1)
    with np.errstate(all="ignore"):
        np.multiply(source, source, out=flat)
        flat *= CUBIC
        flat += 1.0
        flat *= source
        flat *= SCALE
        np.tanh(flat, out=flat)
        flat += 1.0
        flat *= source
        flat *= 0.5
    return Tensor(y)


@mutant("contract")
def flattened(x):
    """Returns one dimension whatever it gets."""
    return Tensor(in_place(x).data.reshape(-1))


_buffers: dict = {}


@mutant("contract")
def shared_result_buffer(x):
    """Keeps the result's array for the next call of the same shape."""
    if x.size > 1_000:
        return in_place(x)
    y = _buffers.setdefault(x.shape, np.empty(x.shape, dtype=np.float32))
    y[...] = in_place(x).data
    return Tensor(y)
