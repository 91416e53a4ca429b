"""Part 5: counting FLOPs and bytes, and the roofline."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograder.chapters import COMMON_ERRORS, ROOFLINE
from autograder.checks.answers import require_return, require_value_error
from autograder.examination import Examination
from autograder.items import Failure, Item
from autograder.subject import Json

FUNCTIONS = (
    "matmul_cost",
    "elementwise_cost",
    "arithmetic_intensity",
    "ridge_point",
    "attainable_gflops",
    "bound",
)

Arguments = dict[str, Any]


def _call(examination: Examination, function: str, arguments: Arguments, expected: str) -> Any:
    """Return the plain value that the function gives for these arguments, or fail."""
    answer = examination.ask("call", function, *arguments.values())
    case = _case(function, arguments)
    require_return(answer, function, case, expected)
    result = answer.facts["result"]
    if result["kind"] != "plain":
        raise Failure(
            case=case,
            got=f"the function returned {result['described']}",
            expected=expected,
            try_next="Return plain numbers or text, not an array or a Tensor.",
        )
    return result["value"]


def _case(function: str, arguments: Arguments) -> str:
    return f"{function}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"


def _require_equal(case: str, got: Any, expected: Any, try_next: str) -> None:
    if not _equal(got, expected):
        raise Failure(case=case, got=repr(got), expected=repr(expected), try_next=try_next)


def _equal(got: Any, expected: Any) -> bool:
    if type(expected) is str:
        return type(got) is str and got == expected
    if type(got) not in (int, float):
        return False
    # Counts are whole numbers and exact; rates may round differently.
    if type(expected) is int:
        return bool(got == expected)
    return math.isclose(got, expected, rel_tol=1e-9, abs_tol=0.0)


def _pair(examination: Examination, function: str, arguments: Arguments) -> tuple[Any, Any]:
    expected = "(flops, bytes_moved)"
    value = _call(examination, function, arguments, expected)
    if type(value) is not list or len(value) != 2:
        raise Failure(
            case=_case(function, arguments),
            got="None" if value is None else repr(value),
            expected=expected,
            try_next="Return the two counts as a pair: `return flops, bytes_moved`.",
        )
    return value[0], value[1]


def _matmul_sizes(examination: Examination) -> list[Arguments]:
    drawn = [examination.rng.permutation(range(3 + 40 * i, 43 + 40 * i))[:3] for i in range(3)]
    return [dict(zip("mkn", map(int, sizes), strict=True)) for sizes in drawn]


def _matmul_flops(m: int, k: int, n: int) -> int:
    return 2 * m * k * n


def _matmul_bytes(m: int, k: int, n: int) -> int:
    return 4 * (m * k + k * n + m * n)


_MATMUL_FLOPS_ADVICE = (
    "Each of the m*n elements takes k multiplications and k additions: 2 * m * k * n."
)
_MATMUL_BYTES_ADVICE = (
    "Each float32 element takes 4 bytes; a has m*k of them, b has k*n, the result m*n. Minimal "
    "traffic moves each once: 4 * (m*k + k*n + m*n)."
)


def matmul_flops(examination: Examination) -> None:
    """Right FLOPs over random rectangular sizes."""
    for sizes in _matmul_sizes(examination):
        flops, _ = _pair(examination, "matmul_cost", sizes)
        case = f"FLOPs of {_case('matmul_cost', sizes)}"
        _require_equal(case, flops, _matmul_flops(**sizes), _MATMUL_FLOPS_ADVICE)


def matmul_bytes(examination: Examination) -> None:
    """Right bytes over random rectangular sizes."""
    for sizes in _matmul_sizes(examination):
        _, moved = _pair(examination, "matmul_cost", sizes)
        case = f"bytes of {_case('matmul_cost', sizes)}"
        _require_equal(case, moved, _matmul_bytes(**sizes), _MATMUL_BYTES_ADVICE)


def matmul_exact(examination: Examination) -> None:
    """Exact whole numbers for huge sizes, and zero for empty matrices."""
    rng = examination.rng
    huge = {name: 2 * int(rng.integers(10**6, 10**7)) + 1 for name in "mkn"}
    empty = {"m": int(rng.integers(2, 99)), "k": 0, "n": int(rng.integers(2, 99))}
    for sizes in (huge, empty):
        flops, moved = _pair(examination, "matmul_cost", sizes)
        advice = (
            "Count with Python's own whole numbers, which never overflow or round: no float, no "
            "np.int32, no division. A size of 0 is allowed and costs no FLOPs."
        )
        case = _case("matmul_cost", sizes)
        _require_equal(f"FLOPs of {case}", flops, _matmul_flops(**sizes), advice)
        _require_equal(f"bytes of {case}", moved, _matmul_bytes(**sizes), advice)


def _elementwise_cases(examination: Examination) -> list[Arguments]:
    rng = examination.rng
    cases = []
    for _ in range(3):
        reads, writes, flops = (int(count) for count in rng.permutation(range(2, 9))[:3])
        cases.append(
            {
                "n": int(rng.integers(100, 10**6)),
                "reads": reads,
                "writes": writes,
                "flops_per_element": flops,
            }
        )
    return cases


def elementwise_flops(examination: Examination) -> None:
    """FLOPs are elements times FLOPs per element."""
    for case in _elementwise_cases(examination):
        flops, _ = _pair(examination, "elementwise_cost", case)
        _require_equal(
            f"FLOPs of {_case('elementwise_cost', case)}",
            flops,
            case["n"] * case["flops_per_element"],
            "Every element takes flops_per_element operations: n * flops_per_element.",
        )


def elementwise_bytes(examination: Examination) -> None:
    """Bytes are four per element for each read and each write."""
    for case in _elementwise_cases(examination):
        _, moved = _pair(examination, "elementwise_cost", case)
        _require_equal(
            f"bytes of {_case('elementwise_cost', case)}",
            moved,
            4 * case["n"] * (case["reads"] + case["writes"]),
            "Every element is read `reads` times and written `writes` times, 4 bytes each time.",
        )


def _rate(examination: Examination, low: float, high: float) -> float:
    return round(float(examination.rng.uniform(low, high)), 3)


def intensity_values(examination: Examination) -> None:
    """FLOPs divided by bytes."""
    for _ in range(3):
        case = {
            "flops": int(examination.rng.integers(10**3, 10**9)),
            "bytes_moved": int(examination.rng.integers(10**3, 10**9)),
        }
        value = _call(examination, "arithmetic_intensity", case, "FLOP per byte")
        _require_equal(
            _case("arithmetic_intensity", case),
            value,
            case["flops"] / case["bytes_moved"],
            "Intensity is FLOPs divided by bytes, true division: flops / bytes_moved.",
        )


def ridge_values(examination: Examination) -> None:
    """Peak divided by bandwidth."""
    for _ in range(3):
        case = {
            "peak_gflops": _rate(examination, 50, 5_000),
            "bandwidth_gbs": _rate(examination, 5, 900),
        }
        value = _call(examination, "ridge_point", case, "FLOP per byte")
        _require_equal(
            _case("ridge_point", case),
            value,
            case["peak_gflops"] / case["bandwidth_gbs"],
            "The two roofs meet where intensity * bandwidth equals the peak. GFLOP/s divided by "
            "GB/s is FLOP per byte: the factors of a thousand million cancel.",
        )


def _machines(examination: Examination) -> list[Arguments]:
    """Draw a machine, then intensities well below and well above its ridge."""
    cases = []
    for factor in (0.05, 0.4, 0.9, 1.1, 3.0, 40.0):
        peak, bandwidth = _rate(examination, 50, 5_000), _rate(examination, 5, 900)
        cases.append(
            {
                "intensity": peak / bandwidth * factor,
                "peak_gflops": peak,
                "bandwidth_gbs": bandwidth,
            }
        )
    return cases


def attainable_values(examination: Examination) -> None:
    """Check for the lower of the two roofs."""
    for case in _machines(examination):
        value = _call(examination, "attainable_gflops", case, "GFLOP/s")
        _require_equal(
            _case("attainable_gflops", case),
            value,
            min(case["peak_gflops"], case["intensity"] * case["bandwidth_gbs"]),
            "The slanted roof is intensity * bandwidth, the flat roof is the peak; the lower one "
            "holds: min(peak_gflops, intensity * bandwidth_gbs).",
        )


def bound_values(examination: Examination) -> None:
    """Memory below the ridge, compute above."""
    for case in _machines(examination):
        ridge = case["peak_gflops"] / case["bandwidth_gbs"]
        expected = "memory" if case["intensity"] < ridge else "compute"
        value = _call(examination, "bound", case, repr(expected))
        _require_equal(
            f"{_case('bound', case)}, ridge point {ridge:.4g}",
            value,
            expected,
            'Left of the ridge point the memory limits: return "memory" where intensity is less '
            'than the ridge point, else "compute".',
        )


def bound_tie(examination: Examination) -> None:
    """At the ridge itself, compute."""
    for _ in range(3):
        # Whole numbers: the division is exact, so the intensity is the ridge point to the bit.
        ridge = int(examination.rng.integers(2, 60))
        bandwidth = float(examination.rng.integers(5, 900))
        case = {
            "intensity": float(ridge),
            "peak_gflops": ridge * bandwidth,
            "bandwidth_gbs": bandwidth,
        }
        value = _call(examination, "bound", case, "'compute'")
        _require_equal(
            f"{_case('bound', case)}, exactly the ridge point",
            value,
            "compute",
            'At the ridge point the full peak is attainable, so it counts as "compute": compare '
            "with <, not <=.",
        )


def _errors(
    function: str, good: Arguments, wrong: dict[str, tuple[Json, ...]]
) -> Callable[[Examination], None]:
    """Make a check that puts each wrong value in the place of one good argument."""

    def refuses(examination: Examination) -> None:
        for name, values in wrong.items():
            for value in values:
                arguments = {**good, name: value}
                answer = examination.ask("call", function, *arguments.values())
                require_value_error(
                    answer,
                    _case(function, arguments),
                    (str(value),),
                    f"Check {name} first and raise ValueError with the value in its text. A check "
                    "such as `not isinstance(value, (int, float))` comes before any comparison, "
                    "and math.isfinite tells NaN and infinity.",
                )

    return refuses


_NOT_FINITE = (math.nan, math.inf)
_NOT_NUMBERS = ("twelve", None)
_SIZE = (-3, 2.5, *_NOT_FINITE, *_NOT_NUMBERS)
_AT_LEAST_0 = (-3.5, *_NOT_FINITE, *_NOT_NUMBERS)
_ABOVE_0 = (0, -3.5, *_NOT_FINITE, *_NOT_NUMBERS)
_MACHINE = {"peak_gflops": _ABOVE_0, "bandwidth_gbs": _ABOVE_0}
_ROOFLINE_ARGUMENTS = {"intensity": 2.0, "peak_gflops": 300.0, "bandwidth_gbs": 40.0}


def _refusals(
    id: str,
    function: str,
    good: Arguments,
    wrong: dict[str, tuple[Json, ...]],
    needs: tuple[str, ...],
) -> Item:
    return Item(
        id,
        1,
        function,
        f"{function}: a clear ValueError for arguments that make no sense",
        COMMON_ERRORS,
        _errors(function, good, wrong),
        needs,
    )


ITEMS = (
    Item("matmul-flops", 1, "matmul_cost", "matmul_cost: right FLOPs", ROOFLINE, matmul_flops),
    Item("matmul-bytes", 1, "matmul_cost", "matmul_cost: right bytes", ROOFLINE, matmul_bytes),
    Item(
        "matmul-exact",
        1,
        "matmul_cost",
        "matmul_cost: exact for huge and for empty matrices",
        ROOFLINE,
        matmul_exact,
        needs=("matmul-flops", "matmul-bytes"),
    ),
    _refusals(
        "matmul-errors",
        "matmul_cost",
        {"m": 2, "k": 3, "n": 4},
        {"m": _SIZE, "k": _SIZE, "n": _SIZE},
        ("matmul-flops", "matmul-bytes"),
    ),
    Item(
        "elementwise-flops",
        1,
        "elementwise_cost",
        "elementwise_cost: right FLOPs",
        ROOFLINE,
        elementwise_flops,
    ),
    Item(
        "elementwise-bytes",
        1,
        "elementwise_cost",
        "elementwise_cost: right bytes",
        ROOFLINE,
        elementwise_bytes,
    ),
    _refusals(
        "elementwise-errors",
        "elementwise_cost",
        {"n": 100, "reads": 2, "writes": 1, "flops_per_element": 3},
        {"n": _SIZE, "reads": _SIZE, "writes": _SIZE, "flops_per_element": _AT_LEAST_0},
        ("elementwise-flops", "elementwise-bytes"),
    ),
    Item(
        "intensity-values",
        2,
        "arithmetic_intensity",
        "arithmetic_intensity: right values",
        ROOFLINE,
        intensity_values,
    ),
    _refusals(
        "intensity-errors",
        "arithmetic_intensity",
        {"flops": 100, "bytes_moved": 50},
        {"flops": _AT_LEAST_0, "bytes_moved": _ABOVE_0},
        ("intensity-values",),
    ),
    Item(
        "ridge-values",
        2,
        "ridge_point",
        "ridge_point: right values and unit",
        ROOFLINE,
        ridge_values,
    ),
    _refusals(
        "ridge-errors",
        "ridge_point",
        {"peak_gflops": 300.0, "bandwidth_gbs": 40.0},
        dict(_MACHINE),
        ("ridge-values",),
    ),
    Item(
        "attainable-values",
        2,
        "attainable_gflops",
        "attainable_gflops: the lower of two roofs",
        ROOFLINE,
        attainable_values,
    ),
    _refusals(
        "attainable-errors",
        "attainable_gflops",
        _ROOFLINE_ARGUMENTS,
        {"intensity": _AT_LEAST_0, **_MACHINE},
        ("attainable-values",),
    ),
    Item(
        "bound-values",
        2,
        "bound",
        "bound: memory below the ridge point, compute above",
        ROOFLINE,
        bound_values,
    ),
    Item(
        "bound-tie",
        1,
        "bound",
        "bound: at the ridge point itself, compute",
        ROOFLINE,
        bound_tie,
        needs=("bound-values",),
    ),
    _refusals(
        "bound-errors",
        "bound",
        _ROOFLINE_ARGUMENTS,
        {"intensity": _AT_LEAST_0, **_MACHINE},
        ("bound-values",),
    ),
)
