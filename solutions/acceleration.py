# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   language_info:
#     name: python
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "introduction", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # Exercise: five kernels and a roofline
#
# You will write one fast matrix product, one activation function twice (badly on purpose, then well), a matrix product
# in tiles, and the arithmetic that predicts how fast each of them can be. At the end you put your own functions on a
# roofline that was measured on the machine you are sitting at.
#
# Each part takes the same five steps: **why** it matters, **what** to write, a **solution cell** for your code, a
# **check**, and something to **look at** in the result. The parts do not depend on each other, so you can leave one
# and come back.
#
# | Part | You write | Points | Chapter |
# |---|---|---|---|
# | 1 | `vectorized_matmul` | 15 | [Vectorization](../../book/vectorization.md) |
# | 2 | `fused_gelu` | 20 | [Kernel fusion](../../book/fusion.md) |
# | 3 | `unfused_gelu` | 10 | [Kernel fusion](../../book/fusion.md) |
# | 4 | `tiled_matmul` | 25 | [Tiling](../../book/tiling.md) |
# | 5 | six functions of the roofline model, and half a page | 20 + 10 | [The roofline](../../book/roofline.md) |
#
# The checks are exact. They count interpreter steps, arrays that are alive at once and the shapes of the products that
# were really computed. They never look at a clock, so a slow or busy machine cannot cost you a point. Run a check as
# often as you like; it uses fresh random numbers each time.
#
# **Save your work.** A Binder session is deleted when you leave it. Run the next two cells and a button appears that
# downloads this notebook with everything in it; press it before you close the tab. Without the button, *File > Save*
# and then *File > Download* do the same. If you read this in the book, you can download the notebook at the top of the
# page.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["export"]
from numbers import Integral, Real

import numpy as np

from tinytorch.core.tensor import Tensor

# %% nbgrader={"grade": false, "grade_id": "tools", "locked": true, "schema_version": 3, "solution": false, "task": false}
import autograder
from tinytorch.explore.explorers import explore_fusion, explore_roofline, explore_tiles
from tinytorch.explore.learner import show_download, show_gelu, show_matmul, show_roofline, show_tiles

show_download()

# %% [markdown] nbgrader={"grade": false, "grade_id": "vectorized-matmul-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# <a id="exercise-vectorized-matmul"></a>
#
# ## Part 1: one call instead of three loops
#
# ### Why it matters
#
# A matrix product of two `n` by `n` matrices takes `2 n**3` floating-point operations. Written as three Python loops,
# each of those operations drags a few dozen interpreter steps behind it. Handed over whole, the same product runs in a
# library routine (GEMM) that uses every vector lane of the processor and every level of its cache. Nothing else in this
# course gains as much for as little code.
#
# Read [Vectorization, SIMD and BLAS](../../book/vectorization.md) beside this part.

# %% [markdown] nbgrader={"grade": false, "grade_id": "vectorized-matmul-what", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What to write
#
# **TODO.** Write `vectorized_matmul(a, b)`: the matrix product of two Tensors as one call into NumPy.
#
# **Approach.**
#
# 1. Look at `a.shape` and `b.shape` first. Each operand needs two dimensions or more, and the last axis of `a` must be as
#    long as the second to last axis of `b`. The leading axes must broadcast. Raise a `ValueError` otherwise. A good message
#    names both shapes, says what was expected and what to do.
# 2. Multiply `a.data` and `b.data` in one call.
# 3. Return the result as a `Tensor`.
#
# **Example.** `vectorized_matmul(Tensor([[1, 2]]), Tensor([[3], [4]]))` is a Tensor of shape `(1, 1)` that holds `11`.
#
# Leading axes are batches: shapes `(8, 2, 3)` and `(3, 4)` give `(8, 2, 4)`, as in `np.matmul`.
#
# <details><summary>Hint 1: which call</summary>
#
# `np.matmul(x, y)`, or `x @ y`, hands two-dimensional operands to GEMM and broadcasts all the axes before the last two.
# `np.dot` does something else with three dimensions, and `np.einsum` runs a loop of its own unless you pass `optimize=True`.
# </details>
#
# <details><summary>Hint 2: comparing the shapes</summary>
#
# `a.shape[-1]` and `b.shape[-2]` are the two lengths that must agree. Test the number of dimensions before you index the
# shape, or a vector will end in an `IndexError`. `np.broadcast_shapes` raises a `ValueError` for leading axes that do
# not fit; catch it to say more.
# </details>
#
# <details><summary>Hint 3: a message that helps</summary>
#
# `raise ValueError(f"got {a.shape} @ {b.shape}; ... must be equal: transpose one of them")`
# </details>


