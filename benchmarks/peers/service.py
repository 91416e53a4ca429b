"""What the measuring process answers: which peers there are, and how long a call of one takes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any, TextIO

from benchmarks.peers.kernels import KERNELS
from benchmarks.peers.libraries import Available, in_a_line
from benchmarks.peers.peer import Array, Call
from tinytorch.perf.sampling import CallSampler, Clock, garbage_collection_paused

# Before a sample a peer runs unmeasured for a while. On one thread that is for the core, which
# slept while this process waited, and for the caches, which hold what the peer before left.
SETTLE_SECONDS = 0.005
# Threads of OpenBLAS and of OpenMP go on looking for work, on a core each, for some tens of
# milliseconds after their call, and threads that were asleep may wake on one core and need as long
# to part.
SETTLE_THREADS_SECONDS = 0.04
# A call that is longer than this hardly notices either.
LONG_CALL_SECONDS = 0.4


class Service:
    """The peers of one process, and the operands of one size at a time.

    Parameters
    ----------
    available : Available
    threads : int
        Threads that each peer may use.
    clock : callable
        Returns seconds; replaced in tests.
    """

    def __init__(
        self, available: Available, threads: int, clock: Clock = time.perf_counter
    ) -> None:
        self.available = available
        self.threads = threads
        self.clock = clock
        self.kernel = ""
        self.operands: tuple[Array, ...] = ()
        self.samplers: dict[str, CallSampler] = {}
        self.settling: dict[str, float] = {}

    def peers(self) -> dict[str, Any]:
        """Say which kernels each peer has, which versions take part, and who does not."""
        return {
            "kernels": {peer.name: list(peer.kernels) for peer in self.available.peers},
            "packages": self.available.packages,
            "left_out": self.available.left_out,
        }

    def prepare(self, kernel: str, n: int) -> None:
        """Make the operands that all peers share."""
        self.kernel = kernel
        self.operands = KERNELS[kernel].operands(n)

    def warm_up(self, name: str) -> float:
        """Hand a peer its operands and call it, which also compiles what is compiled late.

        Returns
        -------
        float
            Rough seconds that a sample takes, with what is not measured of it.
        """
        (peer,) = (peer for peer in self.available.peers if peer.name == name)
        call: Call = peer.kernels[self.kernel](*self.operands)
        call()
        settling = SETTLE_THREADS_SECONDS if self.threads > 1 else SETTLE_SECONDS
        self._run(call, settling)
        sampler = CallSampler(call, self.threads, clock=self.clock)
        seconds = sampler.warm_up()
        once = seconds / sampler.calls
        self.samplers[name] = sampler
        self.settling[name] = settling if once < LONG_CALL_SECONDS else 0.0
        return seconds + (max(once, settling) if self.settling[name] else 0.0)

    def sample(self, name: str) -> float:
        """Return seconds a call, after the other peers' threads have come to rest."""
        self._run(self.samplers[name].call, self.settling[name])
        return self.samplers[name].sample()

    def _run(self, call: Call, seconds: float) -> None:
        stop = self.clock() + seconds
        while self.clock() < stop:
            call()

    def release(self, name: str) -> None:
        """Let go of a peer's call, and with it of whatever the peer made of the operands."""
        self.samplers.pop(name, None)


def serve(service: Service, requests: Iterable[str], answers: TextIO) -> None:
    """Answer every request with what the service returns, or with what went wrong."""
    with garbage_collection_paused():
        for request in requests:
            name, *arguments = json.loads(request)
            try:
                answer = {"answer": getattr(service, name)(*arguments)}
            except Exception as problem:
                answer = {"problem": in_a_line(problem)}
            print(json.dumps(answer), file=answers, flush=True)
