"""Strides: the same number of elements, spread over more and more cache lines."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

STRIDES = (1, 2, 4, 8, 16, 32, 64)
SIZES = tuple(2**exponent for exponent in range(10, 21, 2))
QUICK_SIZES = SIZES[:5:2]
LINE_BYTES = 64
PAGE_BYTES = 4096
# A call into NumPy takes longer than copying the smallest array, so one call copies at least so
# many elements.
ELEMENTS_A_CALL = 2**16


def lines_touched(elements: int, stride: int) -> int:
    """Return how many 64-byte lines hold `elements` float32 values that lie `stride` apart."""
    return min(-(-elements * 4 * stride // LINE_BYTES), elements)


def passes(elements: int) -> int:
    """Return how often one call copies an array of so many elements."""
    return max(1, ELEMENTS_A_CALL // elements)


def strided_copy(source: NDArray[np.float32], elements: int, stride: int) -> partial[None]:
    """Return a call that copies elements which lie a stride apart, in one pass or many."""
    repeats = passes(elements)
    if repeats == 1:
        return partial(np.copyto, _result(elements, source), source[::stride][:elements])
    # Each pass writes one line further on: NumPy makes the axis of the shortest step in the result
    # the inner one, and that must be the elements.
    line = LINE_BYTES // 4
    target = _result(elements + repeats * line, source)
    return partial(
        np.copyto,
        as_strided(target, (repeats, elements), (LINE_BYTES, 4)),
        as_strided(source, (repeats, elements), (0, 4 * stride)),
    )


def _result(elements: int, source: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an array for a result, half a page further into its pages than the source.

    Where a result lies less than a line further into its pages than what is copied, some
    processors take each load for one of what was stored just before, and a copy of neighbours
    takes ten times as long. Whether it lies so would be chance.
    """
    room = np.empty(elements + PAGE_BYTES // 4, np.float32)
    wanted = source.ctypes.data + PAGE_BYTES // 2
    first = (wanted - room.ctypes.data) % PAGE_BYTES // 4
    return room[first : first + elements]


def _prepare(elements: int) -> list[Sampler]:
    source = np.ones(elements * max(STRIDES), dtype=np.float32)
    return in_turns([strided_copy(source, elements, stride) for stride in STRIDES])


def _groups(quick: bool) -> list[Group]:
    return [
        Group(
            cases=[
                Case(
                    labels={"stride": stride, "n": elements},
                    elements=passes(elements) * elements,
                    bytes=passes(elements)
                    * (LINE_BYTES * lines_touched(elements, stride) + 4 * elements),
                )
                for stride in STRIDES
            ],
            prepare=partial(_prepare, elements),
        )
        for elements in (QUICK_SIZES if quick else SIZES)
    ]


PLAN = Plan(
    name="stride",
    title="Copying the same number of elements, a stride apart",
    counting=(
        "64 bytes for each cache line that holds an element that is read, and four for each "
        "element written, without write-allocate. One call may copy the same elements many times."
    ),
    groups=_groups,
)
