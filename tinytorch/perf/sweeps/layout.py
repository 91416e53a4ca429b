"""The same elements in another order: rows against columns, copies against transposed copies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

Array = NDArray[np.float32]

SIZES = (512, 1024, 2048, 4096)
QUICK_SIZES = SIZES[:3]
# A 64 x 64 block of float32 is 16 KiB: source and target block fit the smallest L1 cache together.
BLOCK = 64


def _sum_along_rows(x: Array, out: Array) -> None:
    for row in x:
        row.sum()


def _sum_along_columns(x: Array, out: Array) -> None:
    for column in x.T:
        column.sum()


def _copy(x: Array, out: Array) -> None:
    np.copyto(out, x)


def _transposed_copy(x: Array, out: Array) -> None:
    np.copyto(out, x.T)


def _blocked_transposed_copy(x: Array, out: Array) -> None:
    n = len(x)
    for i in range(0, n, BLOCK):
        for j in range(0, n, BLOCK):
            np.copyto(out[j : j + BLOCK, i : i + BLOCK], x[i : i + BLOCK, j : j + BLOCK].T)


CASES: dict[str, tuple[int, Callable[[Array, Array], None]]] = {
    "sum along rows": (1, _sum_along_rows),
    "sum along columns": (1, _sum_along_columns),
    "copy": (2, _copy),
    "transposed copy": (2, _transposed_copy),
    "blocked transposed copy": (2, _blocked_transposed_copy),
}
"""Case: how many values it moves per element, and the call on a C-ordered matrix."""


def _prepare(n: int) -> list[Sampler]:
    x = activations(n, n)
    out = np.empty_like(x)
    return in_turns([partial(call, x, out) for _, call in CASES.values()])


def _groups(quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case({"case": case, "n": n}, elements=n * n, bytes=4 * moved * n * n)
                for case, (moved, _) in CASES.items()
            ],
            prepare=partial(_prepare, n),
        )
        for n in (QUICK_SIZES if quick else SIZES)
    ]


PLAN = Plan(
    name="layout",
    title="One square matrix in C order, traversed in different orders",
    counting=(
        "Four bytes per element for a sum, eight for a copy (one read, one write), in any order, "
        "so a rate shows how much of each cache line was of use."
    ),
    groups=_groups,
)
