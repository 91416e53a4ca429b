"""Peers, libraries and measuring processes that compute next to nothing and take no time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from benchmarks.peers.kernels import KERNELS
from benchmarks.peers.peer import Library, Peer
from benchmarks.peers.process import PeerFailed
from tinytorch.perf.sampling import Sampler


def right(kernel: str) -> Callable[..., Callable[[], Any]]:
    """Return a peer's way to a kernel that gives the reference itself."""
    return lambda *operands: lambda: KERNELS[kernel].reference(*operands)


def library(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    peers: Callable[[int], list[Peer]],
    distribution: str | None = None,
) -> Library:
    """Return a library whose adaptor is this function."""
    adaptor = ModuleType(f"fake_{name}")
    adaptor.peers = peers  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, adaptor.__name__, adaptor)
    return Library(name, adaptor.__name__, distribution)


class FakeSampler:
    """Takes the seconds that it was told to take, and writes down its turns."""

    def __init__(self, process: FakeProcess, peer: str, n: int) -> None:
        self.process = process
        self.peer = peer
        self.n = n

    def warm_up(self) -> float:
        return self.process.seconds[self.peer]

    def sample(self) -> float:
        self.process.turns.append((self.peer, self.n))
        if len(self.process.turns) == self.process.interrupt_at:
            raise KeyboardInterrupt
        if self.process.fails.get(self.peer) == self.n:
            raise PeerFailed(self.peer, "MemoryError")
        return self.process.seconds[self.peer] * self.process.threads * self.n

    def close(self) -> None:
        self.process.closed += 1


class FakeProcess:
    """Stands for a measuring process.

    Parameters
    ----------
    threads : int
    seconds : mapping of str to float
        By peer: what a call takes for each unit of size and thread.
    fails : mapping of str to int
        By peer: the size at which it raises an error.
    interrupt_at : int
        The turn, counted from 1, at which somebody presses Ctrl+C.
    """

    def __init__(
        self,
        threads: int,
        seconds: Mapping[str, float],
        fails: Mapping[str, int] | None = None,
        interrupt_at: int = 0,
    ) -> None:
        self.threads = threads
        self.seconds = seconds
        self.fails = fails or {}
        self.interrupt_at = interrupt_at
        self.turns: list[tuple[str, int]] = []
        self.closed = 0
        self.packages = {"PyTorch": "2.13.0"}
        self.left_out = ["JAX is left out: it is not here."]

    def offering(self, kernel: str) -> list[str]:
        return list(self.seconds)

    def samplers(self, kernel: str, n: int, peers: list[str]) -> list[Sampler]:
        return [FakeSampler(self, peer, n) for peer in peers]
