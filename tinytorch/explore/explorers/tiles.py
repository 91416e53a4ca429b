"""The tile explorer: tile and matrix size against rate, caches, blocks and roofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.explore.chart import Row
from tinytorch.explore.explorers.caches import caches_of, smallest_holding
from tinytorch.explore.explorers.explorer import Explorer, Facts, Payload, State
from tinytorch.explore.explorers.module import notebook_module
from tinytorch.explore.explorers.roofs import Roofs, spread_from, spread_list
from tinytorch.explore.learner.attempt import Function
from tinytorch.explore.live import BUDGET_SECONDS, Measurement, measure_call
from tinytorch.perf.benchmarking import square_matrices
from tinytorch.perf.context import Context, measured_here
from tinytorch.perf.profiling import capacity, duration, size
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import Spread, percent, significant
from tinytorch.perf.sweeps.labels import NO_TILE
from tinytorch.perf.traffic.access import VALUE_BYTES
from tinytorch.perf.traffic.counted import blocked_matmul

ASKED_N = 1024
LIVE_SIZES = (64, 128, 256, 512, 1024)
LIVE_TILES = tuple(2**exponent for exponent in range(3, 11))
LIVE_STATE = {"n": 512, "tile": 128, "step": 1}
ONE_CALL = "np.matmul"


class TileExplorer(Explorer):
    """Tile size and matrix size of a tiled product; `explore_tiles` makes one."""

    name = "tiles"
    title = "Tile explorer"
    _esm = notebook_module("tiles")

    def __init__(
        self,
        payload: Payload,
        state: State | None = None,
        function: Function | None = None,
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._function = function
        self._budget = budget
        self._matrices: tuple[Tensor, Tensor] | None = None
        super().__init__(payload, state)

    def start(self) -> State:
        """Return the state before anything was moved."""
        if self.is_live:
            return dict(LIVE_STATE)
        sizes = self.payload["sizes"]
        n = ASKED_N if ASKED_N in sizes else sizes[-1]
        tiles = self.tiles(n)
        return {"n": n, "tile": tiles[len(tiles) // 2], "step": 1}

    def tiles(self, n: int) -> list[int]:
        """Return the tile sizes that the control offers for matrices of n by n."""
        if self.is_live:
            return [tile for tile in self.payload["tiles"] if tile <= n]
        return sorted(point["tile"] for point in self.payload["points"] if point["n"] == n)

    def states(self) -> Iterator[State]:
        """Give every size with every tile, at the first step and at the last."""
        for n in self.payload["sizes"]:
            for tile in self.tiles(n):
                for step in sorted({1, steps_of(n, tile)}):
                    yield {"n": n, "tile": tile, "step": step}

    def facts(self, state: State) -> Facts:
        """Return what the tile needs, moves and reaches."""
        n, tile = state["n"], state["tile"]
        traffic = blocked_matmul(n, tile)
        flops = 2 * n**3
        cache = smallest_holding(self.payload["caches"], three_tiles(tile))
        facts = {
            "Three tiles take": capacity(three_tiles(tile)),
            "Smallest cache for three": f"{cache[0]} ({capacity(cache[1])})" if cache else "none",
            "Steps of the loop": f"{steps_of(n, tile):,}",
            "FLOP in a full step": f"{2 * tile**3:,}",
            "Bytes moved, counted": size(traffic.minimal),
            "with write-allocate": size(traffic.with_write_allocate),
            "Intensity": f"{significant(flops / traffic.minimal)} FLOP/byte",
        }
        point = self._point(n, tile)
        if point is None:
            return facts
        seconds, gflops = spread_from(point["seconds"]), spread_from(point["gflops"])
        facts |= {
            "One product takes": duration(seconds.median),
            "Rate (quartiles)": f"{gflops} GFLOP/s",
            "Of the rate of one call": percent(1 / point["ratio"][0]),
        }
        if self.payload["roofs"] is None:
            return facts
        roofs = Roofs.from_payload(self.payload["roofs"])
        kernel = roofs.kernel(
            self.name, flops, traffic.minimal, seconds, working_set=3 * n**2 * VALUE_BYTES
        )
        headroom = kernel.attainable / gflops.median
        return facts | {
            "Limiting roof": f"{kernel.limit.name}, {significant(kernel.attainable)} GFLOP/s",
            "Still to be had": f"{significant(max(headroom, 1.0))} times",
        }

    def rows(self, state: State) -> list[Row]:
        """Return a row for each tile at the size of the state."""
        n = state["n"]
        rows: list[Row] = []
        for tile in self.tiles(n):
            point, cache = (
                self._point(n, tile),
                smallest_holding(self.payload["caches"], three_tiles(tile)),
            )
            rows.append(
                {
                    "tile": str(tile),
                    "three tiles take": capacity(three_tiles(tile)),
                    "smallest cache": cache[0] if cache else "none",
                    "steps": f"{steps_of(n, tile):,}",
                    "GFLOP/s (quartiles)": (
                        str(spread_from(point["gflops"])) if point else "not measured"
                    ),
                    "of one call": percent(1 / point["ratio"][0]) if point else "not measured",
                }
            )
        return rows

    def task(self, state: State) -> str:
        """Say which product is measured."""
        return f"tile {state['tile']} at n = {state['n']}"

    def measurement(self, state: State) -> Measurement:
        """Measure the learner's product and one call of NumPy's in turns, and keep both."""
        assert self._function is not None, "a recording is never measured"
        n, tile = state["n"], state["tile"]
        a, b = self._operands(n)
        yield 0
        samples = yield from measure_call(
            "tiled_matmul",
            self._function,
            (a, b, tile),
            {ONE_CALL: partial(np.matmul, a.data, b.data)},
            budget=self._budget,
            where=f"n = {n}, tile {tile}",
            remedy="choose a larger tile or a smaller n, or give explore_tiles(..., budget=2)",
        )
        yours, one_call = samples["tiled_matmul"], samples[ONE_CALL]
        flops = 2 * n**3
        point = {
            "n": n,
            "tile": tile,
            "seconds": spread_list(Spread.of(yours)),
            "gflops": spread_list(Spread.of(flops / sample / 1e9 for sample in yours)),
            "ratio": spread_list(
                Spread.of(mine / numpy for mine, numpy in zip(yours, one_call, strict=True))
            ),
        }
        whole = {
            "n": n,
            "gflops": spread_list(Spread.of(flops / sample / 1e9 for sample in one_call)),
        }
        self.payload = {
            **self.payload,
            "points": [*(p for p in self.payload["points"] if not _same(p, point)), point],
            "whole": [*(p for p in self.payload["whole"] if p["n"] != n), whole],
        }

    def _operands(self, n: int) -> tuple[Tensor, Tensor]:
        """Return two matrices; those of the last size are kept, since making them takes a while."""
        if self._matrices is None or self._matrices[0].shape[0] != n:
            self._matrices = square_matrices(n)
        return self._matrices

    def _point(self, n: int, tile: int) -> dict[str, Any] | None:
        for point in self.payload["points"]:
            if (point["n"], point["tile"]) == (n, tile):
                return point
        return None


def steps_of(n: int, tile: int) -> int:
    """Return how many small products a tiled product of n by n matrices takes."""
    return ceil(n / tile) ** 3


def three_tiles(tile: int) -> int:
    """Return the bytes of one tile each of A, B and C, in float32."""
    return 3 * tile**2 * VALUE_BYTES


def recorded_tiles(rec: Recording) -> dict[str, Any]:
    """Return the data of the tile explorer from a recording."""
    sweep = rec.sweep("tiled_matmul")
    points, whole = [], []
    for point in sweep.points:
        n, tile = int(point.case["n"]), point.case["tile"]
        if tile == NO_TILE:
            whole.append({"n": n, "gflops": spread_list(point.gflops)})
            continue
        points.append(
            {
                "n": n,
                "tile": int(tile),
                "seconds": spread_list(point.seconds),
                "gflops": spread_list(point.gflops),
                "ratio": spread_list(sweep.ratio(point, sweep.point(n=n, tile=NO_TILE))),
            }
        )
    return {
        "badge": rec.badge,
        "call": "explore_tiles(recording",
        "home": "recorded",
        "caches": caches_of(rec.context),
        "roofs": Roofs.of(rec.ceilings).payload(),
        "sizes": sorted({point["n"] for point in points}),
        "tiles": sorted({point["tile"] for point in points}),
        "points": points,
        "whole": whole,
    }


def _same(point: Payload, other: Payload) -> bool:
    return (point["n"], point["tile"]) == (other["n"], other["tile"])


def live_tiles(function: Function) -> Payload:
    """Return the data of the tile explorer before anything was measured here."""
    return {
        "badge": measured_here(),
        "call": f"explore_tiles({getattr(function, '__name__', 'tiled_matmul')}",
        "home": "here",
        "caches": caches_of(Context.here()),
        "roofs": None,
        "sizes": list(LIVE_SIZES),
        "tiles": list(LIVE_TILES),
        "points": [],
        "whole": [],
    }


def explore_tiles(
    source: Recording | Callable[..., Any], *, budget: float = BUDGET_SECONDS, **state: Any
) -> TileExplorer:
    """Explore tile sizes: of a recording, or of your own ``tiled_matmul``, measured as you move.

    Parameters
    ----------
    source : Recording or callable
        A callable is measured on this machine, on one thread, whenever a control has moved.
    budget : float
        Seconds that one measurement may take.
    **state
        Where the controls stand at first, for example ``n=512, tile=64``.
    """
    if isinstance(source, Recording):
        return TileExplorer(recorded_tiles(source), state)
    return TileExplorer(live_tiles(source), state, source, budget)
