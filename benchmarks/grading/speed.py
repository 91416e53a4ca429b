"""Both ways to grade the same submissions, in turns."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from authoring.grading_labels import SPEED
from benchmarks.grading.course import COMMANDS, run, scores, with_submissions
from tinytorch.perf.points import Point, Sweep

TITLE = "Grading ordinary submissions of the assignment"
COUNTING = (
    "A sample is the time on the clock of one command over its submissions, from its start to its "
    "end, its start included; both ways grade the same submissions in each round and write the "
    "same gradebook and graded notebooks."
)


def compare(
    course: Path,
    folder: Path,
    blocks: Sequence[Sequence[bytes]],
    advance: Callable[[str], object],
) -> tuple[Sweep, list[str]]:
    """Grade each block of submissions in both ways, one after the other.

    Parameters
    ----------
    course : pathlib.Path
        See `make_course`.
    folder : pathlib.Path
        For the copies that are graded; each is removed when it is measured.
    blocks : sequence of sequence of bytes
        The notebooks of each round.
    advance : callable
        Called with the name of the way when it has graded a block.

    Returns
    -------
    Sweep
        Seconds a submission of each way, a sample for each round.
    list of str
        A sentence for each score that the two ways do not agree on.
    """
    samples: dict[str, list[float]] = {way: [] for way in COMMANDS}
    differences = []
    for number, block in enumerate(blocks):
        found = {}
        # The first of a round may find a machine that is still busy with the last.
        ways = list(COMMANDS) if number % 2 == 0 else list(reversed(COMMANDS))
        for way in ways:
            copy = with_submissions(course, folder / f"{number}", block)
            begin = time.perf_counter()
            run(copy, COMMANDS[way])
            samples[way].append((time.perf_counter() - begin) / len(block))
            found[way] = scores(copy)
            shutil.rmtree(copy)
            advance(way)
        (one, ones), (other, others) = found.items()
        differences += [
            f"Round {number + 1}, {student}, {cell}: {one} gives {ones.get((student, cell))}, "
            f"{other} gives {others.get((student, cell))}."
            for student, cell in sorted(ones.keys() | others.keys())
            if ones.get((student, cell)) != others.get((student, cell))
        ]
    points = tuple(Point({"way": way}, tuple(taken)) for way, taken in samples.items())
    return Sweep(SPEED, TITLE, COUNTING, points), differences
