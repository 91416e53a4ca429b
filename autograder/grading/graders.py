"""Grader processes: each grades one submission at a time, and one that dies is replaced."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import NoReturn

from threadpoolctl import threadpool_limits

from autograder.grading.settings import Settings
from autograder.grading.submission import Grading
from autograder.results.jsonl import to_line
from autograder.submissions import Submission

# A fresh interpreter: forking a process that has threads copies their locks and not the threads.
_SPAWN = multiprocessing.get_context("spawn")
_FAREWELL_SECONDS = 10


class Grader:
    """One process that grades what it is given.

    Parameters
    ----------
    grading : callable
    settings : Settings
    """

    def __init__(self, grading: Grading, settings: Settings) -> None:
        self.submission: Submission | None = None
        self.deadline = 0.0
        self.connection, far_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_serve, args=(far_end, grading, settings), name="grader", daemon=True
        )
        try:
            with _unheard_interrupts():
                self._process.start()
        except BrokenPipeError:
            raise ChildProcessError(
                errno.ECHILD, "it ended while it started", "a grader process"
            ) from None
        # With its end open in the grader alone, its death is the end of the pipe.
        far_end.close()

    def give(self, submission: Submission, patience: float) -> None:
        """Hand it a submission; it has so many seconds."""
        self.submission = submission
        self.deadline = time.monotonic() + patience
        # If it has died since, whoever waits for its answer sees the end of the pipe.
        with suppress(OSError):
            self.connection.send(submission)

    def take(self) -> str | None:
        """Return the line of the submission that it graded; None if there is none."""
        try:
            return self.connection.recv_bytes().decode("ascii") if self.connection.poll() else None
        except (EOFError, OSError):
            return None

    def stop(self) -> None:
        """Ask the process to end, and with it the sandbox of what it grades."""
        self._process.terminate()

    def end(self) -> None:
        """End the process, asked or not."""
        self.stop()
        self._process.join(_FAREWELL_SECONDS)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self.connection.close()
        self._process.close()


def graded_by_processes(
    submissions: Iterable[Submission],
    grading: Grading,
    settings: Settings,
    jobs: int,
    patience: float,
) -> Generator[tuple[Submission, str | None]]:
    """Grade submissions in processes of their own, one at a time each.

    Parameters
    ----------
    submissions : iterable of Submission
    grading : callable
        Importable by name, as everything in `settings` is.
    settings : Settings
    jobs : int
        Processes at most.
    patience : float
        Seconds that a grader has for one submission; far more than the limits allow.

    Yields
    ------
    submission, line
        In the order in which they end. The line is None where the grader died or did not answer
        twice, the second time with no other submission beside it.
    """
    crew = _Crew(grading, settings, patience)
    suspects = []
    try:
        for submission, line in crew.graded(submissions, jobs):
            if line is None:
                suspects.append(submission)
            else:
                yield submission, line
        for submission in suspects:
            yield from crew.graded([submission], 1)
    finally:
        crew.end()


class _Crew:
    """The graders that are alive."""

    def __init__(self, grading: Grading, settings: Settings, patience: float) -> None:
        self._grading = grading
        self._settings = settings
        self._patience = patience
        self._idle: list[Grader] = []
        self._busy: dict[Connection, Grader] = {}

    def graded(
        self, submissions: Iterable[Submission], jobs: int
    ) -> Iterator[tuple[Submission, str | None]]:
        """Give each submission with its line, or with None where its grader was lost over it."""
        waiting = iter(submissions)
        while True:
            for submission in islice(waiting, jobs - len(self._busy)):
                grader = self._idle.pop() if self._idle else Grader(self._grading, self._settings)
                grader.give(submission, self._patience)
                self._busy[grader.connection] = grader
            if not self._busy:
                return
            for grader in self._answering():
                del self._busy[grader.connection]
                line = grader.take()
                if line is None:
                    grader.end()
                else:
                    self._idle.append(grader)
                assert grader.submission is not None
                yield grader.submission, line

    def end(self) -> None:
        """End every process."""
        graders = (*self._idle, *self._busy.values())
        for grader in graders:
            grader.stop()
        for grader in graders:
            grader.end()

    def _answering(self) -> list[Grader]:
        """Wait for an answer, a death or the end of patience, and return whom it concerns."""
        soonest = min(grader.deadline for grader in self._busy.values())
        ready = wait(list(self._busy), timeout=max(0.0, soonest - time.monotonic()))
        now = time.monotonic()
        return [g for c, g in self._busy.items() if c in ready or g.deadline <= now]


def _serve(connection: Connection, grading: Grading, settings: Settings) -> None:
    """Grade what comes through the pipe until it is closed: the life of a grader."""
    # Ctrl+C reaches every process of the terminal; the one that began them ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # As an exception, so that a sandbox is cleared away.
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # One thread each: as many graders as cores are at work, and sums come out alike however many.
    with threadpool_limits(1):
        while True:
            try:
                submission = connection.recv()
            except EOFError:
                return
            connection.send_bytes(to_line(grading(submission, settings)).encode("ascii"))


@contextmanager
def _unheard_interrupts() -> Iterator[None]:
    """Hold Ctrl+C back; a process that is started meanwhile does not get it until it asks.

    It would otherwise end an interpreter that is still importing, which prints a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started with the first process, and lets Ctrl+C through again when it has.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave(signal_number: int, frame: object) -> NoReturn:
    sys.exit(128 + signal_number)


def _end_with_parent() -> None:
    """Leave nothing behind when whoever began this process was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
