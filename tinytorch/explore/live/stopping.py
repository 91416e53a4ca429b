"""Calling a function for a limited time, and stopping it in the thread that called it.

A learner's function runs in the kernel's own thread (`turns` says why), so a loop without an end
would end the kernel. While it runs, a second thread waits; when the time is up, it asks the
interpreter to raise `Stopped` in the first thread, before its next step. Three things follow.

The hand-over is one store. The exception is sent to the thread whose number `target` holds, and the
caller sets it to 0 as soon as the function is left, whichever way. Nothing can come between: the
interpreter looks for an exception that was sent only at the start of a function, at the end of a
call and where a loop turns back, and the store is none of them. After it, nothing more is sent, and
the next call takes back what was sent and not yet raised. So no exception arrives late.

A function that catches everything is stopped again and again. After a moment of patience, which is
for its `finally` and `with`, it is sent an exception that sends the next one when it is caught: the
handler meets that one at its own end, where nothing catches it, so the loop around it ends. (Python
3.12 counts the end of a bare `except: pass` as part of its `try`; there, a loop without an end that
catches everything and spends its time in compiled code goes on.)

One long call of compiled code cannot be stopped. The exception waits for its end; `TookTooLong`
tells that apart, since the thread is then found at the same instruction again and again.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from tinytorch.perf.spread import significant

Result = TypeVar("Result")

# Time for a function to leave in good order before it is stopped again.
PATIENCE_SECONDS = 0.1
# How many handlers around each other one exception after the other gets through.
NESTED_HANDLERS = 8

# A function object of our own: `ctypes.pythonapi.NAME` is one that every library shares.
_send = ctypes.pythonapi["PyThreadState_SetAsyncExc"]
_send.argtypes = [ctypes.c_ulong, ctypes.py_object]
_send.restype = None
_NOTHING = ctypes.py_object()  # a null pointer: takes back what was sent


class Stopped(BaseException):
    """Raised in a function whose time is up. No `Exception`, since functions catch those."""


class TookTooLong(Exception):
    """A call took longer than it may.

    Attributes
    ----------
    limit : float
        Seconds that it was given.
    taken : float
        Seconds after which it was over.
    stuck : bool
        Whether it could not be stopped in time, since it was inside one call of compiled code.
    """

    def __init__(self, limit: float, taken: float, stuck: bool) -> None:
        self.limit = limit
        self.taken = taken
        self.stuck = stuck
        late = (
            f"; it could not be stopped before {significant(taken)} s had passed, since one call "
            f"of compiled code (a NumPy function, say) runs to its end"
        )
        super().__init__(f"it takes longer than {limit:g} s{late if stuck else ''}")


def call_within(seconds: float, function: Callable[..., Result], *args: Any) -> Result:
    """Call a function in this thread and stop it if it takes too long.

    Parameters
    ----------
    seconds : float
        How long it may take.
    function : callable
        What must be undone in any case (a redirected stream, a limit on threads) belongs around
        `call_within`, not into the function: its own `finally` may be interrupted as well.
    *args
        Its arguments.

    Returns
    -------
    object
        What it returns. What it raises comes through, and so does a KeyboardInterrupt.

    Raises
    ------
    TookTooLong
        Also if it came to an end by itself, later than it may.
    """
    watchdog = Watchdog(seconds)
    started = time.perf_counter()
    try:
        try:
            watchdog.start()
            result = function(*args)
        finally:
            # These lines stand here, not in a method: its start would be a place at which an
            # exception can arrive.
            watchdog.target.value = 0
            if watchdog.barked:
                _send(watchdog.thread, _NOTHING)
    except BaseException as problem:
        if not watchdog.barked:
            raise
        if (pressed := _interrupt_behind(problem)) is not None:
            raise pressed from None
        # Whatever else a function makes of being stopped, it took too long.
    finally:
        watchdog.end()
        if watchdog.barked:
            _forget_what_was_sent()
    if watchdog.barked:
        raise TookTooLong(seconds, time.perf_counter() - started, watchdog.stuck)
    return result


class _Arrived(BaseException):
    """Sent to the thread that sends it."""


def _forget_what_was_sent() -> None:
    """Have the interpreter take down its note that an exception was sent.

    Only an exception that is raised takes it down. While it stands, Python 3.11 does not get past
    the start of a function whose instructions are traced, as debuggers and counters of steps do.
    """
    pressed = None
    try:
        while True:
            try:
                _send(threading.get_ident(), _Arrived)
            except KeyboardInterrupt as interrupt:  # it came first
                pressed = interrupt
    except _Arrived:
        pass
    if pressed is not None:
        raise pressed


def _interrupt_behind(problem: BaseException | None) -> KeyboardInterrupt | None:
    """Find a Ctrl+C on top of which other exceptions came."""
    while problem is not None and not isinstance(problem, KeyboardInterrupt):
        problem = problem.__context__
    return problem


class Watchdog:
    """Wait in a thread of its own, and then stop the thread that made it.

    Parameters
    ----------
    seconds : float
        How long to wait.

    Attributes
    ----------
    target : ctypes.c_ulong
        The thread to stop, or 0 when there is nothing left to stop.
    barked : bool
        Whether the time was up.
    stuck : bool
        Whether the thread made no step when it was told to stop.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.thread = threading.get_ident()
        self.target = ctypes.c_ulong(self.thread)
        self.barked = False
        self.stuck = False
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._wait, name="watchdog", daemon=True)

    def start(self) -> None:
        """Start the clock."""
        self._watch.start()

    def end(self) -> None:
        """Leave no thread behind."""
        self._over.set()
        if self._watch.ident is not None:  # else it was interrupted before it started
            self._watch.join()

    def _wait(self) -> None:
        if self._over.wait(self.seconds):
            return
        self.barked = True
        _send(self.target, Stopped)
        again = self._sent_again_when_caught()
        place = None
        while self.target.value and not self._over.wait(PATIENCE_SECONDS):
            last, place = place, self._place()
            self.stuck |= place is not None and place == last
            _send(self.target, again)

    def _sent_again_when_caught(self) -> type[Stopped]:
        """Make an exception that sends another one to the thread as soon as a handler holds it.

        Its `__init__` is compiled code from end to end: in Python code the next exception would
        already arrive while this one is being made.
        """
        newest: Any = Stopped
        for _ in range(NESTED_HANDLERS):
            send_next = staticmethod(partial(_send, self.target, newest))
            newest = type(Stopped.__name__, (Stopped,), {"__init__": send_next})
        return newest

    def _place(self) -> tuple[int, int] | None:
        """Say at which instruction of which frame the thread is."""
        frame = sys._current_frames().get(self.thread)
        return None if frame is None else (id(frame), frame.f_lasti)