# %% nbgrader={"grade": false, "grade_id": "vectorized-matmul", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["export"]
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
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% [markdown] nbgrader={"grade": false, "grade_id": "vectorized-matmul-check", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Check
#
# Run the next cell. It tries your function on fresh random matrices and counts what it did: how many interpreter steps,
# and which products NumPy was really asked for. Each line that fails says what it tried and what came out.

# %% nbgrader={"grade": true, "grade_id": "test-vectorized-matmul", "locked": true, "points": 15, "schema_version": 3, "solution": false, "task": false}
autograder.check("vectorized_matmul", vectorized_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "vectorized-matmul-look", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Look at the result
#
# Predict first: from `n = 128` to `n = 512` the work grows 64-fold. Will the time grow 64-fold too?
#
# The next cell times your function beside plain `np.matmul`. Look at the GFLOP/s column. Small products leave the
# processor half idle, because starting a call costs the same whatever its size.

# %% nbgrader={"grade": false, "grade_id": "vectorized-matmul-show", "locked": true, "schema_version": 3, "solution": false, "task": false}
show_matmul(vectorized_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "fused-gelu-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# <a id="exercise-fused-gelu"></a>
#
# ## Part 2: GELU with nothing left over
#
# ### Why it matters
#
# A transformer applies an activation function to every value between its two large products. GELU, in its `tanh` form, is
#
# `gelu(x) = 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))`
#
# NumPy evaluates that line one operator at a time. Each operator reads whole arrays and writes a new one, and one of
# them, `x**3`, is slow for a reason that has nothing to do with memory. You will remove the slow operator first and then
# the arrays.
#
# Read [Kernel fusion](../../book/fusion.md) beside this part.

# %% [markdown] nbgrader={"grade": false, "grade_id": "fused-gelu-what", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What to write
#
# **TODO.** Write `fused_gelu(x)`: the formula above with no array of the size of `x` beside `x` and the result.
#
# **Approach.** Climb the rungs; each earns points of its own.
#
# 1. Right values, in float32, for any shape.
# 2. No `x**3`: a general power function is called for each element. Multiply instead.
# 3. Fewer temporaries than the one-line expression: let later steps write into an array that you already have.
# 4. None at all: the result itself is the only new array. Scratch space for a block is fine; up to a quarter of the
#    result counts as none.
#
# **Example.** `fused_gelu(Tensor([-1.0, 0.0, 1.0]))` holds about `-0.1588`, `0` and `0.8412`.
#
# Whatever the formula gives for zero, infinity and NaN, your function gives too, and NumPy must not print a warning while
# it does (`np.errstate`). The input is never changed.
#
# <details><summary>Hint 1: writing into an array</summary>
#
# Nearly every NumPy function takes `out=`. `np.multiply(x, x, out=y)` writes the squares into `y` and allocates nothing.
# `y *= c` does the same for a product with a number.
# </details>
#
# <details><summary>Hint 2: the polynomial in three steps</summary>
#
# `x + 0.044715 * x**3` is `x * (1 + 0.044715 * x * x)`. Square, scale, add, multiply by `x`: one array is enough.
# </details>
#
# <details><summary>Hint 3: staying in float32</summary>
#
# `np.sqrt(2 / np.pi)` is a NumPy float64 *scalar*. NumPy 2 lets it turn your float32 array into float64, twice the bytes.
# A plain Python number (`float(...)`, or `math.sqrt`) does not.
# </details>
#
# <details><summary>Hint 4: one operator fewer</summary>
#
# `0.5 * (1 + tanh(u))` equals `1 / (1 + exp(-2 * u))`. So GELU is `x / (1 + exp(-2 * u))`: `exp` costs less than `tanh`, and
# two steps disappear.
# </details>
#
# <details><summary>Hint 5: blocks (not graded, but it is where the speed is)</summary>
#
# Work through the array in blocks of some ten thousand elements, all steps on one block before the next. The block stays
# in cache between the steps. `np.nditer` with `external_loop` and `buffered` hands out such blocks for any memory layout.
# </details>


# %% nbgrader={"grade": false, "grade_id": "fused-gelu", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["export"]
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
    ### BEGIN SOLUTION
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
### END SOLUTION


# %% [markdown] nbgrader={"grade": false, "grade_id": "fused-gelu-check", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Check
#
# The check compares your values with the formula in float64, watches which NumPy functions run, and counts the bytes that
# are alive at the worst moment in units of the result. `1.0` is the result alone; the one-line expression needs `3.0`.

# %% nbgrader={"grade": true, "grade_id": "test-fused-gelu", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
autograder.check("fused_gelu", fused_gelu)

# %% [markdown] nbgrader={"grade": false, "grade_id": "fused-gelu-look", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Look at the result
#
# Predict first: which rung gains more, replacing `x**3` or removing the temporaries?
#
# The next cell times your function beside the one-line expression with `x**3` and the same line with `x*x*x`. The step
# between those two is arithmetic; what remains between the second and yours is memory.

# %% nbgrader={"grade": false, "grade_id": "fused-gelu-show", "locked": true, "schema_version": 3, "solution": false, "task": false}
show_gelu(fused_gelu)

# %% [markdown] nbgrader={"grade": false, "grade_id": "unfused-gelu-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# <a id="exercise-unfused-gelu"></a>
#
# ## Part 3: the same function, step by step
#
# ### Why it matters
#
# A speed-up needs a baseline, and the baseline decides how large it looks. Here you write the version that someone writes
# who names every intermediate result. It is clear, and it keeps every array alive until it returns. Count what that costs
# and you can say exactly what fusion saved.
#
# Read [Kernel fusion](../../book/fusion.md) and [Measuring honestly](../../book/measuring.md) beside this part.

# %% [markdown] nbgrader={"grade": false, "grade_id": "unfused-gelu-what", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What to write
#
# **TODO.** Write `unfused_gelu(x)` in eight named steps: seven temporaries and the result.
#
# **Approach.** One operation to a line, each with a name of its own, in this order: cube (one step, however you write it); times `0.044715`; plus `x`; times
# `sqrt(2 / pi)`; `tanh`; plus one; times `x`; times one half. Do not reuse an array and do not delete one.
#
# **Example.** The values are those of Part 2. The peak allocation is `8.0` times the result.
#
# <details><summary>Hint 1: why eight and not two</summary>
#
# An array lives as long as something refers to it. Each of your names refers to its array until the function returns, so
# all eight are alive at the end.
# </details>
#
# <details><summary>Hint 2: a peak of 15 or 16</summary>
#
# Then one of your constants is a NumPy float64 scalar and the later arrays are float64. Use Python numbers.
# </details>


# %% nbgrader={"grade": false, "grade_id": "unfused-gelu", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["export"]
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
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% [markdown] nbgrader={"grade": false, "grade_id": "unfused-gelu-check", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Check
#
# The check compares the values and counts the peak allocation. Seven would mean that a temporary is missing, nine that
# there is one too many.

# %% nbgrader={"grade": true, "grade_id": "test-unfused-gelu", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
autograder.check("unfused_gelu", unfused_gelu)

# %% [markdown] nbgrader={"grade": false, "grade_id": "unfused-gelu-look", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Look at the result
#
# The next cell puts both of your functions side by side. Compare the ratio of the peaks, which is exact and the same on
# every machine, with the ratio of the times, which is not.

# %% nbgrader={"grade": false, "grade_id": "unfused-gelu-show", "locked": true, "schema_version": 3, "solution": false, "task": false}
show_gelu(fused_gelu, unfused_gelu)

# %% [markdown] nbgrader={"grade": false, "grade_id": "unfused-gelu-move", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Move it
#
# This explorer takes both functions apart: each step that NumPy runs in them, its time, the arrays that are alive during it, the bytes
# that it moves. Vary the number of elements: where do the arrays leave a cache, and which of the two functions notices?

# %% nbgrader={"grade": false, "grade_id": "unfused-gelu-explore", "locked": true, "schema_version": 3, "solution": false, "task": false}
explore_fusion(fused_gelu, unfused_gelu)

# %% [markdown] nbgrader={"grade": false, "grade_id": "tiled-matmul-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# <a id="exercise-tiled-matmul"></a>
#
# ## Part 4: a matrix product in tiles
#
# ### Why it matters
#
# Each value of `A` and `B` takes part in `n` multiplications. Whether it is fetched from memory once or `n` times depends
# on the order in which you visit it. Cut the matrices into tiles that fit in a cache together and each value is used a
# tile's width of times for every fetch. BLAS does this inside your call of Part 1; here you do it where you can see it.
#
# Read [Tiling](../../book/tiling.md) and [Memory layout](../../book/memory_layout.md) beside this part.

# %% [markdown] nbgrader={"grade": false, "grade_id": "tiled-matmul-what", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What to write
#
# **TODO.** Write `tiled_matmul(a, b, tile_size=64)`: the product of two matrices as a sum of products of tiles.
#
# **Approach.**
#
# 1. Refuse operands that are not two-dimensional or do not fit, and a tile size that is not a whole number of at least 1,
#    with a `ValueError` that names what you got.
# 2. Start from a result of zeros, in float32: `np.zeros` makes float64 unless you give it a `dtype`.
# 3. Loop over the tiles in all three directions: rows of `A`, columns of `B`, and the axis they share.
# 4. Multiply one tile of `A` by one tile of `B` with `@` or `np.matmul`, and *add* the product to its tile of the result.
#
# No product may be larger than `tile_size` in any direction. The last tile of a row may be smaller; it must not be lost.
#
# **Example.** With shapes `(5, 4)` and `(4, 3)` and `tile_size=2` there are 3 x 2 x 2 = 12 products.
#
# <details><summary>Hint 1: the loops</summary>
#
# `for i in range(0, m, tile_size):` visits the first row of each tile. A slice that reaches past the end of an array is cut
# off there, so `x[i:i + tile_size]` is right for the ragged tile too.
# </details>
#
# <details><summary>Hint 2: why every value is too small</summary>
#
# If the result holds only the last product of the sum, you wrote `=` where `+=` is needed.
# </details>
#
# <details><summary>Hint 3: no new array for each step (not graded)</summary>
#
# `np.matmul(x, y, out=partial)` writes into an array that you allocate once. Cut it to the shape of the tile in hand.
# </details>


# %% nbgrader={"grade": false, "grade_id": "tiled-matmul", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["export"]
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
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% [markdown] nbgrader={"grade": false, "grade_id": "tiled-matmul-check", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Check
#
# The check looks at values over ragged shapes and odd tile sizes. Then it hands your function matrices that answer every
# product with ones and write down its shape: a product that was tiled along the shared axis shows exactly how many
# products were added up in each element.

# %% nbgrader={"grade": true, "grade_id": "test-tiled-matmul", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
autograder.check("tiled_matmul", tiled_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "tiled-matmul-look", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Look at the result
#
# Predict first: a second-level cache of 256 KiB holds three float32 tiles of 147 by 147. Will the best tile of your Python
# loop be near 147?
#
# The next cell sweeps the tile size. Whatever you predicted, find the tile size from which the curve is flat, and ask
# what one turn of your inner loop costs before it multiplies anything.

# %% nbgrader={"grade": false, "grade_id": "tiled-matmul-show", "locked": true, "schema_version": 3, "solution": false, "task": false}
show_tiles(tiled_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "tiled-matmul-move", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Move it
#
# The explorer below asks for a prediction and then measures your own `tiled_matmul` wherever you move its sliders. Move the tile
# from the largest to the smallest and watch three things: the rate, the caches that three tiles fit, and the blocks in the order in
# which the loops visit them. Each measurement takes less than half a second; the points stay.

# %% nbgrader={"grade": false, "grade_id": "tiled-matmul-explore", "locked": true, "schema_version": 3, "solution": false, "task": false}
explore_tiles(tiled_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "performance-analysis-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# <a id="exercise-performance-analysis"></a>
#
# ## Part 5: predict before you measure
#
# ### Why it matters
#
# Before you make a kernel faster, ask how fast it could be. Two numbers of the machine (operations per second, bytes per
# second) and two of the kernel (operations, bytes) answer that. Then you know whether to save operations or bytes, and
# when to stop.
#
# Read [Arithmetic intensity and the roofline](../../book/roofline.md) beside this part.

# %% [markdown] nbgrader={"grade": false, "grade_id": "performance-analysis-what", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What to write
#
# **TODO.** Write six short functions. The counting rule is *minimal traffic* for float32: four bytes a value, each operand
# read once, each result written once.
#
# | Function | Returns | Unit |
# |---|---|---|
# | `matmul_cost(m, k, n)` | operations and bytes of an `(m, k)` by `(k, n)` product | `(FLOP, byte)` |
# | `elementwise_cost(n, reads, writes, flops_per_element)` | the same for `n` elements, each reading and writing that many values | `(FLOP, byte)` |
# | `arithmetic_intensity(flops, bytes_moved)` | operations for each byte | FLOP/byte |
# | `ridge_point(peak_gflops, bandwidth_gbs)` | the intensity at which both limits are equal | FLOP/byte |
# | `attainable_gflops(intensity, peak_gflops, bandwidth_gbs)` | the roof over that intensity | GFLOP/s |
# | `bound(intensity, peak_gflops, bandwidth_gbs)` | `"memory"` left of the ridge, `"compute"` at it and to its right | |
#
# **Example.** `matmul_cost(1024, 1024, 1024)` is `(2147483648, 12582912)`, which is 170.67 FLOP/byte. With a peak of 100
# GFLOP/s and a bandwidth of 20 GB/s the ridge lies at 5 FLOP/byte.
#
# Counts and sizes may be zero. A rate, or the bytes that you divide by, may not. Anything negative, infinite, NaN or not
# a number is a `ValueError` whose text names the argument and shows the value that it got.
#
# <details><summary>Hint 1: counting a product</summary>
#
# Each of the `m * n` results needs `k` multiplications and `k` additions: `2 * m * k * n`.
# </details>
#
# <details><summary>Hint 2: the roof</summary>
#
# Memory delivers `intensity * bandwidth_gbs` GFLOP/s, the arithmetic units deliver `peak_gflops`. The smaller one wins.
# </details>
#
# <details><summary>Hint 3: six functions, one test of the arguments</summary>
#
# Write a small function that takes a name and a value and either returns the value or raises; call it for each argument.
# </details>


# %% nbgrader={"grade": false, "grade_id": "performance-analysis", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["export"]
def matmul_cost(m: int, k: int, n: int) -> tuple[int, int]:
    """Operations and minimal float32 traffic of an (m, k) by (k, n) product.

    Returns
    -------
    (flops, bytes_moved) : tuple of int
        ``2 m k n`` FLOP, and 4 bytes for each value of the three matrices.
    """
    ### BEGIN SOLUTION
    m, k, n = (checked_count(name, value) for name, value in (("m", m), ("k", k), ("n", n)))
    return 2 * m * k * n, FLOAT32_BYTES * (m * k + k * n + m * n)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    n = checked_count("n", n)
    values = checked_count("reads", reads) + checked_count("writes", writes)
    return n * checked("flops_per_element", flops_per_element), FLOAT32_BYTES * n * values
    ### END SOLUTION


def arithmetic_intensity(flops: float, bytes_moved: float) -> float:
    """Operations for each byte moved, in FLOP/byte."""
    ### BEGIN SOLUTION
    return checked("flops", flops) / checked_positive("bytes_moved", bytes_moved)
    ### END SOLUTION


def ridge_point(peak_gflops: float, bandwidth_gbs: float) -> float:
    """Intensity, in FLOP/byte, at which memory and arithmetic units allow the same rate.

    Williams, Waterman and Patterson, 2009, doi:10.1145/1498765.1498785.
    """
    ### BEGIN SOLUTION
    peak = checked_positive("peak_gflops", peak_gflops)
    return peak / checked_positive("bandwidth_gbs", bandwidth_gbs)
    ### END SOLUTION


def attainable_gflops(intensity: float, peak_gflops: float, bandwidth_gbs: float) -> float:
    """Height of the roof, in GFLOP/s, over an intensity in FLOP/byte."""
    ### BEGIN SOLUTION
    slanted = checked("intensity", intensity) * checked_positive("bandwidth_gbs", bandwidth_gbs)
    return min(checked_positive("peak_gflops", peak_gflops), slanted)
    ### END SOLUTION


def bound(intensity: float, peak_gflops: float, bandwidth_gbs: float) -> str:
    """Which roof is lower over an intensity in FLOP/byte: ``"memory"`` or ``"compute"``."""
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% [markdown] nbgrader={"grade": false, "grade_id": "performance-analysis-check", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Check
#
# Each function earns its points on its own. The numbers are fresh; the formulas are not.

# %% nbgrader={"grade": true, "grade_id": "test-performance-analysis", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
autograder.check(
    "performance_analysis",
    matmul_cost,
    elementwise_cost,
    arithmetic_intensity,
    ridge_point,
    attainable_gflops,
    bound,
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "performance-roofline", "locked": true, "schema_version": 3, "solution": false, "task": false}
# <a id="exercise-roofline-essay"></a>
#
# ### Look at the result: your kernels under your own roof
#
# The next cell measures the roofs of this machine (one slanted roof for each level of memory, flat ones for three kinds of
# arithmetic), times the kernels that you have written so far, and draws them under the roofs. It takes some seconds.
#
# Predict before you run it: which of your kernels lie under a slanted roof, and which come within a factor of two of the
# roof above them?

# %% nbgrader={"grade": false, "grade_id": "performance-roofline-show", "locked": true, "schema_version": 3, "solution": false, "task": false}
show_roofline(vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "performance-roofline-move", "locked": true, "schema_version": 3, "solution": false, "task": false}
# The figure above is one moment at one size. In the explorer below you choose the kernel and its size: it is measured when you
# let go, and you see which roof limits it and how much is still to be had. Try the same GELU in the first cache and in memory.

# %% nbgrader={"grade": false, "grade_id": "performance-roofline-explore", "locked": true, "schema_version": 3, "solution": false, "task": false}
explore_roofline(vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul)

# %% [markdown] nbgrader={"grade": false, "grade_id": "performance-essay-what", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What does your roofline say? (10 points, graded by hand)
#
# Write half a page, about 200 words, in the next cell. Answer these, with numbers from your own figure:
#
# 1. Which kernel is limited by memory and which by arithmetic? Give its intensity and the counting rule you used.
# 2. Pick one kernel that lies below its roof. How far below, and what keeps it there: call overhead, extra traffic,
#    expensive functions? Say what you would measure to find out.
# 3. You may make one change to one kernel. Which, and what is the most it could gain?
# 4. What about your measurement should a reader not trust?

# %% [markdown] nbgrader={"grade": true, "grade_id": "performance-essay", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Counting minimal float32 traffic, the product of Part 1 at n = 1024 has an intensity of 170.67 FLOP/byte. My ridge lies
# far to the left of that, so arithmetic limits it, and its point sits close under the flat roof. GELU reads one value and
# writes one. With `tanh` (or `exp`) counted as one operation it does about eight operations for eight bytes, near 1
# FLOP/byte: left of the ridge, so memory sets its roof.
#
# `fused_gelu` still lies well below that roof. It makes no temporaries, so extra traffic is not the reason; the counting
# rule hides it: `exp` is one operation on paper and a polynomial of some twenty in the machine. I would time `np.exp` alone
# on one block that stays in cache: if it takes most of the time of the whole kernel, arithmetic holds it back, not memory.
# `unfused_gelu` is slower mainly for `x**3`; replacing that one operator by two multiplications is the change with the
# largest gain, bounded by the share of the time that the power function takes.
#
# The memory roof comes from arrays far larger than the cache, and so do the two arrays of GELU. At sizes that stay in the
# third-level cache a point may lie above it, which would be a wrong roof and not a discovery. The machine is shared, so
# single timings vary; I trust the medians and the ratios, and not the third digit.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "closing", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Take it with you
#
# Your functions can be a module that other code imports. In a terminal, in the folder of this notebook:
#
# ```
# python -m tinytorch export acceleration.ipynb
# ```
#
# That writes `acceleration.py` beside the notebook with the five parts and their imports, and says which parts are still
# unwritten. `from acceleration import fused_gelu` then works in any script that lies next to it.
#
# What comes next: Module 18 saves work by remembering it (the KV cache), Module 19 measures systematically
# (`benchmark(vectorized_matmul, sizes=[128, 256, 512])` is already yours to call), and Module 20 puts everything into one
# model. The chapter [Capstone](../../book/capstone.md) starts on that last one.
