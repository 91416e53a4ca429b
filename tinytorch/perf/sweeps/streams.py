"""Streaming kernels over working sets of any size: copy, scale, add and triad, written in NumPy.

The four are those of J. McCalpin's STREAM. A call into NumPy takes about as long as reading a whole
first-level cache, so small working sets are passed over many times within one call: an axis of
stride zero in front repeats the pass without another call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from tinytorch.perf.sampling import SHORT_SAMPLE_SECONDS, CallSampler

Array = NDArray[np.float32]
Pass = Callable[[], None]

LINE_BYTES = 64
PAGE_BYTES = 4096
# How much later in its page each array starts than the one before: a load waits for a store that
# lies at the same place of another page, for the processor compares the low twelve bits first.
STAGGER_BYTES = 17 * LINE_BYTES
# NumPy copies short rows into a buffer of its own, which would be another kernel. This is the
# smallest buffer that it takes, too small for any row here.
SMALLEST_BUFFER = 16
# Triad takes two calls, so a large working set goes block by block: what the first call wrote is
# still in L2 when the second one reads it, and only three arrays cross the bus.
TRIAD_BLOCK = 32_768
FACTOR = np.float32(0.5)
MOST_ARRAYS = 3


@contextmanager
def unbuffered() -> Iterator[None]:
    """Keep NumPy from copying rows into its buffer."""
    before = np.setbufsize(SMALLEST_BUFFER)
    try:
        yield
    finally:
        np.setbufsize(before)


def repeated(array: Array, passes: int) -> Array:
    """Return a view of shape (passes, n) whose rows are all the same n elements."""
    return as_strided(array, (passes, array.size), (0, array.itemsize))


def carve(buffer: Array, arrays: int, elements: int) -> list[Array]:
    """Return arrays of so many elements out of one buffer, each at the start of a cache line."""
    stride = elements_apart(elements)
    start = -buffer.ctypes.data % LINE_BYTES // buffer.itemsize
    return [buffer[start + i * stride :][:elements] for i in range(arrays)]


def elements_apart(elements: int) -> int:
    """Return how many float32 elements lie between the starts of two carved arrays."""
    pages = -(-elements * 4 // PAGE_BYTES)
    return (pages * PAGE_BYTES + STAGGER_BYTES) // 4


def buffer_elements(working_set: int) -> int:
    """Return how long a buffer must be to carve any stream's arrays of this working set from."""
    return working_set // 4 + MOST_ARRAYS * (PAGE_BYTES + STAGGER_BYTES) // 4


def _copy(passes: int, a: Array, b: Array) -> Pass:
    # NumPy's own copies put the axis of stride zero innermost, and its `positive` is a scalar loop;
    # a byte "or" itself is that byte, in vectors.
    source, target = (repeated(array, passes).view(np.uint8) for array in (b, a))
    return partial(_call, np.bitwise_or, source, source, out=target)


def _scale(passes: int, a: Array, b: Array) -> Pass:
    return partial(_call, np.multiply, repeated(b, passes), FACTOR, out=repeated(a, passes))


def _add(passes: int, a: Array, b: Array, c: Array) -> Pass:
    rows = [repeated(array, passes) for array in (b, c, a)]
    return partial(_call, np.add, *rows[:2], out=rows[2])


def _triad(passes: int, a: Array, b: Array, c: Array) -> Pass:
    scaled = np.empty(min(a.size, TRIAD_BLOCK), dtype=np.float32)
    if a.size <= TRIAD_BLOCK:
        return partial(_triad_of_rows, *(repeated(array, passes) for array in (a, b, c, scaled)))
    # More passes over each block would find it in cache: these sets are passed over once a call.
    return partial(_triad_in_blocks, passes, a, b, c, scaled)


def _call(function: Callable[..., object], *operands: object, out: NDArray[Any]) -> None:
    with unbuffered():
        function(*operands, out=out)


def _triad_of_rows(a: Array, b: Array, c: Array, scaled: Array) -> None:
    _call(np.multiply, c, FACTOR, out=scaled)
    _call(np.add, scaled, b, out=a)


def _triad_in_blocks(passes: int, a: Array, b: Array, c: Array, scaled: Array) -> None:
    for _ in range(passes):
        for start in range(0, a.size, TRIAD_BLOCK):
            block = slice(start, start + TRIAD_BLOCK)
            product = scaled[: a[block].size]
            np.multiply(c[block], FACTOR, out=product)
            np.add(product, b[block], out=a[block])


@dataclass(frozen=True)
class Stream:
    """A streaming kernel.

    Attributes
    ----------
    arrays : int
        How many arrays it moves, the result among them.
    flops : int
        Operations per element.
    over : callable
        Takes a number of passes and that many arrays, the result first; returns the call.
    """

    arrays: int
    flops: int
    over: Callable[..., Pass]

    def elements(self, working_set: int) -> int:
        """Return how many float32 elements each array has, for all to take so many bytes."""
        return max(1, working_set // (4 * self.arrays))


STREAMS: dict[str, Stream] = {
    "copy": Stream(2, 0, _copy),
    "scale": Stream(2, 1, _scale),
    "add": Stream(3, 1, _add),
    "triad": Stream(3, 2, _triad),
}
"""a = b; a = s b; a = b + c; a = b + s c."""


class StreamSampler(CallSampler):
    """Time one stream over a working set that is shared out over Python threads.

    NumPy's loops release the interpreter lock, so threads do run side by side on long calls.

    Parameters
    ----------
    stream : Stream
    arrays : list of Array
        The result first.
    passes : int
        How often one call goes over the working set.
    threads : int
        Number of shares.
    pool : ThreadPoolExecutor, optional
        Its threads take the shares; without one, `threads` is 1 and this thread takes all.
    """

    def __init__(
        self,
        stream: Stream,
        arrays: list[Array],
        passes: int,
        threads: int = 1,
        pool: ThreadPoolExecutor | None = None,
    ) -> None:
        self.pool = pool
        shares = zip(*(np.array_split(array, threads) for array in arrays), strict=True)
        self.shares = [stream.over(passes, *share) for share in shares]
        super().__init__(self._run if pool else self.shares[0], shortest=SHORT_SAMPLE_SECONDS)

    def _run(self) -> None:
        assert self.pool is not None
        for done in [self.pool.submit(share) for share in self.shares]:
            done.result()

    def close(self) -> None:
        """End the threads; several samplers may share a pool, and each may end it."""
        if self.pool is not None:
            self.pool.shutdown()
