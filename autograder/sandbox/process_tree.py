"""What the kernel knows about a process and all it started, read from /proc.

As bytes: a process gives itself whatever name it likes, and it need not be text.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What a process and its descendants use together.

    Attributes
    ----------
    cpu_seconds : float
        Of the living, and of those of their children that ended.
    tasks : int
        Processes and threads.
    """

    processes: tuple[int, ...]
    cpu_seconds: float
    resident_bytes: int
    tasks: int


def usage(root: int) -> Usage:
    """Read what a process and its descendants use; what ends meanwhile is left out."""
    ticks = pages = tasks = 0
    processes = []
    for pid, threads in _descend(root):
        try:
            # The name before it may hold blanks and brackets, and bytes that are no text.
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
            pages += int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
        except (OSError, ValueError, IndexError):
            continue
        processes.append(pid)
        tasks += threads
    ticks_a_second, page_bytes = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    return Usage(tuple(processes), ticks / ticks_a_second, pages * page_bytes, tasks)


def proportional_bytes(processes: tuple[int, ...]) -> int:
    """Sum the memory of some processes, counting a page that they share only once.

    Slower than the plain sum, which counts such a page for each of them.
    """
    total = 0
    for pid in processes:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
                if line.startswith(b"Pss:"):
                    total += int(line.split()[1]) * 1024
        except (OSError, ValueError):
            continue
    return total


def _descend(root: int) -> Iterator[tuple[int, int]]:
    """Give each process below a root with its number of threads, the root first."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        yield pid, len(threads)
        waiting += _children(pid, threads)


def _children(pid: int, threads: list[str]) -> Iterator[int]:
    for thread in threads:
        try:
            text = Path(f"/proc/{pid}/task/{thread}/children").read_bytes()
        except OSError:
            continue
        yield from (int(child) for child in text.split())
