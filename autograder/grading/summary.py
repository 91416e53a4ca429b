"""What a run came to, in a few lines for whoever ran it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import mean, median

from autograder.parts import PARTS
from autograder.results import grades, jsonl
from autograder.results.jsonl import Results
from autograder.results.status import MEANINGS, STATUSES

NO_SANDBOX = (
    "NO SANDBOX: students' code ran with your own rights, free to read your files, to reach the "
    "network and to find its own grader. Trust these scores as far as you trust that code."
)


def summary(results: Results, out: Path) -> str:
    """Return counts, scores and where the files are.

    Parameters
    ----------
    results : Results
    out : pathlib.Path
        The folder that they lie in.
    """
    statuses: Counter[str] = Counter()
    isolations: Counter[str] = Counter()
    scores: list[float] = []
    parts: dict[str, list[float]] = {part: [] for part in PARTS}
    remarked = 0
    for result in results:
        statuses[result.status] += 1
        isolations[result.isolation] += 1
        scores.append(result.score)
        remarked += bool(result.remarks)
        for part, points in parts.items():
            points.append(result.parts.get(part, 0.0))
    if not scores:
        return f"There was nothing to grade. Wrote {_files(out)}."
    full = sum(part.points for part in PARTS.values())
    lines = [f"{len(scores)} submissions"]
    lines += [
        f"  {statuses[status]:>5}  {status}: {MEANINGS[status]}"
        for status in STATUSES
        if statuses[status]
    ]
    lines.append(f"Score: mean {mean(scores):.1f}, median {median(scores):.1f} of {full:g}")
    lines += [
        f"  {mean(points):>5.1f}  of {PARTS[part].points:g}  {PARTS[part].title}"
        for part, points in parts.items()
    ]
    if remarked:
        lines.append(f"Remarks for you: on {remarked}; they stand in {jsonl.NAME}.")
    lines.append("Isolation: " + ", ".join(f"{kind} ({n})" for kind, n in isolations.items()))
    if isolations["none"]:
        lines.append(NO_SANDBOX)
    lines.append(f"Wrote {_files(out)}.")
    return "\n".join(lines)


def _files(out: Path) -> str:
    return f"{out / jsonl.NAME} and {out / grades.NAME}"
