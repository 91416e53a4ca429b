"""Measuring in slices between the messages of the kernel, so that it stays free.

Where a measurement runs decides what it disturbs:

- In the handler of the front end's message, it would keep every other message waiting.
- In a thread of its own, it would take turns with the cells in the middle of both: its times would
  hold theirs, and since `sys.stdout` is one for all threads, keeping the learner's prints out of
  the notebook would swallow those of a cell that runs at the same moment.
- On the kernel's own loop in slices, each a few calls of the function, nothing else runs within a
  slice, and between two of them whatever waits has its turn: cells, messages, the next request.

Front ends may deliver a message in another thread than that of the cells (JupyterLab calls it a
subshell), so a request only leaves a note and asks the loop to look at it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import NamedTuple

from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.explore.live.home import Home
from tinytorch.perf.sampling import Clock

# A measurement does a slice of its work up to each `yield`, and yields the seconds to wait before
# the next one.
Measurement = Generator[float, None, None]

# What others wait at most, unless one call of the function takes longer.
SLICE_SECONDS = 0.02
# A message goes through the loop several times before it is handled; this lets it.
PAUSE_SECONDS = 0.001


class Superseded(Exception):
    """Thrown into a measurement at its `yield` when a newer one is asked for.

    A measurement that catches it may keep what it has, but must come to its end.
    """


class Request(NamedTuple):
    """A measurement that is asked for, in words, and how to begin it."""

    text: str
    start: Callable[[], Measurement]


class Turns:
    """Run one measurement at a time, the newest that was asked for.

    Parameters
    ----------
    activity : callable
        Called with what is being measured, in words, and with ``""`` when nothing is any more.
    trouble : callable
        Called at the end of each measurement: with ``""``, or with a sentence where it failed.
    home : Home, optional
        Where to run, by default where this object is made. Without a loop, a request is carried out
        before it returns.
    clock : callable
        Returns seconds; replaced in tests.
    """

    def __init__(
        self,
        activity: Callable[[str], None],
        trouble: Callable[[str], None],
        home: Home | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._activity = activity
        self._trouble = trouble
        self._home = home or Home.here()
        self._clock = clock
        self._newest: deque[Request] = deque(maxlen=1)  # put in and taken out in one step each
        self._running: Measurement | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._inside = False
        self._closed = False

    def request(self, text: str, start: Callable[[], Measurement]) -> None:
        """Ask for a measurement, in place of the one that runs; from any thread.

        Parameters
        ----------
        text : str
            What will be measured, in words.
        start : callable
            Returns the measurement. Whatever it or the measurement raises becomes a sentence.
        """
        if not self._closed:
            self._newest.append(Request(text, start))
            self._home.soon(self._go_on)

    def close(self) -> None:
        """Drop what runs and take no more requests."""
        self._closed = True
        self._newest.clear()
        self._home.soon(self._leave)

    def _leave(self) -> None:
        self._cancel_timer()
        self._drop()

    def _go_on(self) -> None:
        """Run a slice at home, and see to it that the next one follows."""
        if self._inside:  # asked for by what this slice does: it looks for requests itself
            return
        self._cancel_timer()
        loop = self._home.loop
        while (pause := self._slice()) is not None:
            if loop is not None:
                self._timer = loop.call_later(pause, self._go_on)
                return
            time.sleep(pause)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _slice(self) -> float | None:
        """Work for a while; return the seconds until the next slice, or None when all is done."""
        end = self._clock() + SLICE_SECONDS
        while True:
            if self._newest:
                self._begin(self._newest.pop())
            if self._running is None:
                return None
            pause = self._step(self._running)
            if pause > 0 or self._clock() >= end:
                return max(pause, PAUSE_SECONDS)

    def _begin(self, request: Request) -> None:
        self._drop()
        self._activity(request.text)
        self._running = _started(request.start)

    def _step(self, measurement: Measurement) -> float:
        """Let a measurement run up to its next `yield`; return the seconds it wants to wait."""
        self._inside = True
        try:
            return next(measurement)
        except StopIteration:
            self._end("")
        except BaseException as problem:
            self._end(_sentence(problem))
            if self._home.loop is None and isinstance(problem, KeyboardInterrupt):
                raise
        finally:
            self._inside = False
        return 0.0

    def _end(self, sentence: str) -> None:
        self._running = None
        self._trouble(sentence)
        if not self._newest:
            self._activity("")

    def _drop(self) -> None:
        """Let the measurement that runs keep what it has, and forget it."""
        dropped, self._running = self._running, None
        if dropped is None:
            return
        self._inside = True
        try:
            dropped.throw(Superseded())
            dropped.close()
        except BaseException:
            # It has ended, as it should; how does not matter to those who wait for another.
            return
        finally:
            self._inside = False


def _started(start: Callable[[], Measurement]) -> Measurement:
    """Begin within the first slice: then what goes wrong is told as in any other."""
    yield from start()


def _sentence(problem: BaseException) -> str:
    if isinstance(problem, NothingToShow):
        return str(problem)
    if isinstance(problem, KeyboardInterrupt):
        return "The measurement was interrupted; move a control to measure again."
    said = str(problem).splitlines()
    return (
        f"The measurement ended with {type(problem).__name__}{f' ({said[0]})' if said else ''}; "
        f"move a control to measure again."
    )
