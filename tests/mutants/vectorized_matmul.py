"""Wrong or lazy ways to write Part 1, and the items that each must lose."""

import numpy as np

from tests.honest.vectorized_matmul import require_shapes
from tests.mutants.collection import Mutant, collector
from tinytorch.core.tensor import Tensor

MUTANTS: list[Mutant] = []
mutant = collector("vectorized_matmul", MUTANTS)


@mutant()
def unwritten(a, b):
    """The cell as it was released."""
    raise NotImplementedError


@mutant()
def passes(a, b):
    """Returns None."""


@mutant()
def returns_an_operand(a, b):
    """Gives a back."""
    return a


@mutant()
def returns_zeros(a, b):
    """The right shape, but zeros."""
    return Tensor(np.zeros((*a.shape[:-1], b.shape[-1]), dtype=np.float32))


@mutant()
def visible_example_only(a, b):
    """Knows the product of the docstring's example by heart."""
    return Tensor([[19.0, 22.0], [43.0, 50.0]])


@mutant()
def element_wise(a, b):
    """Multiplies element by element."""
    return Tensor(a.data * b.data)


@mutant()
def always_an_error(a, b):
    """Raises ValueError whatever it gets."""
    raise ValueError(f"{a.shape} {b.shape}")


@mutant()
def second_operand_transposed(a, b):
    """Multiplies by the transpose of b."""
    return Tensor(np.matmul(a.data, b.data.T))


@mutant()
def operands_exchanged(a, b):
    """Multiplies b by a."""
    return Tensor(np.matmul(b.data, a.data))


@mutant()
def half_precision(a, b):
    """Computes in float16."""
    require_shapes(a, b)
    return Tensor((a.data.astype(np.float16) @ b.data.astype(np.float16)).astype(np.float32))


_first_answers: dict = {}


@mutant()
def remembers_by_shape(a, b):
    """Answers from a cache that looks only at the shapes."""
    key = (a.shape, b.shape)
    if key not in _first_answers:
        require_shapes(a, b)
        _first_answers[key] = np.matmul(a.data, b.data)
    return Tensor(_first_answers[key])


_previous: list = []


@mutant()
def reads_the_previous_operands(a, b):
    """Multiplies the .data of the call before this one."""
    _previous.append((a, b))
    a, b = _previous[-2] if len(_previous) > 1 else _previous[-1]
    return Tensor(np.matmul(a.data, b.data))


@mutant("one-gemm", "batches", "errors")
def triple_loop(a, b):
    """Three loops in Python, for matrices only."""
    (m, k), n = a.shape, b.shape[1]
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(m):
        for j in range(n):
            total = 0.0
            for p in range(k):
                total += a.data[i, p] * b.data[p, j]
            c[i, j] = total
    return Tensor(c)


@mutant("one-gemm")
def rows_times_matrix(a, b):
    """A loop over the rows for matrices: one product for each."""
    require_shapes(a, b)
    if a.data.ndim == b.data.ndim == 2 and a.data.size:
        return Tensor(np.stack([row @ b.data for row in a.data]))
    return Tensor(np.matmul(a.data, b.data))


@mutant("one-gemm")
def rows_by_map(a, b):
    """The loop over the rows in `map`, where no step of it is seen."""
    require_shapes(a, b)
    if a.data.ndim == b.data.ndim == 2 and a.data.size:
        return Tensor(np.stack(list(map(b.data.T.dot, a.data))))
    return Tensor(np.matmul(a.data, b.data))


