"""What a function on an array does, step by step: every call into NumPy, its traffic and its time.

`trace` calls the function with an array that writes down each operation on itself and on what is
made of it, as the operation runs; then it plays the same operations again and times them. A step is
one call of a NumPy function (an operator is one too); bytes are those of the arrays that it reads
and writes, wherever they lie.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.perf.sampling import Clock
from tinytorch.perf.watching.array import WatchedArray, is_written, unwatched, watch_argument
from tinytorch.perf.watching.creation import creation_watched
from tinytorch.perf.watching.record import Record, RecordedStep
from tinytorch.perf.watching.tape import Tape

# An array with fewer elements than this share of the argument's and of the result's is scratch.
FULL_SIZE = 1 / 4


@dataclass(frozen=True)
class Step:
    """One step, or all those that one place in the program made.

    Attributes
    ----------
    name : str
        Names the place in the program: the operation, with a number from the second place on
        (``"multiply"``, ``"multiply (2)"``).
    operation : str
        NumPy's name for it; ``"copy"``, ``"astype"`` and ``"fill"`` stand for what does only that.
    calls : int
        Number of calls; more than one where a function goes block by block.
    seconds : float
        Within NumPy, with the allocation of a new array, when nobody watches (`Trace.again`).
    elements : int
        Values of the result; of the operand where it is reduced.
    bytes_read, bytes_written : int
        Each array that a call reads counts once, and each that it writes.
    bytes_fetched : int
        What write-allocate adds: bytes that a call wrote without having read them.
    new_array : bool
        Whether the result went into a new array, and not into one that was there already.
    alive : int
        Full-size arrays that the function had made and still held while the step ran, its result
        among them; the most, if there were several calls. The caller's array does not count.
    bytes_alive : int
        Bytes of all arrays that the function had made and still held, small ones too.
    """

    name: str
    operation: str
    calls: int
    seconds: float
    elements: int
    bytes_read: int
    bytes_written: int
    bytes_fetched: int
    new_array: bool
    alive: int
    bytes_alive: int

    @property
    def bytes(self) -> int:
        """Bytes read and written."""
        return self.bytes_read + self.bytes_written

    @property
    def bytes_with_write_allocate(self) -> int:
        """Bytes if each line that is only written is fetched first."""
        return self.bytes + self.bytes_fetched


@dataclass(frozen=True)
class Trace:
    """What one call did.

    Attributes
    ----------
    steps : tuple of Step
        In the order in which they ran; empty unless the trace is complete.
    reason : str
        How the function left what can be watched, in a sentence; empty if it did not.
    seconds : float
        The call while it was watched, which takes far longer than otherwise.
    result : numpy.ndarray or None
        What the function returned, as an exact array.
    tape : Tape or None
        The steps, to be played again; None unless the trace is complete.
    """

    steps: tuple[Step, ...]
    reason: str
    seconds: float
    result: np.ndarray | None
    tape: Tape | None = field(default=None, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether every step was watched."""
        return not self.reason

    @property
    def arrays_at_most(self) -> int:
        """Most full-size arrays that the function held at one time."""
        return max((step.alive for step in self.steps), default=0)

    def by_kind(self) -> tuple[Step, ...]:
        """Return one step for each place in the program, summed over its calls.

        In the order in which the places came first.
        """
        kinds: dict[str, Step] = {}
        for step in self.steps:
            kinds[step.name] = _sum(kinds[step.name], step) if step.name in kinds else step
        return tuple(kinds.values())

    def again(self, clock: Clock = time.perf_counter) -> Trace:
        """Return the trace with new seconds: let NumPy take the same steps once more, and time it.

        Between the steps only a look at the clock is left, and what it takes to find the arrays.
        Their sum leaves out what Python does for each call, and freeing arrays.
        """
        if self.tape is None:
            return self
        seconds = self.tape.play(clock)
        steps = zip(self.steps, seconds, strict=True)
        return replace(self, steps=tuple(replace(step, seconds=taken) for step, taken in steps))


