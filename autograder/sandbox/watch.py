"""A thread of the grader that reads what a worker prints, and ends it when it takes too much."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from autograder.sandbox.endings import WorkerEnded
from autograder.sandbox.launching import Launched
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.output import Output
from autograder.sandbox.process_tree import proportional_bytes, usage

INTERVAL_SECONDS = 0.05
# The sandbox's own first process and the worker.
OWN_TASKS = 2


class Watch:
    """Looks after one worker until it is stopped.

    Parameters
    ----------
    deadline : float
        On the clock of ``time.monotonic``: when the submission's time is up.
    end : callable
        Ends the worker with everything that it started.

    Attributes
    ----------
    reason : WorkerEnded or None
        What the worker took too much of.
    ended : bool
        Whether the watch ended it, or found it dead and cleared away what it left.
    """

    def __init__(
        self,
        launched: Launched,
        output: Output,
        limits: Limits,
        deadline: float,
        end: Callable[[], None],
    ) -> None:
        self.reason: WorkerEnded | None = None
        self.ended = False
        self._launched = launched
        self._output = output
        self._limits = limits
        self._deadline = deadline
        self._end = end
        self._task_until = deadline
        self._task_cpu = float("inf")
        self._cpu_seconds = 0.0
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._thread.start()

    def begin_task(self) -> None:
        """Allow one cell or call its time, from now on."""
        cpu_seconds = self._cpu_used()
        with self._lock:
            self._task_until = time.monotonic() + self._limits.wall_seconds
            self._task_cpu = cpu_seconds + self._limits.cpu_seconds

    def end_task(self) -> None:
        """Between two tasks only the time of the whole submission runs."""
        with self._lock:
            self._task_until = self._deadline
            self._task_cpu = float("inf")

    def stop(self) -> None:
        """Stop watching; the worker is gone, or about to go."""
        self._stopping.set()
        self._thread.join()

    def _cpu_used(self) -> float:
        if self._launched.first is not None:
            # A process that the student's code left to itself takes its time out of the sum.
            self._cpu_seconds = max(self._cpu_seconds, usage(self._launched.first).cpu_seconds)
        return self._cpu_seconds

    def _look_after(self) -> None:
        more = True
        next_look = 0.0
        while not self._stopping.is_set():
            if more:
                self._output.wait(INTERVAL_SECONDS)
                more = self._output.drain()
            else:
                self._stopping.wait(INTERVAL_SECONDS)
            if time.monotonic() >= next_look:
                self.reason = self._exceeded()
                # A child that outlives the worker may hold its end of the wire.
                if self.reason is not None or self._launched.process.poll() is not None:
                    self.ended = True
                    self._end()
                    return
                next_look = time.monotonic() + INTERVAL_SECONDS

    def _exceeded(self) -> WorkerEnded | None:
        limits = self._limits
        now = time.monotonic()
        with self._lock:
            until, cpu = self._task_until, self._task_cpu
        if now >= self._deadline:
            return WorkerEnded(
                "TimeLimit",
                f"was stopped: the submission had used the {limits.total_seconds:g} s "
                "that it has in all",
            )
        # Which of the two an endless loop meets first depends on how busy the machine is; what its
        # row says must not.
        overdue = WorkerEnded(
            "TimeLimit",
            f"did not end within the {limits.cpu_seconds:g} s of processor time, or "
            f"{limits.wall_seconds:g} s on the clock, that it has",
        )
        if now >= until:
            return overdue
        if self._launched.first is None:
            return None
        used = usage(self._launched.first)
        self._cpu_seconds = max(self._cpu_seconds, used.cpu_seconds)
        if self._cpu_seconds >= cpu:
            return overdue
        if used.tasks > limits.processes + OWN_TASKS:
            return WorkerEnded(
                "ProcessEnded", f"started more than {limits.processes} processes and threads"
            )
        if (
            used.resident_bytes > limits.memory_bytes
            and proportional_bytes(used.processes) > limits.memory_bytes
        ):
            return WorkerEnded(
                "MemoryLimit",
                f"took more than the {limits.memory_bytes / MIB:g} MiB of memory that it may have",
            )
        return None
