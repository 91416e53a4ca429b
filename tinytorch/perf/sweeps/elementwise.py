"""Element-wise operations, once on an array that fits the cache and once on one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations, positive
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

Array = NDArray[np.float32]

IN_CACHE = 2**12
IN_MEMORY = 2**24
QUICK_IN_MEMORY = 2**22
PYTHON_LOOP = "Python loop"
# Activations have both signs, and a scalar powf branches on the sign: its price belongs here too.
MIXED_SIGNS = "power 3, mixed signs"


def _two_products(x: Array, out: Array) -> None:
    np.multiply(x, x, out=out)
    np.multiply(out, x, out=out)


OPERATIONS: dict[str, tuple[int, Callable[[Array, Array, Array], object]]] = {
    "add": (2, lambda x, y, out: np.add(x, y, out=out)),
    "multiply": (2, lambda x, y, out: np.multiply(x, y, out=out)),
    "divide": (2, lambda x, y, out: np.divide(x, y, out=out)),
    "sqrt": (1, lambda x, y, out: np.sqrt(x, out=out)),
    "exp": (1, lambda x, y, out: np.exp(x, out=out)),
    "tanh": (1, lambda x, y, out: np.tanh(x, out=out)),
    "power 3": (1, lambda x, y, out: np.power(x, 3, out=out)),
    "x*x*x": (1, lambda x, y, out: _two_products(x, out)),
}
"""Operation: how many arrays it reads, and the call. All write into an array that exists."""


def _add_lists(x: list[float], y: list[float]) -> list[float]:
    return [a + b for a, b in zip(x, y, strict=True)]


def _prepare(n: int) -> list[Sampler]:
    x, y = positive(n, seed=1), positive(n, seed=2)
    out = np.empty_like(x)
    calls: list[Callable[[], object]] = [
        partial(call, x, y, out) for _, call in OPERATIONS.values()
    ]
    calls.append(partial(np.power, activations(n), 3, out=out))
    if n == IN_CACHE:
        calls.append(partial(_add_lists, x.tolist(), y.tolist()))
    return in_turns(calls)


def _groups(quick: bool) -> list[Group]:
    groups = []
    for n in (IN_CACHE, QUICK_IN_MEMORY if quick else IN_MEMORY):
        cases = [
            Case(
                labels={"operation": name, "n": n},
                elements=n,
                flops=n * (2 if name == "x*x*x" else 1),
                bytes=4 * n * (reads + 1),
            )
            for name, (reads, _) in OPERATIONS.items()
        ]
        cases.append(Case({"operation": MIXED_SIGNS, "n": n}, elements=n, flops=n, bytes=8 * n))
        if n == IN_CACHE:
            # A list holds pointers to float objects: no honest count of bytes, so none is given.
            cases.append(Case({"operation": PYTHON_LOOP, "n": n}, elements=n, flops=n))
        groups.append(Group(cases, partial(_prepare, n)))
    return groups


PLAN = Plan(
    name="elementwise",
    title="Element-wise operations on one thread, in cache and in memory",
    counting=(
        "One FLOP per element and operation (two for x*x*x); four bytes for each float32 value "
        "read or written, without write-allocate."
    ),
    groups=_groups,
)
