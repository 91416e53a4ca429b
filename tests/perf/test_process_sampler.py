import sys

import pytest

from tinytorch.perf.process_sampler import ProcessSampler
from tinytorch.perf.sweeps import stream_triad

PROGRAM = """
import os, sys
print("ready", os.environ["FLAVOUR"], flush=True)
for number, _ in enumerate(sys.stdin):
    print({seconds}, "and something else", flush=True)
"""


def sampler(seconds: float) -> ProcessSampler:
    command = [sys.executable, "-c", PROGRAM.format(seconds=seconds)]
    return ProcessSampler(command, {"FLAVOUR": "vanilla"})


def test_a_process_introduces_itself_and_tells_its_seconds() -> None:
    long = sampler(0.25)
    assert long.introduction == "ready vanilla"
    assert long.warm_up() == 0.25
    assert long.calls == 1
    assert long.sample() == 0.25
    long.close()
    assert long.process.returncode == 0


def test_short_calls_are_repeated_within_a_sample() -> None:
    short = sampler(0.0001)
    assert short.warm_up() == pytest.approx(0.001)
    assert short.calls == 10
    assert short.sample() == pytest.approx(0.0001)
    short.close()


def test_without_a_compiler_there_is_no_triad_to_compare_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream_triad, "COMPILERS", ("no-such-compiler",))
    stream_triad.can_compile.cache_clear()
    assert stream_triad.PLAN.groups(True) == []
    stream_triad.can_compile.cache_clear()
