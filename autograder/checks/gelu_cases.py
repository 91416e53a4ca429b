"""Inputs for the two GELUs, the right values, and the wrong formulas that have names."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograder.checks.answers import (
    differing,
    require_float32_throughout,
    require_return,
    require_tensor,
    require_values,
    result_array,
)
from autograder.examination import Examination
from autograder.items import Failure
from autograder.subject import ArrayArgument, Layout

TOLERANCE = 2e-6
FORMULA = "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))"


def gelu(
    x: np.ndarray, scale: float = math.sqrt(2 / math.pi), cubic: float = 0.044715, power: int = 3
) -> np.ndarray:
    """Compute the tanh form of GELU in float64 (Hendrycks and Gimpel 2016, equation 3)."""
    with np.errstate(all="ignore"):
        x = np.asarray(x, dtype=np.float64)
        return np.asarray(0.5 * x * (1 + np.tanh(scale * (x + cubic * x**power))))


def _exact(x: np.ndarray) -> np.ndarray:
    erf = np.array([math.erf(value / math.sqrt(2)) for value in x.ravel()]).reshape(x.shape)
    return 0.5 * x * (1 + erf)


_WRONG_FORMULAS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "the exact GELU with the error function; the tanh form is asked for": _exact,
    "the sigmoid approximation x * sigmoid(1.702 x)": lambda x: x / (1 + np.exp(-1.702 * x)),
    "SiLU, x * sigmoid(x)": lambda x: x / (1 + np.exp(-x)),
    "ReLU": lambda x: np.maximum(x, 0),
    "the input, unchanged": lambda x: x,
    "zeros": np.zeros_like,
    "GELU without its factor 0.5": lambda x: 2 * gelu(x),
    "GELU without the `1 +`": lambda x: gelu(x) - 0.5 * x,
    "GELU with a constant other than 0.044715 before the cube (0.0044715)": lambda x: gelu(
        x, cubic=0.0044715
    ),
    "GELU with a constant other than 0.044715 before the cube (0.44715)": lambda x: gelu(
        x, cubic=0.44715
    ),
    "GELU with a constant other than 0.044715 before the cube (0.0447)": lambda x: gelu(
        x, cubic=0.0447
    ),
    "GELU without its cubic term": lambda x: gelu(x, cubic=0.0),
    "GELU with x squared where the cube belongs": lambda x: gelu(x, power=2),
    "GELU with another constant where sqrt(2 / pi) belongs (2 / pi)": lambda x: gelu(
        x, scale=2 / math.pi
    ),
    "GELU with another constant where sqrt(2 / pi) belongs (sqrt(2) / pi)": lambda x: gelu(
        x, scale=math.sqrt(2) / math.pi
    ),
    "GELU with another constant where sqrt(2 / pi) belongs (sqrt(2 * pi))": lambda x: gelu(
        x, scale=math.sqrt(2 * math.pi)
    ),
    "GELU with another constant where sqrt(2 / pi) belongs (sqrt(pi / 2))": lambda x: gelu(
        x, scale=math.sqrt(math.pi / 2)
    ),
    "GELU with another constant where sqrt(2 / pi) belongs (0.8)": lambda x: gelu(x, scale=0.8),
}


def spread_inputs(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw one value from each of ``count`` equal parts of [-10, 10], shuffled.

    The whole range is covered in every run, so no wrong formula gets through by luck.
    """
    edges = np.linspace(-10, 10, count + 1)
    return rng.permutation(rng.uniform(edges[:-1], edges[1:])).astype(np.float32)


def require_gelu(examination: Examination, function: str) -> None:
    """Fail unless the values are GELU's in its tanh form; name the formula they are, if known."""
    for _ in range(2):
        x = spread_inputs(examination.rng, 1_200)
        case = f"x of shape {x.shape}, fresh random values from -10 to 10"
        answer = examination.ask("call", function, ArrayArgument(x))
        got = result_array(answer, function, case, "GELU of each element")
        try_next = f"The formula is {FORMULA}."
        if got.shape == x.shape:
            for name, formula in _WRONG_FORMULAS.items():
                if not differing(got, formula(x.astype(np.float64)), 5e-6).any():
                    try_next = f"The values are those of {name}. {try_next}"
                    break
        require_values(got, gelu(x), TOLERANCE, case, try_next)


