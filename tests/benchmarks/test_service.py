import io
import json
from typing import Any

import numpy as np
import pytest

from benchmarks.peers.kernels import GELU
from benchmarks.peers.libraries import Available
from benchmarks.peers.peer import Call, Peer
from benchmarks.peers.service import Service, serve

# Binary fractions, so that a clock adds them up exactly.
SETTLE_THREADS_SECONDS = 1 / 32
SETTLE_SECONDS = 1 / 64
LONG_CALL_SECONDS = 1 / 2


@pytest.fixture(autouse=True)
def binary_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peers.service.SETTLE_SECONDS", SETTLE_SECONDS)
    monkeypatch.setattr("benchmarks.peers.service.SETTLE_THREADS_SECONDS", SETTLE_THREADS_SECONDS)
    monkeypatch.setattr("benchmarks.peers.service.LONG_CALL_SECONDS", LONG_CALL_SECONDS)


class Clock:
    """A clock that only the peers' calls move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """A peer whose call takes a time that it is told, and counts its calls."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock = clock
        self.seconds = seconds
        self.calls = 0
        self.operands: tuple[np.ndarray, ...] = ()

    def prepare(self, *operands: np.ndarray) -> Call:
        self.operands = operands
        return self.call

    def call(self) -> None:
        self.calls += 1
        self.clock.now += self.seconds


def service(clock: Clock, threads: int, **peers: Slow) -> Service:
    entries = [Peer(name, {"gelu": peer.prepare}) for name, peer in peers.items()]
    return Service(Available(entries, {"Slow": "1.0"}, ["Other is left out."]), threads, clock)


def test_it_says_who_takes_part() -> None:
    clock = Clock()
    assert service(clock, 1, slow=Slow(clock, 1)).peers() == {
        "kernels": {"slow": ["gelu"]},
        "packages": {"Slow": "1.0"},
        "left_out": ["Other is left out."],
    }


def test_every_peer_gets_the_same_operands() -> None:
    clock = Clock()
    peers = {"one": Slow(clock, 0.5), "two": Slow(clock, 0.5)}
    asked = service(clock, 1, **peers)
    asked.prepare("gelu", 64)
    for name in peers:
        asked.warm_up(name)
    np.testing.assert_array_equal(peers["one"].operands[0], GELU.operands(64)[0])
    assert peers["two"].operands[0] is peers["one"].operands[0]


def test_what_the_first_call_compiles_is_not_measured() -> None:
    clock = Clock()
    slow = Slow(clock, 60.0)
    asked = service(clock, 1, slow=slow)
    asked.prepare("gelu", 64)
    original = slow.call

    def compiling() -> None:
        original()
        slow.seconds = 0.5  # from the second call on

    slow.call = compiling  # type: ignore[method-assign]
    assert asked.warm_up("slow") == 0.5
    assert asked.sample("slow") == 0.5


def test_on_one_thread_a_peer_runs_unmeasured_until_core_and_caches_are_its_own() -> None:
    clock = Clock()
    slow = Slow(clock, SETTLE_SECONDS / 2)
    asked = service(clock, 1, slow=slow)
    asked.prepare("gelu", 64)
    asked.warm_up("slow")
    before = slow.calls
    assert asked.sample("slow") == SETTLE_SECONDS / 2
    assert slow.calls == before + 2 + 1


def test_on_several_threads_a_peer_runs_unmeasured_until_all_have_settled() -> None:
    clock = Clock()
    slow = Slow(clock, SETTLE_THREADS_SECONDS / 4)
    asked = service(clock, 2, slow=slow)
    asked.prepare("gelu", 64)
    assert asked.warm_up("slow") == SETTLE_THREADS_SECONDS / 4 + SETTLE_THREADS_SECONDS
    before = slow.calls
    assert asked.sample("slow") == SETTLE_THREADS_SECONDS / 4
    assert slow.calls == before + 4 + 1


def test_a_long_call_is_not_repeated_for_that() -> None:
    clock = Clock()
    slow = Slow(clock, 2 * LONG_CALL_SECONDS)
    asked = service(clock, 2, slow=slow)
    asked.prepare("gelu", 64)
    assert asked.warm_up("slow") == 2 * LONG_CALL_SECONDS
    before = slow.calls
    asked.sample("slow")
    assert slow.calls == before + 1


def test_a_released_peer_is_let_go() -> None:
    clock = Clock()
    asked = service(clock, 1, slow=Slow(clock, 1))
    asked.prepare("gelu", 64)
    asked.warm_up("slow")
    asked.release("slow")
    assert asked.samplers == {}
    asked.release("slow")  # also one that never got warm


def answers(asked: Service, *requests: list[Any]) -> list[Any]:
    written = io.StringIO()
    serve(asked, [json.dumps(request) for request in requests], written)
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_every_request_gets_one_line_also_when_something_goes_wrong() -> None:
    clock = Clock()
    asked = service(clock, 1, slow=Slow(clock, 1))
    prepared, warm, bad, still_there = answers(
        asked, ["prepare", "gelu", 64], ["warm_up", "slow"], ["sample", "tea"], ["sample", "slow"]
    )
    assert prepared == {"answer": None}
    assert warm == {"answer": 1.0}
    assert bad == {"problem": "KeyError: 'tea'"}
    assert still_there == {"answer": 1.0}
