"""Part 1: one GEMM, no loop in Python."""

from __future__ import annotations

import numpy as np

from autograder.chapters import COMMON_ERRORS, MEMORY_LAYOUT, VECTORIZATION
from autograder.checks.answers import (
    require_float32_throughout,
    require_return,
    require_value_error,
    result_array,
)
from autograder.checks.matmul_cases import random_operands, require_manners, require_product
from autograder.examination import Examination
from autograder.items import Failure, Item
from autograder.subject import ArrayArgument

NAME = "vectorized_matmul"

# A loop over rows takes at least 5 interpreter steps per row: 248 more rows, 1,240 more steps.
_MORE_STEPS_ALLOWED = 600
_STEP_LIMIT = 30_000


def values(examination: Examination) -> None:
    """Two-dimensional operands, several shapes, two of them equal."""
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(2, 20, size=3))
    for shape_a, shape_b in (
        ((m, k), (k, n)),
        ((m, k), (k, n)),
        ((n, m + 1), (m + 1, k)),
        ((1, k), (k, n)),
        ((m, 1), (1, n)),
    ):
        require_product(
            examination,
            NAME,
            random_operands(rng, shape_a, shape_b),
            "Element [i, j] of the product is the sum over p of a[i, p] * b[p, j]: "
            "`np.matmul(a.data, b.data)`.",
        )


def batches(examination: Examination) -> None:
    """Leading dimensions broadcast."""
    rng = examination.rng
    # Different lengths everywhere, so that no dimension passes for another.
    p, q, m, k, n = (int(size) for size in rng.permutation(np.arange(2, 9))[:5])
    for shape_a, shape_b in (
        ((p, m, k), (p, k, n)),
        ((p, m, k), (k, n)),
        ((m, k), (p, k, n)),
        ((p, 1, m, k), (q, k, n)),
        ((p, q, m, k), (1, q, k, n)),
        ((p, p, p), (p, p, p)),
    ):
        require_product(
            examination,
            NAME,
            random_operands(rng, shape_a, shape_b),
            "np.matmul takes the last two dimensions as matrices and broadcasts the others; "
            "np.dot and a transpose with .T do not.",
        )


def one_gemm(examination: Examination) -> None:
    """One recorded product that makes up the whole result; steps do not grow with n."""
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(24, 40, size=3))
    flat = random_operands(rng, (m, k), (k, n))
    stacked = random_operands(rng, (5, m, k), (5, k, n))
    for operands in (flat, stacked):
        case = f"{operands}, every product recorded"
        answer = examination.ask("products", NAME, *operands.arguments)
        wanted = "one matrix product of the whole operands"
        result = result_array(answer, NAME, case, wanted)
        products = answer.facts["products"]
        count = sum(product["times"] for product in products)
        advice = "Hand the whole operands to np.matmul in one call and return what it gives."
        if count != 1:
            raise Failure(
                case=case,
                got=f"{count} recorded matrix products"
                if count
                else "no matrix product at all was recorded",
                expected=wanted,
                try_next=advice,
            )
        if not np.all(result == 1):
            raise Failure(
                case=case,
                got="a result that does not come from the recorded product alone",
                expected=wanted,
                try_next=advice,
            )
        product = products[0]
        if operands is flat and (
            product["how"] in ("einsum", "broadcast multiply")
            or product["sizes"] not in ([m, k, n], [n, k, m])
        ):
            raise Failure(
                case=case,
                got=f"{product['how']} of (m, k, n) = {tuple(product['sizes'])}",
                expected=f"one GEMM of (m, k, n) = {(m, k, n)}",
                try_next="np.matmul, `@` and np.dot hand the product to BLAS. np.einsum runs a "
                "loop of its own unless you pass optimize=True, and multiplying with broadcasting "
                "builds an array of m*k*n elements.",
            )
    _require_steps_constant(examination)


def _require_steps_constant(examination: Examination) -> None:
    counts = {}
    for size in (8, 256):
        operands = random_operands(examination.rng, (size, size), (size, size))
        answer = examination.ask("steps", NAME, *operands.arguments, limit=_STEP_LIMIT)
        require_return(answer, NAME, str(operands), "the product")
        counts[size] = answer.facts["steps"]
        if answer.facts["stopped"]:
            counts[size] = _STEP_LIMIT
    if counts[256] > counts[8] + _MORE_STEPS_ALLOWED:
        more = " or more" if counts[256] == _STEP_LIMIT else ""
        raise Failure(
            case="interpreter steps for 8 by 8 and for 256 by 256 operands",
            got=f"{counts[8]:,} steps and {counts[256]:,}{more}",
            expected="the same number for both: no loop in Python over rows, columns or elements",
            try_next="Take the loop out: np.matmul does all rows and columns in one call.",
        )


def contract(examination: Examination) -> None:
    """Float32 in and out, inputs untouched, any layout, empties, NaN and infinity."""
    require_manners(examination, NAME, tile_size=None)
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(8, 20, size=3))
    operands = random_operands(rng, (m, k), (k, n))
    case = f"{operands}, every operation recorded"
    answer = examination.ask("operations", NAME, *operands.arguments, large=m * n)
    require_return(answer, NAME, case, "float32 in every array")
    require_float32_throughout(answer, case)


def errors(examination: Examination) -> None:
    """Check for a ValueError that shows both shapes."""
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(3, 9, size=3))
    for shape_a, shape_b in (
        ((m, k), (k + 1, n)),
        ((2, m, k), (2, k + 2, n)),
        ((2, m, k), (3, k, n)),
        ((k,), (k, n)),
        ((m, k), (k,)),
        ((k,), (k,)),
        ((), (k, n)),
        ((m, k), ()),
    ):
        a, b = (rng.standard_normal(shape).astype(np.float32) for shape in (shape_a, shape_b))
        answer = examination.ask("call", NAME, ArrayArgument(a), ArrayArgument(b))
        require_value_error(
            answer,
            f"a of shape {shape_a}, b of shape {shape_b}",
            (str(shape_a), str(shape_b)),
            "Before the product, check that both operands have two dimensions or more, that "
            "a.shape[-1] equals b.shape[-2] and that the leading dimensions broadcast "
            "(np.broadcast_shapes raises a ValueError where they do not); "
            "raise ValueError with both shapes in its text.",
        )


ITEMS = (
    Item("values", 3, NAME, "right values on two-dimensional operands", VECTORIZATION, values),
    Item(
        "batches",
        3,
        NAME,
        "batches broadcast as np.matmul does",
        VECTORIZATION,
        batches,
        needs=("values",),
    ),
    Item(
        "one-gemm",
        4,
        NAME,
        "one GEMM and no loop in Python",
        VECTORIZATION,
        one_gemm,
        needs=("values",),
    ),
    Item(
        "contract",
        3,
        NAME,
        "float32 Tensor out, inputs untouched, any layout, empty arrays, NaN and infinity",
        MEMORY_LAYOUT,
        contract,
        needs=("values",),
    ),
    Item(
        "errors",
        2,
        NAME,
        "a clear ValueError for shapes that do not fit",
        COMMON_ERRORS,
        errors,
        needs=("values",),
    ),
)
