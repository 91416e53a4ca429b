"""Wrong or lazy ways to write Part 4, and the items that each must lose."""

import numpy as np

from tests.honest.tiled_matmul import require_arguments, three_loops_and_plus_equals
from tests.mutants.collection import Mutant, collector
from tinytorch.core.tensor import Tensor

MUTANTS: list[Mutant] = []
mutant = collector("tiled_matmul", MUTANTS)

TILES = ("tiles-rows-and-columns", "tiles-inner")


def add_up_tiles(a, b, tile, dtype=np.float32):
    """The right three loops, without any check."""
    (m, k), n = a.shape, b.shape[1]
    c = np.zeros((m, n), dtype=dtype)
    for i in range(0, m, tile):
        for j in range(0, n, tile):
            for p in range(0, k, tile):
                left, right = a.data[i : i + tile, p : p + tile], b.data[p : p + tile, j : j + tile]
                c[i : i + tile, j : j + tile] += left @ right
    return Tensor(c)


@mutant()
def unwritten(a, b, tile_size=64):
    """The cell as it was released."""
    raise NotImplementedError


@mutant()
def passes(a, b, tile_size=64):
    """Returns None."""


@mutant()
def returns_an_operand(a, b, tile_size=64):
    """Gives b back."""
    return b


@mutant()
def returns_zeros(a, b, tile_size=64):
    """The right shape, but zeros."""
    return Tensor(np.zeros((a.shape[0], b.shape[1]), dtype=np.float32))


@mutant()
def visible_sizes_only(a, b, tile_size=64):
    """Right for the square matrices of the visible example, else zeros."""
    if a.shape == b.shape == (128, 128):
        return Tensor(a.data @ b.data)
    return Tensor(np.zeros((a.shape[0], b.shape[1]), dtype=np.float32))


@mutant()
def assigns_for_adds(a, b, tile_size=64):
    """`=` in place of `+=`: only the last tile along k counts."""
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                c[i : i + t, j : j + t] = (
                    a.data[i : i + t, p : p + t] @ b.data[p : p + t, j : j + t]
                )
    return Tensor(c)


@mutant()
def result_not_started_at_zero(a, b, tile_size=64):
    """Adds to ones."""
    return Tensor(add_up_tiles(a, b, tile_size).data + 1)


@mutant()
def diagonal_tiles_only(a, b, tile_size=64):
    """Two loops in place of three: one tile along k for each tile of the result."""
    m, n, t = a.shape[0], b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            c[i : i + t, j : j + t] += a.data[i : i + t, :t] @ b.data[:t, j : j + t]
    return Tensor(c)


@mutant()
def element_wise_tiles(a, b, tile_size=64):
    """Multiplies tiles element by element where their shapes allow it."""
    t = tile_size
    c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(0, c.shape[0], t):
        for j in range(0, c.shape[1], t):
            left, right = a.data[i : i + t, :t], b.data[:t, j : j + t]
            c[i : i + t, j : j + t] = left * right
    return Tensor(c)


_first_answers: dict = {}


@mutant()
def remembers_by_shape(a, b, tile_size=64):
    """Answers from a cache that looks only at the shapes."""
    key = (a.shape, b.shape, tile_size)
    if key not in _first_answers:
        _first_answers[key] = add_up_tiles(a, b, tile_size).data
    return Tensor(_first_answers[key])


@mutant(*TILES, "errors")
def page_own(a, b, tile_size=64):
    """The original page's own: np.matmul, tile_size ignored."""
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"Shape mismatch: {a.shape} @ {b.shape}")
    return Tensor(np.matmul(a.data, b.data))


@mutant(*TILES)
def tile_size_ignored(a, b, tile_size=64):
    """Tiles, but always by 64."""
    require_arguments(a, b, tile_size)
    return add_up_tiles(a, b, 64)


@mutant(*TILES)
def tile_size_doubled(a, b, tile_size=64):
    """Tiles twice as large as asked for."""
    require_arguments(a, b, tile_size)
    return add_up_tiles(a, b, 2 * tile_size)


