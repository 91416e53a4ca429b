"""Compare vectorized_matmul and tiled_matmul with np.matmul: in turns, on one thread."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import tiled_matmul, vectorized_matmul
from tinytorch.perf.context import measured_here
from tinytorch.perf.profiling import duration
from tinytorch.perf.sampling import CallSampler, Sampler, take_turns
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps.inputs import activations

SIZES = (16, 64, 256, 1024, 2048)
TILED_N = 2048
TILES = (128, 256, 512, 1024, 2048)


def timed(calls: list[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Return the samples of each call, in seconds, taken in turns."""
    samplers: list[Sampler] = [CallSampler(call) for call in calls]
    for sampler in samplers:
        sampler.warm_up()
    return take_turns(samplers, rounds)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the overhead of the one call, then the share that each tile size reaches."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks matmul_overhead", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=9, help="samples of each (default: 9)")
    rounds = max(1, parser.parse_args(argv).rounds)
    print(measured_here())
    print("vectorized_matmul over np.matmul (goal: at most 2 % and 2 µs)")
    for n in SIZES:
        a, b = activations(n, n, seed=1), activations(n, n, seed=2)
        ours, numpys = timed(
            [partial(vectorized_matmul, Tensor(a), Tensor(b)), partial(np.matmul, a, b)],
            4 * rounds,
        )
        ratio = Spread.of(x / y for x, y in zip(ours, numpys, strict=True))
        over = Spread.of(x - y for x, y in zip(ours, numpys, strict=True)).median
        print(f"n = {n}: {ratio:.3f} times as long, {duration(over)} more", flush=True)
    print(f"tiled_matmul at n = {TILED_N} (goal: at least 80 % of np.matmul at its best tile)")
    a, b = activations(TILED_N, TILED_N, seed=1), activations(TILED_N, TILED_N, seed=2)
    tiled = [partial(tiled_matmul, Tensor(a), Tensor(b), tile) for tile in TILES]
    numpys, *rest = timed([partial(np.matmul, a, b), *tiled], rounds)
    for tile, taken in zip(TILES, rest, strict=True):
        share = Spread.of(100 * y / x for x, y in zip(taken, numpys, strict=True))
        print(f"tile {tile}: {share:.0f} % of np.matmul")
    return 0


if __name__ == "__main__":
    sys.exit(main())
