"""What a worker writes to its standard output and error: a beginning is kept, the rest is read."""

from __future__ import annotations

import os
import select
import threading


class Output:
    """The reading end of the pipe that is the worker's standard output and error.

    Parameters
    ----------
    most_bytes : int
        Kept in all; what comes after it is thrown away.
    """

    def __init__(self, most_bytes: int) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self._room = most_bytes
        self._kept = bytearray()
        self._lock = threading.Lock()
        self._poll = select.poll()
        self._poll.register(self.reading, select.POLLIN)

    def wait(self, seconds: float) -> None:
        """Wait until something is there, or the time is up."""
        self._poll.poll(seconds * 1000)

    def drain(self) -> bool:
        """Read what is there, but not for ever; say whether more may come."""
        with self._lock:
            for _ in range(64):
                try:
                    data = os.read(self.reading, 65_536)
                except BlockingIOError:
                    return True
                if not data:
                    return False
                kept = data[: self._room]
                self._kept += kept
                self._room -= len(kept)
        return True

    def take(self) -> str:
        """Return what was kept since the last time."""
        self.drain()
        with self._lock:
            text = self._kept.decode("utf-8", "replace")
            self._kept.clear()
        return text

    def close_writing(self) -> None:
        """Leave the writing end to the worker."""
        os.close(self.writing)

    def close(self) -> None:
        """Close the reading end."""
        os.close(self.reading)
