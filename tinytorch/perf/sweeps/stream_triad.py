"""STREAM's triad in compiled C beside the streams of NumPy: what a call more costs.

All three pass over arrays far larger than any cache and move three of them. C does so in one loop,
NumPy's `add` in one call. NumPy's triad takes two calls, with a block between them that crosses the
second-level cache.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache, partial
from pathlib import Path

import numpy as np

from tinytorch.perf.context import Context
from tinytorch.perf.process_sampler import ProcessSampler
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.ceilings import working_sets
from tinytorch.perf.sweeps.plan import Case, Group, Plan
from tinytorch.perf.sweeps.streams import STREAMS, StreamSampler, buffer_elements, carve

SOURCE = Path(__file__).with_suffix(".c")
COMPILERS = ("cc", "gcc", "clang")
OPTIONS = ("-O3", "-march=native")

C_TRIAD = "C triad"
NUMPY_CODES = {"NumPy add": "add", "NumPy triad": "triad"}


def compile_triad(folder: str) -> Path | None:
    """Compile the triad into a folder; None if no C compiler is found, or it cannot."""
    compiler = next((path for name in COMPILERS if (path := shutil.which(name))), None)
    if compiler is None:
        return None
    program = Path(folder) / "stream_triad"
    answer = subprocess.run(
        [compiler, *OPTIONS, SOURCE, "-o", program], capture_output=True, check=False
    )
    return program if answer.returncode == 0 else None


@cache
def can_compile() -> bool:
    """Tell whether this machine can compile the triad."""
    with tempfile.TemporaryDirectory() as folder:
        return compile_triad(folder) is not None


class TriadSampler(ProcessSampler):
    """Time the compiled triad; the program lies in a temporary folder while it runs."""

    def __init__(self, elements: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        super().__init__([str(compile_triad(self.folder.name)), str(elements)])

    def close(self) -> None:
        """End the process and remove the program."""
        super().close()
        self.folder.cleanup()


def _prepare(elements: int) -> list[Sampler]:
    buffer = np.ones(buffer_elements(12 * elements), dtype=np.float32)
    samplers: list[Sampler] = [TriadSampler(elements)]
    for name in NUMPY_CODES.values():
        stream = STREAMS[name]
        samplers.append(StreamSampler(stream, carve(buffer, stream.arrays, elements), 1))
    return samplers


def _groups(quick: bool) -> list[Group]:
    if not can_compile():
        return []
    here = Context.here()
    largest = working_sets(here.last_level_cache_bytes, here.memory_bytes, coarse=True)[-1]
    elements = STREAMS["triad"].elements(largest)
    cases = [
        Case({"code": code, "n": elements}, elements=elements, bytes=12 * elements)
        for code in (C_TRIAD, *NUMPY_CODES)
    ]
    return [Group(cases, partial(_prepare, elements))]


PLAN = Plan(
    name="stream_triad",
    title="STREAM's triad in compiled C, beside NumPy's add and triad, on one thread",
    counting="Twelve bytes per element: two arrays read and one written, without write-allocate.",
    groups=_groups,
)