def require_gelu_manners(examination: Examination, function: str, special_values: bool) -> None:
    """Fail unless the contract's small print holds: float32, layouts, inputs, empties, any ndim."""
    rng = examination.rng
    x = spread_inputs(rng, 4_000)
    case = f"x of shape {x.shape}, every operation recorded"
    answer = examination.ask("operations", function, ArrayArgument(x), large=x.size)
    require_return(answer, function, case, "float32 in every array")
    require_float32_throughout(answer, case)
    rows, columns = (int(size) for size in rng.integers(4, 12, size=2))
    layouts: tuple[Layout, ...] = (
        "C order",
        "Fortran order",
        "negative strides",
        "every other element",
        "read-only",
    )
    shapes: list[tuple[tuple[int, ...], Layout]] = [((rows, columns), name) for name in layouts]
    shapes += [((3, rows, columns), "Fortran order"), ((), "C order"), ((1,), "C order")]
    shapes += [((0,), "C order"), ((rows, 0), "C order")]
    for shape, layout in shapes:
        x = rng.uniform(-5, 5, shape).astype(np.float32)
        _require_call(
            examination,
            function,
            x,
            layout,
            f"x of shape {shape} ({layout})",
            "Any memory layout and any number of dimensions is a valid input, none and zero "
            "elements too. reshape(-1) and ravel() copy where the layout asks for it: a write to "
            "the copy does not reach the array.",
        )
    if special_values:
        specials = np.array([0.0, -0.0, 1e4, -1e4, np.inf, -np.inf, np.nan], dtype=np.float32)
        _require_call(
            examination,
            function,
            specials,
            "C order",
            "x = [0, -0, 1e4, -1e4, inf, -inf, nan]",
            "Let these values pass through the formula (it gives NaN for -inf, as -inf * 0 does), "
            'and compute under `with np.errstate(all="ignore"):` so that NumPy does not warn.',
            warnings_allowed=False,
        )
    _require_results_kept(examination, function)


def _require_call(
    examination: Examination,
    function: str,
    x: np.ndarray,
    layout: Layout,
    case: str,
    try_next: str,
    warnings_allowed: bool = True,
) -> None:
    answer = examination.ask("call", function, ArrayArgument(x, layout))
    got = result_array(answer, function, case, f"GELU of each element, shape {x.shape}")
    require_tensor(answer, case)
    require_values(got, gelu(x), TOLERANCE, case, try_next)
    if answer.facts["warned"] and not warnings_allowed:
        raise Failure(
            case=case,
            got=f"a warning: {answer.facts['warned'][0]}",
            expected="the values without a warning",
            try_next=try_next,
        )


def _require_results_kept(examination: Examination, function: str) -> None:
    first, second = (spread_inputs(examination.rng, 50) for _ in range(2))
    answer = examination.ask("twice", function, ArrayArgument(first), ArrayArgument(second))
    for name, x in (("first", first), ("second", second)):
        got = answer.arrays.get(name)
        if got is None or got.shape != x.shape or differing(got, gelu(x), TOLERANCE).any():
            raise Failure(
                case=f"two calls in a row, each with x of shape {x.shape}",
                got=f"after both calls the {name} result no longer holds GELU of its own input",
                expected="two results that do not depend on each other",
                try_next="Allocate the result in every call: keep no buffer and no answer from "
                "one call to the next.",
            )


def require_peak(examination: Examination, function: str, x: np.ndarray) -> float:
    """Return the peak allocation in units of the output, or fail."""
    case = f"peak allocation for {x.size:,} elements"
    answer = examination.ask("allocation", function, ArrayArgument(x))
    require_return(answer, function, case, "a result")
    peak = answer.facts["peak_in_outputs"]
    if peak is None:
        raise Failure(
            case=case,
            got="no array in the result",
            expected="a Tensor",
            try_next="Return `Tensor(result)`.",
        )
    return float(peak)
