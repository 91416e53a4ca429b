"""What a measurement ran on: CPU or accelerator, caches, memory, Python, NumPy and its BLAS.

A time without its context cannot be compared with another. Everything here is optional: a fact that
the system does not tell is None, never a guess and never an error.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tinytorch.perf.blas import Blas, holds_threads

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


@dataclass(frozen=True)
class Context:
    """The machine and the software that a measurement ran on.

    Attributes
    ----------
    cpu : str
        The name the processor gives itself, or ``"unknown CPU"``.
    cores : int
        Logical cores that this process may use: at most what its affinity mask and the CPU limit of
        its control group (a container's ``--cpus``) allow.
    caches : dict of str to int
        Bytes by level, for example ``{"L1d": 32768, "L2": 524288, "L3": 33554432}``; empty if the
        system does not tell.
    memory_bytes : int or None
        Physical memory.
    os, python, numpy : str
        Names and versions.
    blas : str or None
        For example ``"OpenBLAS 0.3.31"``.
    blas_kernel : str or None
        The instruction-set kernel that BLAS chose for this CPU, for example ``"Haswell"``.
    date : str
        Day of the measurement, ISO 8601.
    packages : dict of str to str
        Versions of what else took part, by the name that a reader knows it by, for example
        ``{"PyTorch": "2.13.0", "CUDA": "13.0"}``; empty where NumPy worked alone.
    accelerator : str or None
        The GPU that was measured, for example ``"NVIDIA H100"``; None for a measurement of the CPU.
    """

    cpu: str
    cores: int
    caches: dict[str, int] = field(default_factory=dict)
    memory_bytes: int | None = None
    os: str = "unknown"
    python: str = "unknown"
    numpy: str = "unknown"
    blas: str | None = None
    blas_kernel: str | None = None
    date: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    accelerator: str | None = None

    @classmethod
    def here(cls) -> Context:
        """Describe the machine that this process runs on."""
        blas = Blas.of_numpy()
        return cls(
            cpu=_cpu_name(),
            cores=usable_cores(),
            caches=_caches(),
            memory_bytes=_memory_bytes(),
            os=_os_name(),
            python=platform.python_version(),
            numpy=np.__version__,
            blas=str(blas) if blas else None,
            blas_kernel=blas.kernel if blas else None,
            date=datetime.date.today().isoformat(),
        )

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Context:
        """Read what `to_dict` wrote; keys that this version does not know are ignored."""
        known = cls.__dataclass_fields__
        return cls(**{key: value for key, value in facts.items() if key in known})

    def to_dict(self) -> dict[str, Any]:
        """Return every fact by name, ready for JSON; what took no part is left out."""
        facts = asdict(self)
        for key in ("packages", "accelerator"):
            if not facts[key]:
                del facts[key]
        return facts

    @property
    def machine(self) -> str:
        """What was measured, in words: ``"AMD EPYC, 2 cores"``, or the accelerator's name."""
        if self.accelerator:
            return self.accelerator
        return f"{self.cpu}, {self.cores} core{'s' if self.cores != 1 else ''}"

    @property
    def summary(self) -> str:
        """One line for a badge: machine, date, NumPy with its BLAS, and what else took part.

        NumPy is left out where an accelerator was measured: it computes nothing there.
        """
        parts = [self.machine, self.date]
        if not self.accelerator:
            parts.append(f"NumPy {self.numpy}")
            if self.blas:
                parts.append(self._blas_in_words(self.blas))
        parts += [f"{name} {version}" for name, version in self.packages.items()]
        return ", ".join(part for part in parts if part)

    def _blas_in_words(self, blas: str) -> str:
        name = re.sub(r" \d\S*$", "", blas)
        if self.blas_kernel:
            return f"{name} ({self.blas_kernel} kernels)"
        # Charts say "one thread", which nothing here can hold such a library to.
        return name if holds_threads(name) else f"{name} (chooses its own threads)"

    @property
    def slug(self) -> str:
        """The machine as a file name: ``"amd-epyc-2-cores"``. Never a host name, never a path."""
        return re.sub(r"[^a-z0-9]+", "-", self.machine.lower()).strip("-")

    @property
    def last_level_cache_bytes(self) -> int | None:
        """Bytes of the largest cache, or None if the system does not tell."""
        return max(self.caches.values(), default=None)

    def same_setting(self, other: Context) -> bool:
        """Tell whether measurements of both may stand in one recording: all equal but the date."""
        mine, theirs = self.to_dict(), other.to_dict()
        mine.pop("date"), theirs.pop("date")
        return mine == theirs


def measured_here() -> str:
    """Badge of a measurement that was made just now, on this machine."""
    return f"measured here: {Context.here().summary}"


def clean_cpu_name(raw: str) -> str:
    """Drop trade marks, clock rates and filler words from a processor's name."""
    name = re.sub(r"\((R|TM|r|tm)\)|®|™", " ", raw)
    name = re.sub(r"@.*$|\b(CPU|Processor)\b|\b\d+-Core\b", " ", name)
    return " ".join(name.split()) or "unknown CPU"


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _sysctl(name: str) -> str:
    """Ask macOS for one fact; an empty answer anywhere else."""
    if platform.system() != "Darwin":
        return ""
    try:
        answer = subprocess.run(
            ["sysctl", "-n", name], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def _cpu_name() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    raw = (
        (found.group(1) if found else "")
        or _sysctl("machdep.cpu.brand_string")
        or platform.processor()
        or platform.machine()
    )
    return clean_cpu_name(raw)


def cpu_flags() -> frozenset[str]:
    """Instruction-set flags that Linux reports (``"avx2"``, ``"fma"`` ...); empty elsewhere."""
    found = re.search(r"^flags\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return frozenset(found.group(1).split()) if found else frozenset()


def thread_counts() -> list[int]:
    """Return 1 and the number of cores; only 1 on a machine with one core."""
    return sorted({1, usable_cores()})


def usable_cores() -> int:
    """Return the logical cores that this process may use, at least 1."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # macOS and Windows have no affinity mask
        allowed = os.cpu_count() or 1
    limit = _cgroup_cores()
    return max(1, min(allowed, limit)) if limit is not None else max(1, allowed)


def _cgroup_cores() -> int | None:
    """Return the cores whose worth of time the control groups of this process allow, rounded up.

    A group is also bound by those above it, and a container sees only a part of them.
    """
    # "0::/user.slice" (version 2), "1:cpu,cpuacct:/docker/..." (version 1): other lines rule memory
    # and the like.
    own = re.findall(
        r"^\d+:(?:|[^:\n]*\bcpu\b[^:\n]*):/(.*)$", _read("/proc/self/cgroup"), re.MULTILINE
    )
    limits = []
    for path in {"", *own}:
        for group in (Path(path), *Path(path).parents):
            for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/cpu"):
                quota = re.fullmatch(r"(\d+)\s+(\d+)\s*", _cpu_quota(Path(root, group)))
                if quota and int(quota.group(2)) > 0:
                    limits.append(-(-int(quota.group(1)) // int(quota.group(2))))
    return min(limits, default=None)


def _cpu_quota(group: Path) -> str:
    """Return "<quota> <period>" of one control group, of either version, as it stands there."""
    quota, period = (_read(str(group / f"cpu.cfs_{which}_us")) for which in ("quota", "period"))
    return _read(str(group / "cpu.max")) or f"{quota} {period}"


def parse_cache_size(text: str) -> int | None:
    """Read ``"32K"`` or ``"1M"`` as bytes; None if it is no size."""
    found = re.fullmatch(r"(\d+)\s*([KMG]?)", text.strip())
    return int(found.group(1)) * _UNITS[found.group(2)] if found else None


def _caches() -> dict[str, int]:
    """Return the caches of the first core; a level whose size is not told is left out."""
    caches: dict[str, int] = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index[0-9]*")):
        kind = _read(str(index / "type")).strip()
        size = parse_cache_size(_read(str(index / "size")))
        level = _read(str(index / "level")).strip()
        if kind != "Instruction" and size and level:
            caches[f"L{level}d" if level == "1" else f"L{level}"] = size
    for level, name in (("L1d", "l1dcachesize"), ("L2", "l2cachesize"), ("L3", "l3cachesize")):
        # On a chip with two kinds of cores the first answer is that of the fast ones.
        for question in (f"hw.perflevel0.{name}", f"hw.{name}"):
            answer = _sysctl(question)
            if answer.isdigit() and int(answer) > 0:
                caches.setdefault(level, int(answer))
    return caches


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _os_name() -> str:
    # Name and version only: a kernel release can carry the name of whoever built the machine.
    if platform.system() == "Linux":
        try:
            return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
        except OSError:
            return "Linux"
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}".strip()
    return platform.system() or "unknown"
