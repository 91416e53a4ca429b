"""The measuring process, seen from the one that asks it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from tinytorch.perf.sampling import Sampler

ROOT = Path(__file__).resolve().parents[2]

# Each library has a variable of its own, read when it is imported.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "NUMBA_NUM_THREADS",
    "PJRT_NPROC",  # XLA, which JAX compiles with
)


class PeerFailed(Exception):
    """A peer that gave the right result before cannot be measured at this size."""

    def __init__(self, peer: str, reason: str) -> None:
        super().__init__(f"{peer}: {reason}.")
        self.peer = peer
        self.reason = reason


class ProcessEnded(Exception):
    """The measuring process ended before it had answered."""


@contextmanager
def measuring_process(threads: int, module: str = "benchmarks.peers.worker") -> Iterator[Process]:
    """Start a process that measures with a number of threads, and end it whatever happens.

    Raises
    ------
    ProcessEnded
        If it ends before it has said which peers there are.
    """
    with (
        # A file, because a pipe that nobody reads would stop a library that warns much.
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
        subprocess.Popen(
            [sys.executable, "-m", module, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment(threads)},
        ) as process,
    ):
        assert process.stdin
        try:
            yield Process(process, complaints, threads)
        finally:
            process.kill()  # it may be in the middle of a call
            with suppress(BrokenPipeError):  # a request may lie there that nobody took
                process.stdin.close()


def environment(threads: int) -> dict[str, str]:
    """Return the variables that tell every library how many threads it may start."""
    variables = dict.fromkeys(THREAD_VARIABLES, str(threads))
    # The comparison is of CPUs, also where there is an accelerator.
    return {**variables, "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}


class Process:
    """A measuring process.

    Attributes
    ----------
    threads : int
    kernels : dict of str to list of str
        The kernels of each peer that takes part.
    packages : dict of str to str
        Versions of the libraries that take part.
    left_out : list of str
        One sentence for each library, or kernel of a peer, that does not.
    """

    def __init__(self, process: subprocess.Popen[str], complaints: TextIO, threads: int) -> None:
        self.process = process
        self.complaints = complaints
        self.threads = threads
        facts = self.ask("peers")
        self.kernels: dict[str, list[str]] = facts["kernels"]
        self.packages: dict[str, str] = facts["packages"]
        self.left_out: list[str] = facts["left_out"]

    def offering(self, kernel: str) -> list[str]:
        """Return the peers that have a kernel, in the order of the libraries."""
        return [peer for peer, kernels in self.kernels.items() if kernel in kernels]

    def samplers(self, kernel: str, n: int, peers: list[str]) -> list[Sampler]:
        """Prepare the operands of a size; return a sampler for each peer."""
        self.ask("prepare", kernel, n)
        return [PeerSampler(self, peer) for peer in peers]

    def ask(self, request: str, *arguments: str | int) -> Any:
        """Send a request and return the answer to it.

        Raises
        ------
        PeerFailed
            If the call of a peer, which is then the first argument, raised an error.
        ProcessEnded
            If no answer came.
        """
        assert self.process.stdin and self.process.stdout
        try:
            print(json.dumps([request, *arguments]), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise ProcessEnded(self._how_it_ended())
        answer = json.loads(line)
        if "problem" in answer:
            raise PeerFailed(str(arguments[0]), answer["problem"])
        return answer["answer"]

    def _how_it_ended(self) -> str:
        status = self.process.wait()
        self.complaints.seek(0)
        lines = self.complaints.read().strip().splitlines()
        return (
            f"The process that measures with {self.threads} thread"
            f"{'s' if self.threads > 1 else ''} ended with status {status}"
            f"{f': {lines[-1]}' if lines else ''}."
        )


class PeerSampler:
    """Time the call of one peer in the measuring process."""

    def __init__(self, process: Process, peer: str) -> None:
        self.process = process
        self.peer = peer

    def warm_up(self) -> float:
        """Make the call, compile it, and repeat it; return rough seconds a sample."""
        return float(self.process.ask("warm_up", self.peer))

    def sample(self) -> float:
        """Return seconds a call, measured now."""
        return float(self.process.ask("sample", self.peer))

    def close(self) -> None:
        """Let the process forget what it holds for this peer."""
        self.process.ask("release", self.peer)
