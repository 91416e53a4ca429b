"""Every benchmark: ``python -m benchmarks`` runs all of them, ``python -m benchmarks NAME`` one."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Benchmark:
    """What a benchmark is for, and the module whose ``main(arguments)`` runs it."""

    purpose: str
    module: str


BENCHMARKS = {
    "peers": Benchmark(
        "our kernels beside NumPy, PyTorch, numexpr, numba and JAX: writes a recording",
        "benchmarks.peers.command",
    ),
    "calibration": Benchmark(
        "how steady the ceilings are, beside np.matmul and a compiled STREAM: writes a recording",
        "benchmarks.calibration",
    ),
    "matmul_overhead": Benchmark(
        "what vectorized_matmul and tiled_matmul add to np.matmul",
        "benchmarks.matmul_overhead",
    ),
    "grading": Benchmark(
        "the autograder beside nbgrader's own, and the memory of a class: writes a recording",
        "benchmarks.grading.command",
    ),
    "repaint": Benchmark(
        "from a moved slider to the repainted explorer, in the built book in Chromium",
        "benchmarks.repaint",
    ),
    "pages": Benchmark(
        "how soon each page of the built book can be read, from a cold cache in Chromium",
        "benchmarks.pages",
    ),
}


def usage() -> str:
    """Return the help text."""
    lines = [
        "usage: python -m benchmarks [NAME [OPTION ...]]",
        "",
        "Without a name, run every benchmark; `python -m benchmarks NAME --help` shows the",
        "options of one.",
        "",
        *(f"  {name:16} {benchmark.purpose}" for name, benchmark in BENCHMARKS.items()),
    ]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Run what was asked for; return the exit status, that of the first failure if there is one."""
    if not argv:
        statuses = []
        for name in BENCHMARKS:
            print(f"\n{name}: {BENCHMARKS[name].purpose}\n", flush=True)
            statuses.append(run(name, []))
        return next((status for status in statuses if status), 0)
    if argv[0] in ("-h", "--help"):
        print(usage())
        return 0
    if argv[0] not in BENCHMARKS:
        print(f"There is no benchmark {argv[0]!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    return run(argv[0], argv[1:])


def run(name: str, arguments: Sequence[str]) -> int:
    """Run one benchmark; its module is imported only now, so that help needs none of them."""
    status: int = importlib.import_module(BENCHMARKS[name].module).main(list(arguments))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
