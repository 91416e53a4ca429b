"""Part 3: GELU in eight named steps, all of whose arrays stay alive."""

from __future__ import annotations

from autograder.chapters import FUSION, MEMORY_LAYOUT
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

NAME = "unfused_gelu"

ARRAYS = 8


def values(examination: Examination) -> None:
    """Check the tanh form, within 2e-6."""
    require_gelu(examination, NAME)


def eight_steps(examination: Examination) -> None:
    """Eight arrays alive at the end, each the result of an operation."""
    size = 2**17 + int(examination.rng.integers(1, 1_000))
    x = spread_inputs(examination.rng, size)
    expected = f"{ARRAYS}.0: seven temporaries with a name each, and the result"
    advice = (
        "Give each of the eight steps a name of its own and reuse none: the cube (x*x*x in one "
        "expression is one step), times 0.044715, plus x, times sqrt(2/pi), tanh, plus 1, times x, "
        "times 0.5. A named array stays alive until the function returns. A float64 array counts "
        "double: write math.sqrt(2 / math.pi), not np.sqrt(2 / np.pi)."
    )
    peak = require_peak(examination, NAME, x)
    if abs(peak - ARRAYS) > 0.1:
        raise Failure(
            case=f"peak allocation for {size:,} elements, in units of the result",
            got=f"{peak:.2f}",
            expected=expected,
            try_next=advice,
        )
    answer = examination.ask("operations", NAME, ArrayArgument(x), large=size)
    case = f"x of {size:,} elements, every operation recorded"
    require_return(answer, NAME, case, "a result")
    alive = answer.facts["most_alive"]
    if alive != ARRAYS:
        raise Failure(
            case=case,
            got=f"{alive} arrays written by operations and alive at once",
            expected=f"{ARRAYS} of them",
            try_next=advice,
        )


def contract(examination: Examination) -> None:
    """Float32 throughout, input untouched, any layout and ndim."""
    require_gelu_manners(examination, NAME, special_values=False)


ITEMS = (
    Item("values", 3, NAME, "right values (tanh form)", FUSION, values),
    Item(
        "eight-steps",
        5,
        NAME,
        "eight steps, seven named temporaries, all alive",
        FUSION,
        eight_steps,
        needs=("values",),
    ),
    Item(
        "contract",
        2,
        NAME,
        "float32 throughout, input untouched, any layout and dimension",
        MEMORY_LAYOUT,
        contract,
        needs=("values",),
    ),
)
