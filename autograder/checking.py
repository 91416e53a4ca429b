"""`check`: what the notebook's locked cells call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.examination import examine
from autograder.parts import PARTS
from autograder.report import Report
from autograder.subject import InKernelSubject


def check(part: str, *functions: Callable[..., Any]) -> Report:
    """Check the functions of one part and report the points they earn.

    Parameters
    ----------
    part : str
        "vectorized_matmul", "fused_gelu", "unfused_gelu", "tiled_matmul" or
        "performance_analysis".
    *functions : callable
        The function of that name; for "performance_analysis" its six functions in order. Something
        that cannot be called earns 0 points, and the report says so.

    Returns
    -------
    Report
        Shows itself as a table in a notebook; ``print(report)`` gives the same as text.

    Raises
    ------
    ValueError
        If there is no such part.
    TypeError
        If the number of functions is not the part's.
    """
    if not isinstance(part, str) or part not in PARTS:
        raise ValueError(
            f"check got the part {part!r}; expected one of {', '.join(PARTS)}: "
            "give the name of the part as a string, then its functions"
        )
    expected = PARTS[part].functions
    if len(functions) != len(expected):
        raise TypeError(
            f"check({part!r}, ...) got {len(functions)} functions; expected {len(expected)}: "
            f"call check({part!r}, {', '.join(expected)})"
        )
    return examine(PARTS[part], InKernelSubject(dict(zip(expected, functions, strict=True))))
