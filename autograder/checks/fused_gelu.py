"""Part 2: GELU without ``x**3`` and without full-size temporaries."""

from __future__ import annotations

import numpy as np

from autograder.chapters import FUSION, MEMORY_LAYOUT, VECTORIZATION
from autograder.checks.answers import require_return
from autograder.checks.gelu_cases import (
    require_gelu,
    require_gelu_manners,
    require_peak,
    spread_inputs,
)
from autograder.examination import Examination
from autograder.items import Failure, Item
from autograder.subject import ArrayArgument

NAME = "fused_gelu"

_LOOP_ELEMENTS = 2**16
# The one-line expression peaks at 3.0, in-place steps with one more array at 2.0.
FEWER_PEAK = 2.2
# The result is 1.0; blocks may have scratch of up to a quarter of it.
NONE_PEAK = 1.25


def values(examination: Examination) -> None:
    """Check the tanh form, within 2e-6."""
    require_gelu(examination, NAME)


def no_power(examination: Examination) -> None:
    """No power ufunc on an array."""
    x = spread_inputs(examination.rng, int(examination.rng.integers(3_000, 5_000)))
    case = f"x of shape {x.shape}, every operation recorded"
    answer = examination.ask("operations", NAME, ArrayArgument(x), large=x.size)
    require_return(answer, NAME, case, "a result")
    seen = answer.facts["operations"]
    powers = [
        operation["name"]
        for operation in seen
        if operation["name"].split(".")[0] in ("power", "float_power")
        and np.prod(operation["shape"]) > 1
    ]
    expected = "multiplications: x * x * x takes two"
    if powers:
        raise Failure(
            case=case,
            got=f"np.{powers[0]} on an array",
            expected=expected,
            try_next="NumPy computes x**3 with a general power function, far slower than "
            "x * x * x, and most of the one-line expression's time goes there. Multiply.",
        )
    if not any(np.prod(operation["shape"]) > 1 for operation in seen):
        raise Failure(
            case=case,
            got="no NumPy operation on an array",
            expected=expected,
            try_next="Compute on x.data with NumPy's array operations.",
        )


def no_loop(examination: Examination) -> None:
    """Fewer interpreter steps than elements."""
    x = spread_inputs(examination.rng, _LOOP_ELEMENTS)
    case = f"interpreter steps for {x.size:,} elements"
    answer = examination.ask("steps", NAME, ArrayArgument(x), limit=x.size)
    require_return(answer, NAME, case, "a result")
    if answer.facts["stopped"]:
        raise Failure(
            case=case,
            got=f"more than {x.size:,} steps: a loop in Python over the elements",
            expected="far fewer steps than elements",
            try_next="Work on whole arrays, or on blocks of thousands of elements. np.vectorize "
            "and np.frompyfunc are loops in Python too.",
        )


def _peak(examination: Examination) -> float:
    size = 2**20 + int(examination.rng.integers(1, 1_000))
    return require_peak(examination, NAME, spread_inputs(examination.rng, size))


def fewer_temporaries(examination: Examination) -> None:
    """Check for a lower peak than the one-line expression's 3.0."""
    peak = examination.once("peak", lambda: _peak(examination))
    if peak > FEWER_PEAK:
        raise Failure(
            case="peak allocation for a million elements, in units of the result",
            got=f"{peak:.2f}",
            expected=f"at most {FEWER_PEAK} (the one-line expression has 3.0, because NumPy "
            "evaluates operator by operator)",
            try_next="Allocate one result and work in it: np.multiply(x, x, out=y), y *= ..., "
            "np.tanh(y, out=y). A float64 array counts double: see the item on float32.",
        )


def no_temporaries(examination: Examination) -> None:
    """Nothing but the result, and scratch for a block."""
    peak = examination.once("peak", lambda: _peak(examination))
    expected = f"at most {NONE_PEAK}: the result, and scratch of up to a quarter of it for blocks"
    advice = (
        "Write every step into the result itself with out=. Where a step needs a second array, "
        "go through the input in blocks that fit in the cache."
    )
    if peak > NONE_PEAK:
        raise Failure(
            case="peak allocation for a million elements, in units of the result",
            got=f"{peak:.2f}",
            expected=expected,
            try_next=advice,
        )
    x = spread_inputs(examination.rng, 2**20 + int(examination.rng.integers(1, 1_000)))
    case = f"x of {x.size:,} elements, every operation recorded"
    # Memory that the function keeps between calls is not allocated during one, but written all
    # the same.
    answer = examination.ask("operations", NAME, ArrayArgument(x), large=x.size // 4 + 1)
    require_return(answer, NAME, case, "a result")
    outside = answer.facts["outside"]
    if outside:
        raise Failure(
            case=case,
            got=f"np.{outside[0]} wrote an array of full size that is not the result",
            expected=expected,
            try_next=advice,
        )


def contract(examination: Examination) -> None:
    """Float32 throughout, input untouched, any layout and ndim, special values, no warning."""
    require_gelu_manners(examination, NAME, special_values=True)


ITEMS = (
    Item("values", 4, NAME, "right values (tanh form)", FUSION, values),
    Item(
        "no-loop",
        1,
        NAME,
        "no loop in Python over the elements",
        VECTORIZATION,
        no_loop,
        needs=("values",),
    ),
    # After the loop: what is done to single elements in Python, NumPy does not tell.
    Item(
        "no-power",
        4,
        NAME,
        "no x**3: multiplications instead of a power",
        FUSION,
        no_power,
        needs=("values", "no-loop"),
    ),
    Item(
        "fewer-temporaries",
        4,
        NAME,
        "fewer full-size temporaries than the one-line expression",
        FUSION,
        fewer_temporaries,
        needs=("values", "no-loop"),
    ),
    Item(
        "no-temporaries",
        4,
        NAME,
        "no full-size temporary at all",
        FUSION,
        no_temporaries,
        needs=("fewer-temporaries",),
    ),
    Item(
        "contract",
        3,
        NAME,
        "float32 throughout, input untouched, any layout and dimension, NaN and infinity, "
        "no warning",
        MEMORY_LAYOUT,
        contract,
        needs=("values",),
    ),
)
