"""One running worker, as the grader sees it: something that answers requests, until it ends."""

from __future__ import annotations

import secrets
import signal
import socket
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.sandbox.arena import Arena
from autograder.sandbox.endings import WorkerEnded
from autograder.sandbox.launching import Sandbox, SandboxError, Wires
from autograder.sandbox.limits import Limits
from autograder.sandbox.memory_count import begin_count
from autograder.sandbox.output import Output
from autograder.sandbox.watch import Watch
from autograder.worker.wire import Bounds, EndOfWire, Frame, WireError, read_frame, write_frame

SMALL = Bounds(arrays=0, array_bytes=0)


class WorkerProcess:
    """Starts a worker in a sandbox.

    Parameters
    ----------
    deadline : float
        On the clock of ``time.monotonic``: when the submission's time is up.
    arena : Arena or None
        Memory to share with it.

    Raises
    ------
    SandboxError
            If it does not come up.

    Attributes
    ----------
    countable : bool
        Whether the kernel counts its memory for us.
    """

    def __init__(
        self, sandbox: Sandbox, limits: Limits, deadline: float, arena: Arena | None
    ) -> None:
        self._wire, theirs = socket.socketpair()
        self._output = Output(limits.output_bytes)
        try:
            wires = Wires(
                theirs.fileno(),
                theirs.fileno(),
                self._output.writing,
                arena.descriptor if arena is not None else -1,
            )
            self._launched = sandbox.launch(wires, limits)
        except SandboxError as error:
            self._wire.close()
            raise SandboxError(self._with_output(str(error))) from None
        finally:
            theirs.close()
            self._output.close_writing()
        self._watch = Watch(self._launched, self._output, limits, deadline, self._end)
        try:
            self._request({"limits": sandbox.own_limits(limits)}, {}, SMALL)
        except WorkerEnded as ended:
            problem = SandboxError(self._with_output(f"the worker {ended}"))
            self.close()
            raise problem from None
        # Before any of the student's code: it could forbid it later.
        self.countable = begin_count(self.processes()) is not None

    def exchange(
        self, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], bounds: Bounds
    ) -> Frame:
        """Send a request and read its answer.

        Raises
        ------
        WorkerEnded
            If no answer came, or what came is none. The worker is gone then.
        """
        self._watch.begin_task()
        try:
            return self._request(header, arrays, bounds)
        finally:
            self._watch.end_task()

    def _request(
        self, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], bounds: Bounds
    ) -> Frame:
        request = secrets.token_hex(8)
        try:
            write_frame(self._wire.fileno(), {**header, "id": request}, arrays)
            frame = read_frame(self._wire.fileno(), bounds)
            if frame.header.pop("id", None) != request:
                raise WireError("a frame does not belong to the request that was sent")
            return frame
        except (WireError, OSError) as error:
            raise self._why(error) from None

    def said(self) -> str:
        """Return what it wrote to its standard output and error since the last time."""
        return self._output.take()

    def processes(self) -> tuple[int, ...]:
        """List what runs the student's code, as this machine numbers it."""
        return self._launched.processes()

    def close(self) -> None:
        """End the worker and everything that it started."""
        self._watch.stop()
        if not self._watch.ended:
            self._end()
        self._output.drain()
        self._output.close()
        self._wire.close()

    def _end(self) -> None:
        self._launched.kill()
        # Whoever waits for an answer wakes up, even where something still holds the other end.
        self._wire.shutdown(socket.SHUT_RDWR)

    def _why(self, error: WireError | OSError) -> WorkerEnded:
        if self._watch.reason is not None:
            return self._watch.reason
        if isinstance(error, WireError) and not isinstance(error, EndOfWire):
            return WorkerEnded(
                "UnreadableAnswer", f"answered with something that cannot be read: {error}"
            )
        status = self._launched.status()
        # The watch may have ended it just now.
        if self._watch.reason is not None:
            return self._watch.reason
        return WorkerEnded("ProcessEnded", f"ended the process that ran it{_told(status)}")

    def _with_output(self, sentence: str) -> str:
        said = " ".join(self._output.take().split())
        return f"{sentence}: {said[-300:]}" if said else sentence


def _told(status: int | None) -> str:
    if status is None:
        return " or its connection"
    number = -status if status < 0 else status - 128
    if number > 0:
        try:
            return f" (signal {signal.Signals(number).name})"
        except ValueError:
            pass
    return f" (exit status {status})"
