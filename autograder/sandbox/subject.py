"""A submission whose code runs in a sandbox: a subject that answers whatever the code does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from autograder.plain_text import plain_text
from autograder.sandbox.answers import ended_answer
from autograder.sandbox.arena import Arena
from autograder.sandbox.asking import Asking
from autograder.sandbox.endings import Ending, WorkerEnded, raised
from autograder.sandbox.launching import Sandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.observing import OBSERVED
from autograder.sandbox.worker_process import WorkerProcess
from autograder.subject import Answer, Request
from autograder.submissions.prepared import CodeCell

# Each start of a worker runs all cells again, so a submission gets this many.
MOST_STARTS = 12


class SandboxedSubject:
    """Runs cells in a sandbox and answers probes on what they have defined so far.

    A context manager: the worker starts when it is entered and is gone when it is left. Enter and
    leave it in one thread; bubblewrap ends with the thread that started it.

    Parameters
    ----------
    cells : sequence of CodeCell
        In order; `run` runs them.
    sandbox : Sandbox
    limits : Limits

    Attributes
    ----------
    said : str
        The beginning of what the cells printed and raised.
    endings : tuple of Ending
        How cells and functions ended their process, or ran out of what they may use.
    """

    def __init__(self, cells: Sequence[CodeCell], sandbox: Sandbox, limits: Limits) -> None:
        self._cells = tuple(cells)
        self._sandbox = sandbox
        self._limits = limits
        self._endings: list[Ending] = []
        self._said: dict[int, str] = {}
        # Cells and functions that ended a process are not run again.
        self._fatal_cells: set[int] = set()
        self._fatal_functions: dict[str, dict[str, Any]] = {}
        self._given_up: dict[str, Any] | None = None
        self._wanted = 0
        self._starts = 0
        self._process: WorkerProcess | None = None
        self._asking: Asking | None = None
        self._arena: Arena | None = None
        self._deadline = 0.0

    def __enter__(self) -> SandboxedSubject:
        self._deadline = time.monotonic() + self._limits.total_seconds
        self._arena = Arena() if self._sandbox.shares_memory else None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    @property
    def endings(self) -> tuple[Ending, ...]:
        """How cells and functions ended their process."""
        return tuple(self._endings)

    @property
    def said(self) -> str:
        """The beginning of what the cells printed and raised, cell by cell."""
        text = "".join(self._said[number] for number in sorted(self._said))
        return plain_text(text[: self._limits.output_bytes])

    def run(self, count: int | None = None) -> None:
        """Run cells until so many have run, from the first on; all of them unless it is said.

        Raises
        ------
        SandboxError
            If no worker can be started.
        """
        before, self._wanted = self._wanted, len(self._cells) if count is None else count
        lives = self._process is not None
        if not lives or not all(self._run_cell(i) for i in range(before, self._wanted)):
            self._run_cells()

    def ask(self, request: Request) -> Answer:
        """Run the probe in the worker and return what it saw.

        A function that ended its process raised, as far as the answer goes, "TimeLimit",
        "MemoryLimit", "ProcessEnded" or "UnreadableAnswer".
        """
        stopped = self._given_up or self._fatal_functions.get(request.function)
        if stopped is None and self._process is None:
            self._run_cells()
            stopped = self._given_up
        if stopped is not None:
            return ended_answer(request.probe, stopped)
        try:
            answer = self._observe(request)
        except WorkerEnded as ended:
            return ended_answer(request.probe, self._function_ended(request.function, ended))
        self._note_memory(request.function, answer.facts["raised"])
        return answer

    def _observe(self, request: Request) -> Answer:
        assert self._asking is not None
        observe = OBSERVED.get(request.probe)
        if observe is None:
            return self._asking.probe(request)
        return observe(self._asking, request, self._arena)

    def _run_cells(self) -> None:
        """Start a worker and run the cells so far, without those that ended a worker before."""
        while self._given_up is None:
            if self._starts == MOST_STARTS:
                self._give_up("ProcessEnded", f"its code ended {MOST_STARTS} processes")
                return
            self._starts += 1
            self._process = WorkerProcess(self._sandbox, self._limits, self._deadline, self._arena)
            self._asking = Asking(self._process)
            if all(self._run_cell(number) for number in range(self._wanted)):
                return

    def _run_cell(self, number: int) -> bool:
        """Run a cell; say whether the worker lives on."""
        if number in self._fatal_cells:
            return True
        assert self._process is not None and self._asking is not None
        cell = self._cells[number]
        try:
            error = self._asking.run_cell(cell.source)
        except WorkerEnded as ended:
            self._said[number] = self._process.said()
            self._fatal_cells.add(number)
            self._end(cell.place, ended)
            return False
        self._said[number] = self._process.said() + _told(cell.place, error)
        self._note_memory(cell.place, error)
        return True

    def _function_ended(self, function: str, ended: WorkerEnded) -> dict[str, Any]:
        ending = self._end(function, ended)
        facts = raised(ended.type, ending.sentence)
        self._fatal_functions[function] = facts
        return facts

    def _end(self, where: str, ended: WorkerEnded) -> Ending:
        ending = ended.ending(where)
        self._endings.append(ending)
        self._stop_worker()
        if time.monotonic() >= self._deadline:
            self._give_up("TimeLimit", f"its {self._limits.total_seconds:g} s were used up")
        return ending

    def _give_up(self, type: str, why: str) -> None:
        self._given_up = raised(type, f"the submission was not examined further: {why}")

    def _note_memory(self, where: str, error: dict[str, Any] | None) -> None:
        """Note a request for memory that was refused, though the code lived on."""
        if error is not None and "MemoryError" in error["lineage"]:
            ending = Ending.of("memory", where, "asked for more memory than it may have")
            if ending not in self._endings:
                self._endings.append(ending)

    def _stop_worker(self) -> None:
        if self._process is not None:
            self._process.close()
        self._process = self._asking = None

    def _close(self) -> None:
        self._stop_worker()
        if self._arena is not None:
            self._arena.close()
            self._arena = None


def _told(place: str, error: dict[str, Any] | None) -> str:
    if error is None:
        return ""
    line = "" if error["line"] is None else f", line {error['line']}"
    message = f": {error['message']}" if error["message"] else ""
    return f"[{place}{line}] {error['type']}{message}\n"
