"""The tile loop over tile sizes and matrix sizes, beside one call of np.matmul."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import matmul_cost, tiled_matmul
from tinytorch.perf.ladders.matmul import COUNTING
from tinytorch.perf.points import Label
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.labels import NO_TILE
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

SIZES = (128, 256, 512, 1024, 2048)
QUICK_SIZES = SIZES[:4]
TILES = tuple(2**exponent for exponent in range(3, 11))

# A step of the loop in Python takes one or two microseconds however small its tile, so this many
# steps take about five seconds: longer points teach nothing new.
MOST_STEPS = 3_000_000
MOST_QUICK_STEPS = 300_000


def _tiles(n: int, quick: bool) -> list[int]:
    most = MOST_QUICK_STEPS if quick else MOST_STEPS
    return [tile for tile in TILES if tile <= n and (n // tile) ** 3 <= most]


def _prepare(n: int, quick: bool) -> list[Sampler]:
    a, b = Tensor(activations(n, n, seed=1)), Tensor(activations(n, n, seed=2))
    calls: list[Callable[[], object]] = [
        partial(tiled_matmul, a, b, tile) for tile in _tiles(n, quick)
    ]
    return in_turns([*calls, partial(np.matmul, a.data, b.data)])


def _groups(quick: bool) -> list[Group]:
    groups = []
    tiles: list[Label]
    for n in QUICK_SIZES if quick else SIZES:
        flops, moved = matmul_cost(n, n, n)
        tiles = [*_tiles(n, quick), NO_TILE]
        groups.append(
            Group(
                cases=[
                    Case({"tile": tile, "n": n}, elements=n * n, flops=flops, bytes=moved)
                    for tile in tiles
                ],
                prepare=partial(_prepare, n, quick),
            )
        )
    return groups


PLAN = Plan(
    name="tiled_matmul",
    title="Tiled matmul on one thread, by tile size",
    counting=COUNTING,
    groups=_groups,
)
