"""Being asked to stop: as an exception, so that everything is left in order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Interrupted(Exception):
    """Somebody asked the command to stop.

    Attributes
    ----------
    status : int
        The exit status that a shell expects.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.status = 128 + signal_number


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` where the block is when somebody asks to stop."""

    def interrupt(signal_number: int, frame: FrameType | None) -> NoReturn:
        # Once is enough: asking again must not disturb the leaving in order.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Interrupted(signal_number)

    former = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
