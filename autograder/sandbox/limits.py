"""How much a submission may use."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on everything that a student's code could use up.

    Attributes
    ----------
    cpu_seconds : float
        Processor time of one cell or one call.
    wall_seconds : float
        Time on the clock of one cell or one call: for code that sleeps or waits.
    total_seconds : float
        Time on the clock of the whole submission.
    memory_bytes : int
        Of all its processes together.
    processes : int
        Processes and threads.
    folder_bytes : int
        Of its home, its temporary folder and its shared memory, each; also of one file. They live
        in memory, beside ``memory_bytes``.
    output_bytes : int
        Kept of what it prints; the rest is read and thrown away.
    """

    cpu_seconds: float = 20.0
    wall_seconds: float = 60.0
    total_seconds: float = 240.0
    memory_bytes: int = 2048 * MIB
    processes: int = 64
    folder_bytes: int = 64 * MIB
    output_bytes: int = 64 * 1024
