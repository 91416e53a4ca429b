import platform
from pathlib import Path

import pytest

from tinytorch.perf import context as context_module
from tinytorch.perf.context import Context, clean_cpu_name, parse_cache_size


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "Intel Xeon E5-2680 v4"),
        ("AMD EPYC 7763 64-Core Processor", "AMD EPYC 7763"),
        ("Apple M2", "Apple M2"),
        ("", "unknown CPU"),
    ],
)
def test_cpu_names(raw: str, clean: str) -> None:
    assert clean_cpu_name(raw) == clean


@pytest.mark.parametrize(
    ("text", "size"), [("32K", 32768), ("1M", 2**20), ("512", 512), ("", None), ("big", None)]
)
def test_cache_sizes(text: str, size: int | None) -> None:
    assert parse_cache_size(text) == size


def test_the_slug_is_a_file_name() -> None:
    assert Context(cpu="AMD EPYC", cores=2).slug == "amd-epyc-2-cores"
    assert Context(cpu="A/B (x86)", cores=1).slug == "a-b-x86-1-core"


def test_a_machine_that_tells_nothing_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_module, "_read", lambda path: "")
    monkeypatch.setattr(context_module.Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "")
    monkeypatch.setattr(context_module, "threadpool_info", list)

    def no_answer(*_: object) -> int:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(context_module.os, "sysconf", no_answer)
    here = Context.here()
    assert here.cpu == "unknown CPU"
    assert here.caches == {}
    assert here.last_level_cache_bytes is None
    assert here.memory_bytes is None
    assert here.blas_kernel is None
    assert here.cores >= 1
    assert "unknown CPU" in here.summary


def test_macos_is_asked_by_sysctl(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "machdep.cpu.brand_string": "Apple M2",
        "hw.l1dcachesize": "65536",
        "hw.l2cachesize": "4194304",
    }
    monkeypatch.setattr(context_module, "_read", lambda path: "")
    monkeypatch.setattr(context_module.Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setattr(context_module, "_sysctl", lambda name: answers.get(name, ""))
    here = Context.here()
    assert here.cpu == "Apple M2"
    assert here.caches == {"L1d": 65536, "L2": 4194304}


def test_no_host_name_and_no_path() -> None:
    facts = Context.here().to_dict()
    assert platform.node() not in {str(value) for value in facts.values()}
    assert str(Path.home()) not in str(facts)


def test_what_is_written_is_read_and_newer_keys_are_ignored() -> None:
    context = Context(cpu="X", cores=3, date="2026-01-01")
    assert Context.from_dict({**context.to_dict(), "gpu": "none"}) == context


def test_the_date_is_no_part_of_the_setting() -> None:
    first = Context(cpu="X", cores=3, date="2026-01-01")
    assert first.same_setting(Context(cpu="X", cores=3, date="2026-01-02"))
    assert not first.same_setting(Context(cpu="X", cores=3, numpy="9"))
