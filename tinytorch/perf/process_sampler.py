"""Timing in a process of its own, which answers over a pipe when its turn comes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

from tinytorch.perf.sampling import SHORTEST_SAMPLE_SECONDS, calls_a_sample


class ProcessSampler:
    """Time what another program does, by the seconds that it tells.

    The program writes one line about itself when it is ready. After that it reads lines; for each
    it runs its call once and writes the seconds that this took, first thing on the line.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    environment : mapping of str to str
        Variables to set besides those of this process.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        assert self.process.stdin and self.process.stdout
        self.ask, self.answers = self.process.stdin, self.process.stdout
        self.introduction = self.answers.readline().strip()
        self.calls = 1

    def warm_up(self) -> float:
        """Call twice, and choose how many calls make up a sample."""
        once = min(self.sample(), self.sample())
        self.calls = calls_a_sample(once, SHORTEST_SAMPLE_SECONDS)
        return self.calls * once

    def sample(self) -> float:
        """Return the seconds of one call, as the mean over the calls of this sample."""
        return sum(self._call() for _ in range(self.calls)) / self.calls

    def _call(self) -> float:
        self.ask.write("\n")
        self.ask.flush()
        return float(self.answers.readline().split()[0])

    def close(self) -> None:
        """End the process."""
        self.ask.close()
        self.process.wait(timeout=30)
        self.answers.close()
