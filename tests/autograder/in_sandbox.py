"""Run a few cells in a sandbox and see what became of them."""

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import Ending, Limits, SandboxedSubject, SandboxError, find_sandbox
from autograder.subject import Answer, ArrayArgument, Request
from autograder.submissions.prepared import CodeCell

# Short where a test waits for them, long where a busy machine must not decide.
LIMITS = {
    "cpu_seconds": 20.0,
    "wall_seconds": 60.0,
    "total_seconds": 120.0,
    "memory_bytes": 300 * 2**20,
    "processes": 16,
    "folder_bytes": 4 * 2**20,
    "output_bytes": 4096,
}
X = np.arange(6, dtype=np.float32).reshape(2, 3)
HONEST = "from tinytorch.core.tensor import Tensor\ndef f(x): return Tensor(x.data + 1)"


@dataclass(frozen=True)
class Outcome:
    said: str
    endings: tuple[Ending, ...]
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether `f` of `HONEST` still answers, and rightly."""
        result = self.answer.arrays.get("result")
        return result is not None and np.array_equal(result, X + 1)


def run(sandbox, *sources, function="f", **limits) -> Outcome:
    """Run cells, and then call a function that they define."""
    cells = [CodeCell(source, f"cell {i}") for i, source in enumerate(sources)]
    with SandboxedSubject(cells, sandbox, Limits(**{**LIMITS, **limits})) as subject:
        subject.run()
        subject.run()
        answer = subject.ask(Request("call", function, (ArrayArgument(X),)))
        return Outcome(subject.said, subject.endings, answer)


@functools.cache
def bubblewrap():
    """Find bubblewrap; a machine without it skips the test, unless it is the one that decides."""
    try:
        return find_sandbox("bubblewrap")
    except SandboxError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"bubblewrap: {error}")


def processes_named(mark: str) -> list[str]:
    """Give the command lines on this machine that hold a mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in text:
            found.append(text)
    return found
