"""How much memory processes have resident, and had at most, as the kernel counts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """Bytes of each process.

    Attributes
    ----------
    peak : dict of int to int
        The most since `begin_count`.
    held : dict of int to int
        What it has now.
    """

    peak: dict[int, int]
    held: dict[int, int]


def begin_count(processes: tuple[int, ...]) -> Count | None:
    """Start each process's peak anew; None where that cannot be done."""
    try:
        for process in processes:
            Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return None
    return count(processes)


def count(processes: tuple[int, ...]) -> Count | None:
    """Read the counts; None where there is none to read."""
    counted = Count({}, {})
    try:
        for process in processes:
            # As bytes: a process gives itself whatever name it likes, and it need not be text.
            lines = Path(f"/proc/{process}/status").read_bytes().splitlines()
            fields = dict(line.split(b":", 1) for line in lines if b":" in line)
            counted.peak[process] = int(fields[b"VmHWM"].split()[0]) * 1024
            counted.held[process] = int(fields[b"VmRSS"].split()[0]) * 1024
    except (OSError, ValueError, KeyError):
        return None
    return counted if counted.peak else None
