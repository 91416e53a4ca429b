"""What was measured, in words for a terminal."""

from __future__ import annotations

from authoring.grading_labels import MEMORY, NBGRADER, OURS, SPEED
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import significant

GOAL = 8.0
MIB = 2**20


def report(recording: Recording) -> str:
    """Return what a recording holds, the goal, and the machine."""
    lines = []
    if SPEED in recording.sweeps:
        sweep = recording.sweep(SPEED)
        ours, theirs = sweep.point(way=OURS), sweep.point(way=NBGRADER)
        ratio = sweep.ratio(theirs, ours)
        lines += [
            f"{way}: {point.seconds} s a submission"
            for way, point in ((OURS, ours), (NBGRADER, theirs))
        ]
        lines.append(
            f"{OURS} has {ratio} times the throughput, {ratio.runs} rounds in turns (goal: at "
            f"least {GOAL:g}): {'reached' if ratio.median >= GOAL else 'missed'}"
        )
    if MEMORY in recording.sweeps:
        for point in recording.sweep(MEMORY).points:
            peak = significant((point.bytes or 0) / MIB)
            lines.append(
                f"{point.case['submissions']} submissions: the grader's memory peaked at {peak} MiB"
            )
    return "\n".join([*lines, recording.badge])