def trace(
    function: Callable[[Any], Any],
    x: Tensor | np.ndarray,
    clock: Clock = time.perf_counter,
) -> Trace:
    """Call a function once and write down every step that NumPy takes for it.

    The function computes what it always does. It gets the array under another class, which it
    could tell by ``type``; of a Tensor it may use ``.data`` and ``.shape``. While it runs,
    ``np.empty``, ``np.asarray`` and a few more are replaced for this thread, since they make arrays
    that would not be watched.

    What cannot be watched is told, not guessed: after ``.tolist()``, arithmetic on single values,
    or a function of NumPy whose traffic is unknown, the trace has a reason and no steps. Only
    compiled code that writes through a buffer into an array that NumPy has filled before goes
    unnoticed.

    Parameters
    ----------
    function : callable
        Takes `x`; returns a Tensor or an array.
    x : Tensor or numpy.ndarray
        The function gets the same kind.
    clock : callable
        Returns seconds.

    Returns
    -------
    Trace

    Raises
    ------
    TypeError
        If `x` is neither. Whatever the function raises is passed on.
    RuntimeError
        If a function that is traced calls `trace` in turn.
    """
    array = x.data if isinstance(x, Tensor) else x
    if not isinstance(array, np.ndarray):
        raise TypeError(f"trace got {type(x).__name__}; expected a Tensor or an array.")
    with _one_at_a_time():
        record = Record(trace.__code__)
        watched = watch_argument(array, record)
        given = Tensor(watched) if isinstance(x, Tensor) else watched
        try:
            with creation_watched(record):
                start = clock()
                returned = function(given)
                seconds = clock() - start
            result = _exact(returned, record)
        finally:
            # What the function may have kept is an ordinary array from now on.
            record.open = False
    if record.reason:
        return Trace((), record.reason, seconds, result)
    elements = max(array.size, 0 if result is None else result.size)
    return Trace(_steps(record.steps, elements), "", seconds, result, record.tape()).again(clock)


_TRACING = RLock()
_depth = 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep other threads waiting, for NumPy is one for all, and refuse a trace within a trace."""
    global _depth
    with _TRACING:
        if _depth:
            raise RuntimeError("a function that is traced called trace itself; trace one of them")
        _depth += 1
        try:
            yield
        finally:
            _depth -= 1


def _exact(returned: Any, record: Record) -> np.ndarray | None:
    """Return the exact array that a function returned, or None with the reason on record."""
    array = returned if isinstance(returned, np.ndarray) else getattr(returned, "data", None)
    if not isinstance(array, np.ndarray):
        record.leave(
            f"The function returned {type(returned).__name__}; a Tensor or an array can be watched."
        )
        return None
    if not isinstance(array, WatchedArray):
        record.leave(
            "The function returned an array that was not watched: one made by code that is not "
            "NumPy's, or made before the call."
        )
        return array
    if array.size and not is_written(array):
        record.leave("The function returned an array that no watched step has written to.")
    return unwatched(array)


def _steps(recorded: list[RecordedStep], elements: int) -> tuple[Step, ...]:
    """Name recorded steps by their places, and count arrays against the size of a full one."""
    names: dict[tuple[Any, str], str] = {}
    places: dict[str, int] = {}
    steps = []
    for step in recorded:
        key = (step.site, step.operation)
        if key not in names:
            number = places[step.operation] = places.get(step.operation, 0) + 1
            names[key] = step.operation if number == 1 else f"{step.operation} ({number})"
        steps.append(
            Step(
                name=names[key],
                operation=step.operation,
                calls=1,
                seconds=0.0,
                elements=step.elements,
                bytes_read=step.bytes_read,
                bytes_written=step.bytes_written,
                bytes_fetched=step.bytes_fetched,
                new_array=step.new_array,
                alive=sum(buffer.elements >= FULL_SIZE * elements for buffer in step.alive),
                bytes_alive=sum(buffer.bytes for buffer in step.alive),
            )
        )
    return tuple(steps)


def _sum(one: Step, other: Step) -> Step:
    """Add a call to those that its place has made before."""
    return replace(
        one,
        calls=one.calls + other.calls,
        seconds=one.seconds + other.seconds,
        elements=one.elements + other.elements,
        bytes_read=one.bytes_read + other.bytes_read,
        bytes_written=one.bytes_written + other.bytes_written,
        bytes_fetched=one.bytes_fetched + other.bytes_fetched,
        new_array=one.new_array or other.new_array,
        alive=max(one.alive, other.alive),
        bytes_alive=max(one.bytes_alive, other.bytes_alive),
    )
