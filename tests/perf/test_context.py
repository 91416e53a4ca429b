import os
import platform
from dataclasses import replace
from pathlib import Path

import pytest

from tinytorch.perf import context as context_module
from tinytorch.perf.context import (
    Context,
    clean_cpu_name,
    parse_cache_size,
    thread_counts,
    usable_cores,
)


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


def test_an_accelerator_is_a_machine_of_its_own() -> None:
    host = Context(
        cpu="AMD EPYC", cores=2, numpy="2.4.6", blas="OpenBLAS 0.3.31", date="2026-01-01"
    )
    measured = replace(
        host,
        accelerator="NVIDIA H100 80GB HBM3",
        packages={"PyTorch": "2.13.0", "CUDA": "13.0", "driver": "580.1"},
    )
    assert measured.slug == "nvidia-h100-80gb-hbm3"
    assert measured.machine == "NVIDIA H100 80GB HBM3"
    assert measured.summary == (
        "NVIDIA H100 80GB HBM3, 2026-01-01, PyTorch 2.13.0, CUDA 13.0, driver 580.1"
    )
    assert not measured.same_setting(host)
    assert Context.from_dict(measured.to_dict()) == measured


def test_other_libraries_that_took_part_are_named_behind_numpy() -> None:
    context = Context(cpu="A", cores=1, numpy="2", packages={"numba": "0.62", "PyTorch": "2.13"})
    assert context.summary == "A, 1 core, NumPy 2, numba 0.62, PyTorch 2.13"
    assert context.slug == "a-1-core"
    assert Context.from_dict(context.to_dict()) == context


def test_what_took_no_part_is_not_written() -> None:
    assert not {"packages", "accelerator"} & Context(cpu="A", cores=1).to_dict().keys()
    assert Context.from_dict({"cpu": "A", "cores": 1}) == Context(cpu="A", cores=1)


def test_a_machine_that_tells_nothing_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_module, "_read", lambda path: "")
    monkeypatch.setattr(context_module.Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "")
    monkeypatch.setattr(context_module.Blas, "of_numpy", lambda: None)

    def no_answer(*_: object) -> int:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(context_module.os, "sysconf", no_answer)
    here = Context.here()
    assert here.cpu == "unknown CPU"
    assert here.caches == {}
    assert here.last_level_cache_bytes is None
    assert here.memory_bytes is None
    assert here.blas is None
    assert here.blas_kernel is None
    assert here.cores >= 1
    assert "unknown CPU" in here.summary


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the only system files that there are, by path, to be filled by the test."""
    there: dict[str, str] = {}
    monkeypatch.setattr(context_module, "_read", lambda path: there.get(path, ""))
    monkeypatch.setattr(
        context_module.Path,
        "glob",
        lambda self, pattern: iter({Path(path).parent for path in there if str(self) in path}),
    )
    return there


CACHE = "/sys/devices/system/cpu/cpu0/cache"


def test_caches_are_those_of_the_first_core_and_one_without_a_size_is_left_out(
    files: dict[str, str],
) -> None:
    for index, (level, kind, size) in enumerate(
        [
            ("1", "Data", "48K\n"),
            ("1", "Instruction", "32K\n"),
            ("2", "Unified", ""),
            ("3", "Unified", "32M\n"),
        ]
    ):
        files[f"{CACHE}/index{index}/level"] = level
        files[f"{CACHE}/index{index}/type"] = kind
        files[f"{CACHE}/index{index}/size"] = size
    files["/sys/devices/system/cpu/cpu1/cache/index0/size"] = "1G"
    here = Context.here()
    assert here.caches == {"L1d": 48 * 2**10, "L3": 32 * 2**20}
    assert here.last_level_cache_bytes == 32 * 2**20


@pytest.mark.parametrize(
    ("groups", "limits", "cores"),
    [
        ("0::/", {"cpu.max": "200000 100000"}, 2),
        ("0::/", {"cpu.max": "150000 100000"}, 2),  # one and a half: the second is there at times
        ("0::/", {"cpu.max": "10000 100000"}, 1),
        ("0::/", {"cpu.max": "max 100000"}, 8),
        ("0::/", {"cpu.max": ""}, 8),
        ("0::/", {"cpu.max": "100000 0"}, 8),
        ("", {"cpu.max": "300000 100000"}, 3),
        ("0::/a/b", {"a/b/cpu.max": "max 100000", "a/cpu.max": "400000 100000"}, 4),
        ("0::/a", {"other/cpu.max": "100000 100000"}, 8),
        (
            "2:cpu,cpuacct:/c",
            {"cpu/c/cpu.cfs_quota_us": "300000", "cpu/c/cpu.cfs_period_us": "1"},
            8,
        ),
        ("2:cpu:/c", {"cpu/c/cpu.cfs_quota_us": "3000\n", "cpu/c/cpu.cfs_period_us": "1000\n"}, 3),
        ("2:cpu:/", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "1000\n"}, 8),
        ("4:memory:/m", {"cpu/m/cpu.cfs_quota_us": "1", "cpu/m/cpu.cfs_period_us": "1"}, 8),
    ],
)
def test_the_cpu_limit_of_a_container_counts(
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    groups: str,
    limits: dict[str, str],
    cores: int,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    files["/proc/self/cgroup"] = groups
    files.update({f"/sys/fs/cgroup/{name}": text for name, text in limits.items()})
    assert usable_cores() == cores
    assert Context.here().cores == cores


def test_cores_are_counted_where_there_is_no_affinity_mask(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable_cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores() == 1
    assert thread_counts() == [1]
    assert Context.here().machine.endswith(", 1 core")


def test_an_affinity_mask_that_cannot_be_asked_for_is_no_error(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    def refused(pid: int) -> set[int]:
        raise PermissionError

    monkeypatch.setattr(os, "sched_getaffinity", refused, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert usable_cores() == 4


@pytest.mark.parametrize(
    ("answers", "caches"),
    [
        (
            {"hw.l1dcachesize": "65536", "hw.l2cachesize": "4194304"},
            {"L1d": 65536, "L2": 4194304},
        ),
        (  # the fast cores before the others
            {
                "hw.l1dcachesize": "65536",
                "hw.l2cachesize": "4194304",
                "hw.perflevel0.l1dcachesize": "131072",
                "hw.perflevel0.l2cachesize": "16777216",
            },
            {"L1d": 131072, "L2": 16777216},
        ),
        (  # an Intel Mac
            {"hw.l1dcachesize": "32768", "hw.l2cachesize": "262144", "hw.l3cachesize": "6291456"},
            {"L1d": 32768, "L2": 262144, "L3": 6291456},
        ),
        ({"hw.l2cachesize": "0", "hw.l3cachesize": "second level name unknown"}, {}),
    ],
)
def test_macos_is_asked_by_sysctl(
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    answers: dict[str, str],
    caches: dict[str, int],
) -> None:
    answers = {"machdep.cpu.brand_string": "Apple M2", **answers}
    monkeypatch.setattr(context_module, "_sysctl", lambda name: answers.get(name, ""))
    here = Context.here()
    assert here.cpu == "Apple M2"
    assert here.caches == caches


def test_a_system_file_that_cannot_be_read_is_an_unknown_fact(tmp_path: Path) -> None:
    assert context_module._read(str(tmp_path / "none")) == ""
    assert context_module._read(str(tmp_path)) == ""
    (tmp_path / "odd").write_bytes(b"model name : \xff\n")
    assert "model name" in context_module._read(str(tmp_path / "odd"))


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
