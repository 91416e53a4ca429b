"""The memory of the grader: its own processes, without the sandboxes and what runs in them."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from authoring.grading_labels import MEMORY, OURS
from benchmarks.grading.course import COMMANDS, check, started, with_submissions
from benchmarks.grading.submissions import quick
from tinytorch.perf.points import Point, Sweep

TITLE = "Memory of the grader by the number of submissions"
COUNTING = (
    "A sample is the time on the clock of the whole command; bytes are the highest sum, over the "
    "command, of the resident memory of its process and its grader processes, sandboxes left out, "
    "looked at ten times a second."
)
INTERVAL = 0.1
# What starts a sandbox: it and all below it is the student's, not the grader's.
SANDBOXES = frozenset({"bwrap", "docker", "podman"})


def measure(
    course: Path, folder: Path, sizes: Sequence[int], advance: Callable[[], object]
) -> Sweep:
    """Grade classes of these sizes and return the peak of each.

    Parameters
    ----------
    course : pathlib.Path
        See `make_course`.
    folder : pathlib.Path
        For the copies that are graded.
    sizes : sequence of int
    advance : callable
        Called after each class.
    """
    points = []
    for size in sizes:
        copy = with_submissions(course, folder / f"class-of-{size}", [quick()] * size)
        seconds, peak = watched(copy, COMMANDS[OURS])
        points.append(Point({"submissions": size}, (seconds,), bytes=peak))
        advance()
    return Sweep(MEMORY, TITLE, COUNTING, tuple(points))


def watched(folder: Path, command: Sequence[str]) -> tuple[float, int]:
    """Run a command; return its seconds and the peak of its memory in bytes."""
    begin = time.perf_counter()
    process = started(folder, command)
    said: list[str] = []
    reading = threading.Thread(target=lambda: said.extend(process.stdout or ()))
    reading.start()
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process))
        time.sleep(INTERVAL)
    seconds = time.perf_counter() - begin
    reading.join()
    if process.stdout is not None:
        process.stdout.close()
    check(process, command, "".join(said))
    return seconds, peak


def resident(process: subprocess.Popen[str]) -> int:
    """Return the resident bytes of a process and its descendants, sandboxes left out."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and (fields := _status(int(entry))) is not None:
            children.setdefault(fields[0], []).append(int(entry))
    total, waiting = 0, [(process.pid, b"")]
    while waiting:
        pid, parents = waiting.pop()
        fields, called = _status(pid), _command_line(pid)
        # Between fork and exec a process has its parent's name, and its memory is its parent's.
        if fields is None or fields[1] in SANDBOXES or called == parents:
            continue
        total += fields[2]
        waiting += ((child, called) for child in children.get(pid, []))
    return total


def _command_line(pid: int) -> bytes:
    """Return what a process was called with; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _status(pid: int) -> tuple[int, str, int] | None:
    """Return the parent, the name and the resident bytes of a process; None once it has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    facts = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    kilobytes = facts.get("VmRSS", "0 kB").split()[0]
    return int(facts["PPid"]), facts["Name"].strip(), 1024 * int(kilobytes)
