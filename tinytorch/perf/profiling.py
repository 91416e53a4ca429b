"""Profile one call: how long it takes, how sure that is, and how much memory it needs at its worst.

The pattern is that of TinyTorch's profiling module: warm up, repeat, take the median, give the
spread.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tinytorch.core.allocation import allocations
from tinytorch.perf.context import Context
from tinytorch.perf.sampling import Clock, garbage_collection_paused
from tinytorch.perf.spread import Spread, significant

_TIME_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTE_UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def duration(seconds: float) -> str:
    """Write a time with three digits and the unit that suits it, for example ``"1.23 ms"``."""
    scale, unit = next(
        ((scale, unit) for scale, unit in _TIME_UNITS if abs(seconds) >= scale), _TIME_UNITS[-1]
    )
    return f"{significant(seconds / scale)} {unit}"


def size(count: float) -> str:
    """Write a number of bytes in the binary unit that suits it, for example ``"4.00 MiB"``."""
    for scale, unit in _BYTE_UNITS:
        if count >= scale:
            return f"{significant(count / scale)} {unit}"
    return f"{count:g} bytes"


def capacity(count: int) -> str:
    """Write a number of bytes as it is in KiB or MiB, for example ``"48 KiB"`` or ``"1.5 MiB"``."""
    return f"{count / 2**20:g} MiB" if count >= 2**20 else f"{count / 2**10:g} KiB"


@dataclass(frozen=True)
class Profile:
    """What `Profiler.profile` found about one call.

    Attributes
    ----------
    name : str
        Name of the function.
    seconds : Spread
        Time of one call.
    peak_bytes : int
        Most memory that the call held at one time, its result included (exact, by tracemalloc).
    peak_in_outputs : float or None
        The same in units of the result: 1.0 means the result and nothing else. None if the call
        returns no array.
    context : Context
        Where it was measured.
    result : object
        What the call returned.
    """

    name: str
    seconds: Spread
    peak_bytes: int
    peak_in_outputs: float | None
    context: Context
    result: Any

    def __str__(self) -> str:
        return "\n".join(f"{label:<9}{value}" for label, value in self._rows())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(value)}</td></tr>'
            for label, value in self._rows()
        )
        return f"<table><tbody>{cells}</tbody></table>"

    def _rows(self) -> list[tuple[str, str]]:
        spread = self.seconds
        memory = size(self.peak_bytes)
        if self.peak_in_outputs is not None:
            memory += f", {self.peak_in_outputs:.2f} times the result"
        return [
            ("call", self.name),
            (
                "time",
                f"{duration(spread.median)} ({duration(spread.q1)} to {duration(spread.q3)}), "
                f"{spread.runs} run{'s' if spread.runs != 1 else ''}",
            ),
            ("peak", memory),
            ("measured", f"here, on {self.context.summary}"),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the result, ready for JSON."""
        return {
            "name": self.name,
            "seconds": self.seconds.to_dict(),
            "peak_bytes": self.peak_bytes,
            "peak_in_outputs": self.peak_in_outputs,
            "context": self.context.to_dict(),
        }


class Profiler:
    """Measure calls: a few to warm up, then some that count.

    Parameters
    ----------
    warmup : int
        Calls before the first that counts; at least 0.
    repeats : int
        Calls that count; at least 1.
    clock : callable
        Returns seconds. The default is the finest monotonic clock that Python has.

    Raises
    ------
    ValueError
        If a count is no integer or too small.

    Examples
    --------
    >>> import numpy as np
    >>> profile = Profiler().profile(np.exp, np.zeros(1000, dtype=np.float32))
    >>> profile.seconds.runs
    7
    """

    def __init__(self, warmup: int = 2, repeats: int = 7, clock: Clock = time.perf_counter) -> None:
        for name, value, least in (("warmup", warmup, 0), ("repeats", repeats, 1)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(
                    f"{name} is {value!r}, expected an integer of at least {least}; for example "
                    f"Profiler(warmup=2, repeats=7)."
                )
        if not callable(clock):
            raise TypeError(f"clock is {clock!r}, expected a function such as time.perf_counter.")
        self.warmup = warmup
        self.repeats = repeats
        self.clock = clock

    def profile(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Profile:
        """Profile ``function(*args, **kwargs)``.

        Memory is measured in a call of its own: tracing allocations would slow the timed ones down.

        Raises
        ------
        TypeError
            If `function` cannot be called. Whatever the function raises is passed on.
        """
        if not callable(function):
            raise TypeError(
                f"profile was given {function!r}, expected a function and then its arguments: "
                f"profile(np.exp, x), not profile(np.exp(x))."
            )
        allocation = allocations(function, *args, **kwargs)
        for _ in range(self.warmup):
            function(*args, **kwargs)
        samples = []
        with garbage_collection_paused():
            for _ in range(self.repeats):
                start = self.clock()
                function(*args, **kwargs)
                samples.append(self.clock() - start)
        return Profile(
            name=getattr(function, "__name__", type(function).__name__),
            seconds=Spread.of(samples),
            peak_bytes=allocation.peak_bytes,
            peak_in_outputs=allocation.peak_in_outputs if allocation.output_bytes else None,
            context=Context.here(),
            result=allocation.result,
        )