@mutant("tiles-inner")
def tile_size_halved(a, b, tile_size=64):
    """Tiles half as large as asked for."""
    require_arguments(a, b, tile_size)
    return add_up_tiles(a, b, max(1, tile_size // 2))


@mutant(*TILES)
def blocks_of_one(a, b, tile_size=64):
    """Tiles of one element, whatever is asked for."""
    require_arguments(a, b, tile_size)
    return add_up_tiles(a, b, 1)


@mutant(*TILES)
def whole_product_behind_a_loop(a, b, tile_size=64):
    """np.matmul behind loops that do nothing."""
    require_arguments(a, b, tile_size)
    for _ in range(0, a.shape[0], tile_size):
        for _ in range(0, b.shape[1], tile_size):
            for _ in range(0, a.shape[1], tile_size):
                pass
    return Tensor(np.matmul(a.data, b.data))


@mutant(*TILES)
def products_of_tiles_for_show(a, b, tile_size=64):
    """All the products of tiles, thrown away, then the whole one."""
    require_arguments(a, b, tile_size)
    add_up_tiles(a, b, tile_size)
    return Tensor(np.matmul(a.data, b.data))


@mutant(*TILES)
def whole_product_behind_the_recorder(a, b, tile_size=64):
    """Products of tiles for show, and the result from plain views that nobody records."""
    require_arguments(a, b, tile_size)
    add_up_tiles(a, b, tile_size)
    return Tensor(a.data.view(np.ndarray) @ b.data.view(np.ndarray))


@mutant(*TILES)
def whole_product_cut_into_tiles(a, b, tile_size=64):
    """One whole product, copied tile by tile."""
    require_arguments(a, b, tile_size)
    whole, t = a.data @ b.data, tile_size
    c = np.zeros_like(whole)
    for i in range(0, c.shape[0], t):
        for j in range(0, c.shape[1], t):
            c[i : i + t, j : j + t] += whole[i : i + t, j : j + t]
    return Tensor(c)


@mutant("tiles-inner")
def inner_not_tiled(a, b, tile_size=64):
    """Rows and columns in tiles, the inner dimension whole."""
    require_arguments(a, b, tile_size)
    t = tile_size
    c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(0, c.shape[0], t):
        for j in range(0, c.shape[1], t):
            c[i : i + t, j : j + t] = a.data[i : i + t] @ b.data[:, j : j + t]
    return Tensor(c)


@mutant(*TILES)
def columns_not_tiled(a, b, tile_size=64):
    """Two loops: all columns at once."""
    require_arguments(a, b, tile_size)
    t = tile_size
    c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for i in range(0, c.shape[0], t):
        for p in range(0, a.shape[1], t):
            c[i : i + t] += a.data[i : i + t, p : p + t] @ b.data[p : p + t]
    return Tensor(c)


@mutant(*TILES)
def rows_not_tiled(a, b, tile_size=64):
    """Two loops: all rows at once."""
    require_arguments(a, b, tile_size)
    t = tile_size
    c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for j in range(0, c.shape[1], t):
        for p in range(0, a.shape[1], t):
            c[:, j : j + t] += a.data[:, p : p + t] @ b.data[p : p + t, j : j + t]
    return Tensor(c)


@mutant(*TILES)
def inner_tiled_only(a, b, tile_size=64):
    """One loop, over the inner dimension."""
    require_arguments(a, b, tile_size)
    t = tile_size
    c = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    for p in range(0, a.shape[1], t):
        c += a.data[:, p : p + t] @ b.data[p : p + t]
    return Tensor(c)


@mutant(*TILES)
def elements_one_by_one(a, b, tile_size=64):
    """Six loops: tiles, and in each the elements one by one."""
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    with np.errstate(invalid="ignore"):
        for i in range(m):
            for j in range(n):
                for start in range(0, k, t):
                    for p in range(start, min(start + t, k)):
                        c[i, j] += a.data[i, p] * b.data[p, j]
    return Tensor(c)


@mutant("ragged", "extremes", *TILES, "contract")
def last_ragged_tile_dropped(a, b, tile_size=64):
    """range(size // tile_size): what is left at the end is not computed."""
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(m // t):
        for j in range(n // t):
            for p in range(k // t):
                left = a.data[i * t : (i + 1) * t, p * t : (p + 1) * t]
                c[i * t : (i + 1) * t, j * t : (j + 1) * t] += (
                    left @ b.data[p * t : (p + 1) * t, j * t : (j + 1) * t]
                )
    return Tensor(c)


@mutant("ragged", "extremes", "tiles-inner", "contract")
def last_inner_tile_dropped(a, b, tile_size=64):
    """Rows and columns to the end, but only whole tiles along the inner dimension."""
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k - t + 1, t):
                c[i : i + t, j : j + t] += (
                    a.data[i : i + t, p : p + t] @ b.data[p : p + t, j : j + t]
                )
    return Tensor(c)


@mutant("ragged", "extremes", *TILES, "contract")
def ragged_sizes_refused(a, b, tile_size=64):
    """Raises where the tile does not divide the sizes."""
    require_arguments(a, b, tile_size)
    if any(size % tile_size for size in (*a.shape, b.shape[1])):
        raise ValueError(f"tile_size={tile_size} does not divide {a.shape} and {b.shape}")
    return add_up_tiles(a, b, tile_size)


@mutant("ragged", "extremes", *TILES, "contract")
def padding_not_taken_off(a, b, tile_size=64):
    """Pads to whole tiles and returns the padded product."""
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    left = Tensor(np.pad(a.data, ((0, -m % t), (0, -k % t))))
    right = Tensor(np.pad(b.data, ((0, -k % t), (0, -n % t))))
    return add_up_tiles(left, right, t)


@mutant("extremes")
def larger_tile_refused(a, b, tile_size=64):
    """Raises where the tile is larger than the matrix."""
    require_arguments(a, b, tile_size)
    if tile_size > 4 * max(*a.shape, *b.shape, 4):
        raise ValueError(f"tile_size={tile_size} is larger than {a.shape} and {b.shape}")
    return add_up_tiles(a, b, tile_size)


@mutant("extremes")
def tile_one_refused(a, b, tile_size=64):
    """Raises for tile 1."""
    require_arguments(a, b, tile_size)
    if tile_size == 1:
        raise ValueError("tile_size=1 is too small")
    return add_up_tiles(a, b, tile_size)


@mutant("extremes", "tiles-inner")
def another_default(a, b, tile_size=32):
    """The default tile is 32."""
    return three_loops_and_plus_equals(a, b, tile_size)


@mutant("extremes", *TILES)
def no_default(a, b, tile_size):
    """tile_size has no default value."""
    return three_loops_and_plus_equals(a, b, tile_size)


@mutant("contract")
def float64_accumulator(a, b, tile_size=64):
    """np.zeros without a dtype: adds up in float64."""
    require_arguments(a, b, tile_size)
    return add_up_tiles(a, b, tile_size, dtype=np.float64)


@mutant("contract")
def float64_operands(a, b, tile_size=64):
    """Multiplies float64 tiles."""
    require_arguments(a, b, tile_size)
    (m, k), n, t = a.shape, b.shape[1], tile_size
    left, right = a.data.astype(float), b.data.astype(float)
    c = np.zeros((m, n), dtype=np.float32)
    for i in range(0, m, t):
        for j in range(0, n, t):
            for p in range(0, k, t):
                c[i : i + t, j : j + t] += left[i : i + t, p : p + t] @ right[p : p + t, j : j + t]
    return Tensor(c)


@mutant("contract")
def bare_array(a, b, tile_size=64):
    """Returns the array without a Tensor around it."""
    return three_loops_and_plus_equals(a, b, tile_size).data


@mutant("contract")
def operand_changed(a, b, tile_size=64):
    """Scales a in place and does not scale it back."""
    c = three_loops_and_plus_equals(a, b, tile_size)
    if a.data.flags.writeable:
        a.data[...] *= 2
    return c


@mutant("contract")
def empty_inner_not_zero(a, b, tile_size=64):
    """Starts from the first product: nothing to start from where k is 0."""
    require_arguments(a, b, tile_size)
    if a.shape[1] == 0:
        return Tensor(np.ones((a.shape[0], b.shape[1]), dtype=np.float32))
    return add_up_tiles(a, b, tile_size)


@mutant("contract")
def nan_removed(a, b, tile_size=64):
    """Replaces NaN by zero."""
    return Tensor(np.nan_to_num(three_loops_and_plus_equals(a, b, tile_size).data))


_buffers: dict = {}


@mutant("contract")
def shared_result_buffer(a, b, tile_size=64):
    """Writes every result of one shape into the same array."""
    c = three_loops_and_plus_equals(a, b, tile_size).data
    buffer = _buffers.setdefault(c.shape, np.empty_like(c))
    buffer[...] = c
    return Tensor(buffer)


@mutant("errors")
def no_check(a, b, tile_size=64):
    """Leaves the errors to Python and NumPy."""
    return add_up_tiles(a, b, tile_size)


@mutant("errors")
def asserts(a, b, tile_size=64):
    """Asserts in place of ValueError."""
    assert len(a.shape) == len(b.shape) == 2, f"{a.shape} {b.shape}"
    assert a.shape[1] == b.shape[0], f"{a.shape} {b.shape}"
    assert isinstance(tile_size, int) and tile_size > 0, f"{tile_size}"
    return add_up_tiles(a, b, tile_size)


@mutant("errors")
def negative_tile_taken_for_empty(a, b, tile_size=64):
    """Refuses tile 0 only: a negative tile gives zeros."""
    require_arguments(a, b, abs(tile_size) if isinstance(tile_size, int) else tile_size)
    return add_up_tiles(a, b, tile_size)


@mutant("errors")
def tile_size_rounded(a, b, tile_size=64):
    """Rounds tile 2.5 and reads tile "64"."""
    return three_loops_and_plus_equals(a, b, int(tile_size))


@mutant("errors")
def type_error_for_a_type(a, b, tile_size=64):
    """A TypeError where the tile is not a whole number."""
    if not isinstance(tile_size, int):
        raise TypeError(f"tile_size is {tile_size!r}; expected a whole number")
    return three_loops_and_plus_equals(a, b, tile_size)


@mutant("errors")
def silent_text(a, b, tile_size=64):
    """A ValueError that names nothing."""
    try:
        require_arguments(a, b, tile_size)
    except ValueError:
        raise ValueError("wrong arguments") from None
    return add_up_tiles(a, b, tile_size)
