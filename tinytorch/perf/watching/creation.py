"""NumPy's ways to make arrays that do not look at the class of an argument, watched for one call.

``np.empty(shape)`` gets no array, ``np.asarray`` strips an array of its class, and ``np.nditer``
hands out exact arrays. While a call is watched, others stand in for them, which watch what they
make. Only the thread that watches sees a difference, and only until the call returns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

import numpy as np

from tinytorch.perf.watching.array import (
    WatchedArray,
    plain,
    run_step,
    watch,
    watch_unfilled,
    watch_view,
)
from tinytorch.perf.watching.record import Record


@contextmanager
def creation_watched(record: Record) -> Iterator[None]:
    """Watch what NumPy makes within the ``with`` block, in this thread."""
    stand_ins = {
        "empty": partial(_make, record, False),
        # The operating system hands out zeros, so there is no step here.
        "zeros": partial(_make, record, True),
        "ones": partial(_fill, record),
        "full": partial(_fill, record),
        "array": partial(_convert, record),
        "asarray": partial(_convert, record),
        "asanyarray": partial(_convert, record),
        "ascontiguousarray": partial(_convert, record),
        "asfortranarray": partial(_convert, record),
        "nditer": partial(_iterate, record),
    }
    former = {name: getattr(np, name) for name in stand_ins}
    try:
        for name, stand_in in stand_ins.items():
            setattr(np, name, _in_one_thread(former[name], stand_in, record.thread))
        yield
    finally:
        for name, real in former.items():
            setattr(np, name, real)


def _in_one_thread(real: Any, stand_in: Callable[..., Any], thread: int) -> Callable[..., Any]:
    @wraps(real, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != thread:
            return real(*args, **kwargs)
        return stand_in(real, *args, **kwargs)

    return call


def _make(record: Record, zeroed: bool, real: Any, *args: Any, **kwargs: Any) -> Any:
    return watch_unfilled(real(*args, **kwargs), record, zeroed)


def _fill(record: Record, real: Any, *args: Any, **kwargs: Any) -> Any:
    call = partial(real, *args, **kwargs)
    made = call()
    watched = watch(made, record)
    record.add_step("fill", call, [], [made], [True])
    return watched


def _convert(record: Record, real: Any, *args: Any, **kwargs: Any) -> Any:
    if not args or not isinstance(args[0], WatchedArray):
        return real(*args, **kwargs)
    return run_step(record, "copy", partial(real, plain(args[0]), *args[1:], **kwargs), [args[0]])


def _iterate(record: Record, real: Any, op: Any, *args: Any, **kwargs: Any) -> Any:
    given = list(op) if isinstance(op, list | tuple) else [op]
    if not any(isinstance(operand, WatchedArray) for operand in given):
        return real(op, *args, **kwargs)
    operands = [plain(operand) for operand in given]
    iterator = real(operands if isinstance(op, list | tuple) else operands[0], *args, **kwargs)
    return WatchedIterator(iterator, given, record)


class WatchedIterator:
    """An ``np.nditer`` whose operands, and the blocks that it hands out, are watched.

    Parameters
    ----------
    iterator : nditer
        Over exact arrays.
    given : list
        The operands as the call gave them; None for those that the iterator was to make.
    record : Record
    """

    def __init__(self, iterator: Any, given: list[Any], record: Record) -> None:
        self._iterator = iterator
        self._record = record
        self.operands = tuple(
            watch_unfilled(used, record) if operand is None else operand
            for operand, used in zip(given, iterator.operands, strict=True)
        )
        for operand, used in zip(self.operands, iterator.operands, strict=True):
            if isinstance(operand, WatchedArray) and not np.shares_memory(plain(operand), used):
                self._leave()

    def _leave(self) -> None:
        self._record.leave("np.nditer copies values into a buffer of its own, unseen.")

    def _watched(self, values: Any) -> Any:
        if isinstance(values, tuple):
            return tuple(map(self._watched_block, values, self.operands))
        return self._watched_block(values, self.operands[0])

    def _watched_block(self, block: np.ndarray, operand: Any) -> Any:
        if not isinstance(operand, WatchedArray):
            return block
        if block.size and not np.may_share_memory(block, plain(operand)):
            self._leave()
        return watch_view(block, operand)

    def __enter__(self) -> WatchedIterator:
        self._iterator.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._iterator.__exit__(*exception)

    def __iter__(self) -> WatchedIterator:
        return self

    def __next__(self) -> Any:
        return self._watched(next(self._iterator))

    def __len__(self) -> int:
        return len(self._iterator)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(map(self._watched_block, self._iterator[index], self.operands[index]))
        return self._watched_block(self._iterator[index], self.operands[index])

    @property
    def value(self) -> Any:
        """The blocks under the iterator."""
        return self._watched(self._iterator.value)

    def __getattr__(self, name: str) -> Any:
        if name in ("itviews", "copy"):
            self._record.leave(f"The function uses np.nditer's {name}, which cannot be watched.")
        return getattr(self._iterator, name)
