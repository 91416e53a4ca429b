"""How far a run is: a bar in a terminal, a line every few seconds anywhere else."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 5.0


class Progress(Protocol):
    """Is told how far a run is."""

    def begin(self, total: int, done: int, dropped: str) -> None:
        """Begin a run of so many submissions, so many of which an interrupted run had graded.

        `dropped` names the command of an unfinished run that this one replaces; mostly empty.
        """
        ...

    def advance(self) -> None:
        """Count one more."""
        ...

    def end(self) -> None:
        """End the run, whole or not."""
        ...


class Silent:
    """Says nothing."""

    def begin(self, total: int, done: int, dropped: str) -> None:
        """Say nothing."""

    def advance(self) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Shown:
    """Shows the count, the rate and the time that remains.

    Parameters
    ----------
    stream : file, optional
        Standard error by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._bar: tqdm | None = None
        self._total = self._done = self._before = self._counted = 0
        self._start = self._said = 0.0

    def begin(self, total: int, done: int, dropped: str) -> None:
        """Show the bar, or the first line."""
        self._total, self._done, self._before, self._counted = total, done, done, done
        self._start = self._said = time.monotonic()
        if dropped:
            self._say(
                f"An unfinished run of `autograder {dropped}` in this folder had another purpose, "
                "other checks or other settings: it is dropped."
            )
        if done:
            self._say(f"Going on with an interrupted run: {done} of {total} are graded.")
        if self._stream.isatty():
            self._bar = tqdm(
                total=total,
                initial=done,
                desc="grading",
                unit=" submissions",
                file=self._stream,
                dynamic_ncols=True,
            )

    def advance(self) -> None:
        """Move the bar, or write a line if the last was some seconds ago."""
        self._done += 1
        if self._bar is not None:
            self._bar.update()
        elif time.monotonic() - self._said >= _SECONDS_BETWEEN_LINES:
            self._say_count()

    def end(self) -> None:
        """Leave the bar as it is, or write the last line."""
        if self._bar is not None:
            self._bar.close()
        elif self._done > self._counted:
            self._say_count()

    def _say(self, sentence: str) -> None:
        print(sentence, file=self._stream, flush=True)

    def _say_count(self) -> None:
        self._said, self._counted = time.monotonic(), self._done
        rate = (self._done - self._before) / max(time.monotonic() - self._start, 1e-9)
        line = f"graded {self._done} of {self._total}, {rate:.2g} a second"
        if self._done < self._total:
            line += f", about {_duration((self._total - self._done) / rate)} left"
        self._say(line)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
