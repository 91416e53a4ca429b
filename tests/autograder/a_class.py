"""A class of results for tests: real reports of real solutions, right and wrong, put together."""

import functools
import importlib
from typing import Any

import autograder
from autograder.parts import PARTS
from autograder.results import Result, Status

HOSTILE = '=cmd|"/C calc"!A0'
SCRIPT = "</style></pre><script>alert(1)</script><img src=x onerror=alert(2)>"
WRONG = {
    "vectorized_matmul": ("unwritten",),
    "fused_gelu": ("page_one_line", "wrong_cubic", "relu", "unwritten"),
    "unfused_gelu": ("unwritten",),
    "tiled_matmul": ("page_own", "last_ragged_tile_dropped", "assigns_for_adds"),
}


@functools.cache
def reports(part: str) -> list[dict[str, Any]]:
    """Give what checks say of a right solution of a part, then of some wrong ones."""
    if part == "performance_analysis":
        honest = importlib.import_module(f"tests.honest.{part}").HONEST[0]
        right = [honest[name] for name in PARTS[part].functions]
        return [autograder.check(part, *functions).to_dict() for functions in (right, [len] * 6)]
    honest = importlib.import_module(f"tests.honest.{part}").HONEST[0]
    mutants = importlib.import_module(f"tests.mutants.{part}")
    functions = [honest, *(getattr(mutants, name) for name in WRONG.get(part, ()))]
    return [autograder.check(part, function).to_dict() for function in functions]


def result(student_id: str, which: int = 0, **changes: Any) -> Result:
    """Put a result together: number ``which`` decides how each part went, and 0 is all right."""
    chosen = {}
    for place, part in enumerate(PARTS):
        known = reports(part)
        chosen[part] = known[(which // (place + 1)) % len(known)] if which else known[0]
    points = {part: report["score"] for part, report in chosen.items()}
    fields: dict[str, Any] = {
        "status": "graded",
        "reason": "Every cell was run and every part examined.",
        "score": sum(points.values()),
        "max_score": float(sum(part.points for part in PARTS.values())),
        "parts": points,
        "reports": chosen,
        "isolation": "bubblewrap",
    }
    return Result(student_id, **{**fields, **changes})


def nothing(student_id: str, status: Status, reason: str) -> Result:
    """Give the result of a submission in which there was nothing to examine."""
    return result(
        student_id,
        status=status,
        reason=reason,
        score=0.0,
        parts=dict.fromkeys(PARTS, 0.0),
        reports={},
    )


def a_class(size: int = 24) -> list[Result]:
    """Give a class of so many ordinary students and four others."""
    students = [result(f"student-{number:03d}", number) for number in range(size)]
    return [
        *students,
        result(
            HOSTILE,
            3,
            status="repaired",
            reason=f"The kernel was renamed to {SCRIPT}.",
            repairs=(f"The kernel's name {SCRIPT} was put right.",),
            remarks=(f"A second notebook {SCRIPT} was not graded.",),
            printed=SCRIPT + "\x1b[31m\x00",
        ),
        result("../../etc/passwd", 5, status="partial", reason="One cell could not be read."),
        nothing("broken", "unreadable", "The file is not JSON; ask for it again."),
        nothing("Zo\u00eb \u201cZ\u201d O'Hara, Jr.", "missing", "Nothing was handed in."),
    ]