@mutant("one-gemm")
def loop_over_the_batch(a, b):
    """A loop in Python over the matrices of a batch."""
    require_shapes(a, b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    first = np.broadcast_to(a.data, (*batch, *a.shape[-2:]))
    second = np.broadcast_to(b.data, (*batch, *b.shape[-2:]))
    c = np.empty((*batch, a.shape[-2], b.shape[-1]), dtype=np.float32)
    for index in np.ndindex(batch):
        c[index] = first[index] @ second[index]
    return Tensor(c)


@mutant("one-gemm")
def einsum_without_blas(a, b):
    """np.einsum's own loop in place of BLAS."""
    require_shapes(a, b)
    return Tensor(np.einsum("...ij,...jk->...ik", a.data, b.data))


@mutant("one-gemm")
def broadcast_multiply_and_sum(a, b):
    """Builds the array of all m*k*n products."""
    require_shapes(a, b)
    return Tensor((a.data[..., :, :, None] * b.data[..., None, :, :]).sum(axis=-2))


@mutant("one-gemm")
def product_for_show(a, b):
    """One GEMM whose result is thrown away, then loops."""
    require_shapes(a, b)
    np.matmul(a.data, b.data)
    return broadcast_multiply_and_sum(a, b)


@mutant("one-gemm")
def outer_products(a, b):
    """Adds up k outer products."""
    require_shapes(a, b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    c = np.zeros((*batch, a.shape[-2], b.shape[-1]), dtype=np.float32)
    for p in range(a.shape[-1]):
        c += a.data[..., :, p : p + 1] * b.data[..., p : p + 1, :]
    return Tensor(c)


@mutant("one-gemm")
def two_halves(a, b):
    """Two products, one for each half of the rows."""
    require_shapes(a, b)
    half = a.shape[-2] // 2
    top = np.matmul(a.data[..., :half, :], b.data)
    bottom = np.matmul(a.data[..., half:, :], b.data)
    return Tensor(np.concatenate([top, bottom], axis=-2))


@mutant("one-gemm")
def waits_in_a_loop(a, b):
    """One GEMM, and a loop in Python over the rows that checks them one by one."""
    require_shapes(a, b)
    c = np.matmul(a.data, b.data)
    for row in range(a.shape[-2]):
        assert c[..., row, :].dtype == np.float32
    return Tensor(c)


@mutant("batches", "errors")
def matrices_only(a, b):
    """Uses np.dot for everything: a batch comes out in another shape."""
    if a.shape[-1:] != b.shape[-2:][:1]:
        raise ValueError(f"{a.shape} does not fit {b.shape}")
    return Tensor(np.dot(a.data, b.data))


@mutant("batches")
def first_matrix_of_b(a, b):
    """Every matrix of a meets the first matrix of b where the batches have equal lengths."""
    require_shapes(a, b)
    if a.shape[:-2] == b.shape[:-2] and len(set(a.shape)) == 1 and a.data.ndim == 3:
        return Tensor(np.matmul(a.data, b.data[:1]))
    return Tensor(np.matmul(a.data, b.data))


@mutant("batches")
def batches_not_broadcast(a, b):
    """Refuses batches of different lengths."""
    require_shapes(a, b)
    if a.data.ndim != b.data.ndim or a.shape[:-2] != b.shape[:-2]:
        raise ValueError(f"{a.shape} and {b.shape} have different batches")
    return Tensor(np.matmul(a.data, b.data))


@mutant("contract")
def float64_inside(a, b):
    """Converts to float64, multiplies, and converts back."""
    require_shapes(a, b)
    return Tensor(np.matmul(a.data.astype(np.float64), b.data.astype(np.float64)))


@mutant("contract")
def bare_array(a, b):
    """Returns the array without a Tensor around it."""
    require_shapes(a, b)
    return np.matmul(a.data, b.data)


@mutant("contract")
def operand_changed(a, b):
    """Clears a when it is done with it."""
    require_shapes(a, b)
    c = np.matmul(a.data, b.data)
    if a.data.flags.writeable:
        a.data[...] = 0
    return Tensor(c)


@mutant("contract")
def operand_replaced(a, b):
    """Puts another array into b."""
    require_shapes(a, b)
    c = np.matmul(a.data, b.data)
    b.data = b.data.copy()
    return Tensor(c)


@mutant("contract")
def raw_memory_order(a, b):
    """Reads the memory of a as if it were always in C order."""
    require_shapes(a, b)
    if a.data.flags.f_contiguous and not a.data.flags.c_contiguous:
        return Tensor(np.matmul(a.data.ravel(order="K").reshape(a.shape), b.data))
    return Tensor(np.matmul(a.data, b.data))


@mutant("contract")
def nan_removed(a, b):
    """Replaces NaN by zero."""
    require_shapes(a, b)
    return Tensor(np.nan_to_num(np.matmul(a.data, b.data)))


@mutant("contract")
def empty_refused(a, b):
    """Raises for empty operands."""
    require_shapes(a, b)
    if a.data.size == 0 or b.data.size == 0:
        raise ValueError("empty operands")
    return Tensor(np.matmul(a.data, b.data))


_buffers: dict = {}


@mutant("contract")
def shared_result_buffer(a, b):
    """Writes every result of one shape into the same array."""
    require_shapes(a, b)
    c = np.matmul(a.data, b.data)
    buffer = _buffers.setdefault(c.shape, np.empty_like(c))
    buffer[...] = c
    return Tensor(buffer)


@mutant("errors")
def no_check(a, b):
    """Leaves the errors to NumPy: 1-D operands pass, and the texts name no shapes."""
    return Tensor(np.matmul(a.data, b.data))


@mutant("errors")
def page_one_check(a, b):
    """The original page's check: an IndexError for 1-D operands."""
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"Shape mismatch: {a.shape} @ {b.shape}")
    return Tensor(np.matmul(a.data, b.data))


@mutant("errors")
def asserts(a, b):
    """Asserts in place of ValueError."""
    assert a.data.ndim > 1 and b.data.ndim > 1, f"{a.shape} {b.shape}"
    assert a.shape[-1] == b.shape[-2], f"{a.shape} {b.shape}"
    return Tensor(np.matmul(a.data, b.data))


@mutant("errors")
def swallows_errors(a, b):
    """Turns every error into None."""
    try:
        require_shapes(a, b)
        return Tensor(np.matmul(a.data, b.data))
    except Exception:
        return None


@mutant("errors")
def silent_text(a, b):
    """A ValueError that names nothing."""
    try:
        require_shapes(a, b)
    except ValueError:
        raise ValueError("wrong shapes") from None
    return Tensor(np.matmul(a.data, b.data))
