"""Strides: the same number of elements, spread over more and more cache lines."""

from __future__ import annotations

from functools import partial

import numpy as np

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

STRIDES = (1, 2, 4, 8, 16, 32, 64)
ELEMENTS = 2**20
LINE_BYTES = 64


def lines_touched(elements: int, stride: int) -> int:
    """Return how many 64-byte lines hold `elements` float32 values that lie `stride` apart."""
    return min(-(-elements * 4 * stride // LINE_BYTES), elements)


def _prepare(elements: int) -> list[Sampler]:
    source = np.ones(elements * max(STRIDES), dtype=np.float32)
    out = np.empty(elements, dtype=np.float32)
    views = [source[::stride][:elements] for stride in STRIDES]
    return in_turns([partial(np.copyto, out, view) for view in views])


def _groups(quick: bool) -> list[Group]:
    elements = ELEMENTS // 4 if quick else ELEMENTS
    return [
        Group(
            cases=[
                Case(
                    labels={"stride": stride, "n": elements},
                    elements=elements,
                    bytes=LINE_BYTES * lines_touched(elements, stride) + 4 * elements,
                )
                for stride in STRIDES
            ],
            prepare=partial(_prepare, elements),
        )
    ]


PLAN = Plan(
    name="stride",
    title="Copying the same number of elements, a stride apart",
    counting=(
        "64 bytes for each cache line that holds an element that is read, and four for each "
        "element written, without write-allocate."
    ),
    groups=_groups,
)
