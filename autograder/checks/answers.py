"""Read a probe's answer, or fail with a sentence that says what stands in the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.items import Failure
from autograder.subject import Answer

_ADVICE = {
    "RecursionError": "Look for a function that calls itself without end.",
    "MemoryError": "Look for an array far larger than the inputs ask for.",
    "TooManyProducts": "Multiply larger pieces at once: few calls that each do much.",
    "SystemExit": "Take out exit() or sys.exit(): a function ends with return.",
    "NameError": "Define or import that name in the cell of this part, then run the cell again.",
    "TypeError": "Compare the parameters and the operations with the example in the docstring.",
    "IndexError": "Check the shapes and the dimensions before you use them.",
}


def require_return(answer: Answer, function: str, case: str, expected: str) -> None:
    """Fail unless the call returned."""
    raised = answer.facts["raised"]
    if raised is None:
        return
    if "NotImplementedError" in raised["lineage"]:
        raise Failure(
            case=case,
            got="NotImplementedError: the function is not written yet",
            expected=expected,
            try_next=f"Write {function} in its cell in place of the line that raises "
            "NotImplementedError, and run the cell.",
            not_written=True,
        )
    if raised["type"] == "NotCallable":
        raise Failure(
            case=case,
            got=f"{function} is not a function but {raised['message']}",
            expected="a function that can be called",
            try_next=f"Run the cell that defines {function} again; give nothing else that name.",
        )
    advice = next((_ADVICE[name] for name in raised["lineage"] if name in _ADVICE), None)
    raise Failure(
        case=case,
        got=error_text(raised),
        expected=expected,
        try_next=advice
        or f"Call {function} with such arguments in a cell of your own and read "
        "the last lines of the traceback.",
    )


def result_array(answer: Answer, function: str, case: str, expected: str) -> np.ndarray:
    """Return the numbers in the result, or fail: the call raised, or returned no numbers."""
    require_return(answer, function, case, expected)
    result = answer.facts["result"]
    if "result" in answer.arrays:
        return answer.arrays["result"]
    if result["kind"] == "plain" and type(result["value"]) in (int, float):
        return np.array(result["value"])
    raise Failure(
        case=case,
        got=f"the function returned {result['described']}",
        expected=expected,
        try_next="End the function with `return Tensor(result)`, where result is the NumPy array."
        if result.get("value", 0) is None
        else "Return a Tensor of numbers: `return Tensor(result)`.",
    )


def require_tensor(answer: Answer, case: str) -> None:
    """Fail unless the result is a float32 Tensor, unconnected to unchanged inputs."""
    result = answer.facts["result"]
    if result["kind"] != "tensor":
        raise Failure(
            case=case,
            got=f"the function returned a {result['described'].split(' ')[0]}",
            expected="a Tensor",
            try_next="Wrap the array that you computed: `return Tensor(result)`.",
        )
    if result["dtype"] != "float32":
        raise Failure(
            case=case,
            got=f"the result's .data is {result['dtype']}",
            expected="float32",
            try_next="Return `Tensor(result)`, and keep every array float32 on the way.",
        )
    if answer.facts["changed"]:
        raise Failure(
            case=case,
            got="the call changed the values of an input",
            expected="inputs as they were before the call",
            try_next="Write into a new array (np.empty_like, or out= an array of your own), "
            "never into .data of an argument.",
        )
    if answer.facts["shared"]:
        raise Failure(
            case=case,
            got="the result shares memory with an input",
            expected="a result in memory of its own",
            try_next="Allocate the result: a later write to it would change the input.",
        )


def require_values(
    got: np.ndarray, expected: np.ndarray, tolerance: np.ndarray | float, case: str, try_next: str
) -> None:
    """Fail unless shape and values agree; NaN agrees with NaN, an infinity with itself."""
    if got.shape != expected.shape:
        raise Failure(
            case=case,
            got=f"a result of shape {got.shape}",
            expected=f"shape {expected.shape}",
            try_next=try_next,
        )
    wrong = differing(got, expected, tolerance)
    if not wrong.any():
        return
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    raise Failure(
        case=case,
        got=f"{_at(where)}{_number(got[where])} ({int(wrong.sum())} of {wrong.size} "
        "elements are wrong)",
        expected=f"{_at(where)}{_number(expected[where])}",
        try_next=try_next,
    )


def differing(got: np.ndarray, expected: np.ndarray, tolerance: np.ndarray | float) -> np.ndarray:
    """Mark the elements that differ by more than the tolerance."""
    if got.dtype.kind not in "fiub":
        return np.ones(expected.shape, dtype=bool)
    with np.errstate(all="ignore"):
        near = np.abs(got.astype(np.float64) - expected) <= tolerance
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.asarray(~np.where(np.isfinite(expected), near, same))


OTHER_FLOATS = frozenset(
    {"float64", "float128", "longdouble", "complex64", "complex128", "float16", "object"}
)
# So many numbers on the side may be of any type.
FEW = 16


def require_float32_throughout(answer: Answer, case: str) -> None:
    """Fail if an operation made an array of another floating type."""
    for operation in answer.facts["operations"]:
        if operation["dtype"] in OTHER_FLOATS and int(np.prod(operation["shape"])) > FEW:
            raise Failure(
                case=case,
                got=f"np.{operation['name']} made a {operation['dtype']} array of shape "
                f"{tuple(operation['shape'])}",
                expected="float32 in every array",
                try_next=_UPCAST_ADVICE,
            )


_UPCAST_ADVICE = (
    "Two things make float64 silently. np.sqrt(2 / np.pi) is a float64 scalar, and NumPy 2 then "
    "computes the whole array in float64: write math.sqrt(2 / math.pi), a Python float, or "
    "np.float32(...). And np.zeros(shape) is float64 unless you say dtype=np.float32."
)


def require_value_error(
    answer: Answer, case: str, mentions: tuple[str, ...], try_next: str
) -> None:
    """Fail unless the call raised a ValueError whose text holds all of ``mentions``."""
    named = " and ".join(mentions)
    expected = f"a ValueError whose text names {named}" if mentions else "a ValueError"
    raised = answer.facts["raised"]
    if raised is None:
        got = f"no error: the function returned {answer.facts['result']['described']}"
    elif "ValueError" not in raised["lineage"]:
        got = error_text(raised)
    else:
        missing = [text for text in mentions if text not in raised["message"]]
        if not missing:
            return
        got = f"{error_text(raised)}, which does not name {' or '.join(missing)}"
    raise Failure(case=case, got=got, expected=expected, try_next=try_next)


def error_text(raised: dict[str, Any]) -> str:
    """Give an exception as Python prints it, cut to a readable length."""
    message = " ".join(raised["message"].split())
    message = message if len(message) <= 200 else message[:197] + "..."
    return f"{raised['type']}: {message}" if message else raised["type"]


def _at(where: tuple[int, ...]) -> str:
    return f"element {list(where)} is " if where else "the value is "


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, np.floating | float) else str(value)
