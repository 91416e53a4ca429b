"""An array that records what NumPy does with it.

Inside `Recorder.calling` every array that a function of the ``numpy`` namespace makes is a
`RecordedArray`, so honest code that pads, copies, reshapes, slices or starts from ``np.zeros``
stays recorded. Operations run on plain arrays underneath; a subclass may change their results.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import types
import weakref
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor

_active: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


class RecordedArray(np.ndarray):
    """An ndarray whose operations go through the active recorder."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **keywords: Any) -> Any:
        recorder = _active.get()
        plain_inputs, plain_keywords = plain(inputs), plain(keywords)
        if recorder is None:
            # The learner's code kept an array from an earlier probe: it is just an array now.
            return getattr(ufunc, method)(*plain_inputs, **plain_keywords)
        result = recorder.ufunc(ufunc, method, plain_inputs, plain_keywords)
        out = keywords.get("out")
        if out is None or result is None:
            return recorder.adopt(result)
        return out[0] if len(out) == 1 else out

    def __array_function__(self, function: Any, kinds: Any, arguments: Any, keywords: Any) -> Any:
        recorder = _active.get()
        if recorder is None:
            return function(*plain(arguments), **plain(keywords))
        if recorder.replaces(function):
            result = recorder.function(function, plain(arguments), plain(keywords))
            out = keywords.get("out")
            return recorder.adopt(result) if out is None else out
        # NumPy's own implementation, on the recorded arrays: what it does inside is recorded too.
        return recorder.adopt(super().__array_function__(function, kinds, arguments, keywords))

    def astype(self, *arguments: Any, **keywords: Any) -> Any:
        """Convert, which writes a new array as an operation does."""
        result = super().astype(*arguments, **keywords)
        recorder = _active.get()
        if recorder is not None and result is not self:
            recorder.note("astype", result)
        return result

    def dot(self, other: Any, out: Any = None) -> Any:
        """Go through ``np.dot``: the method itself would not be recorded."""
        return np.dot(self, other, out=out)


def plain(value: Any) -> Any:
    """Replace every recorded array in nested tuples, lists and dicts by a plain view of it."""
    if isinstance(value, RecordedArray):
        return value.view(np.ndarray)
    if type(value) in (tuple, list):
        return type(value)(plain(part) for part in value)
    if type(value) is dict:
        return {key: plain(part) for key, part in value.items()}
    return value


def recorded(value: Any) -> Any:
    """View every exact ndarray in a result as a recorded array."""
    if type(value) is np.ndarray:
        recorder = _active.get()
        return value.view(RecordedArray if recorder is None else recorder.array_type)
    if type(value) in (tuple, list):
        return type(value)(recorded(part) for part in value)
    return value


def active() -> Recorder | None:
    """Return the recorder of the call under way."""
    return _active.get()


class Recorder:
    """Counts operations by name, result type and shape, and follows the arrays they write.

    Parameters
    ----------
    large : int
        Number of elements from which an array is followed.
    """

    array_type: type[RecordedArray] = RecordedArray

    def __init__(self, large: int) -> None:
        self._large = large
        self._counts: dict[tuple[str, str, tuple[int, ...]], int] = {}
        self._alive: dict[int, weakref.ref[np.ndarray]] = {}
        self._written: list[tuple[str, int, int]] = []
        self.most_alive = 0

    def replaces(self, function: Any) -> bool:
        """Say whether `function` handles this function of the numpy namespace."""
        return False

    def function(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Run a function of the numpy namespace on plain arguments."""
        return function(*arguments, **keywords)

    def ufunc(self, ufunc: np.ufunc, method: str, inputs: Any, keywords: Any) -> Any:
        """Run a ufunc on plain inputs and write it down."""
        result = getattr(ufunc, method)(*inputs, **keywords)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        for part in result if isinstance(result, tuple) else (result,):
            if isinstance(part, np.ndarray | np.generic):
                self.note(name, part)
        return result

    def note(self, name: str, result: np.ndarray | np.generic) -> None:
        """Write down that an operation made this array or scalar."""
        key = (name, str(result.dtype), result.shape)
        self._counts[key] = self._counts.get(key, 0) + 1
        if isinstance(result, np.ndarray) and result.size >= self._large:
            self._follow(name, result)

    def adopt(self, result: Any) -> Any:
        """Make the arrays of a result recorded ones."""
        return recorded(result)

    def created(self, function: Any, arguments: Any, keywords: Any, result: Any) -> Any:
        """Take what a function of the numpy namespace returned to whoever called it by name."""
        return self.adopt(result)

    def iterates(self, iterator: Any) -> None:
        """Take note of an ``np.nditer`` that was just made."""

    def operations(self) -> list[dict[str, Any]]:
        """List what was done, JSON-able, equal operations counted together."""
        return [
            {"name": name, "dtype": dtype, "shape": list(shape), "times": times}
            for (name, dtype, shape), times in self._counts.items()
        ]

    def written_outside(self, result: np.ndarray | None) -> list[str]:
        """Name the operations that wrote a large array anywhere but into the result's memory."""
        if result is None:
            return [name for name, _, _ in self._written]
        low, high = np.lib.array_utils.byte_bounds(result)
        return [name for name, start, end in self._written if end <= low or start >= high]

    def _follow(self, name: str, array: np.ndarray) -> None:
        self._written.append((name, *np.lib.array_utils.byte_bounds(array)))
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        key = id(owner)
        if key not in self._alive:
            self._alive[key] = weakref.ref(owner, lambda _: self._alive.pop(key, None))
            self.most_alive = max(self.most_alive, len(self._alive))

    def calling(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Call a function with recorded arrays in its tensors, under the patched namespace."""
        for argument in arguments:
            if isinstance(argument, Tensor):
                argument.data = argument.data.view(self.array_type)
        token = _active.set(self)
        try:
            with _recording_numpy(function):
                return function(*arguments, **keywords)
        finally:
            _active.reset(token)


class _RecordedIterator:
    """``np.nditer``, which cannot be subclassed, giving recorded arrays."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        iterator = _NDITER(*plain(arguments), **plain(keywords))
        object.__setattr__(self, "_iterator", iterator)
        recorder = _active.get()
        if recorder is not None:
            recorder.iterates(iterator)

    def __getattr__(self, name: str) -> Any:
        return recorded(getattr(self._iterator, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._iterator, name, value)

    def __enter__(self) -> _RecordedIterator:
        self._iterator.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._iterator.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return (recorded(values) for values in self._iterator)

    def __next__(self) -> Any:
        return recorded(next(self._iterator))

    def __len__(self) -> int:
        return len(self._iterator)

    def __getitem__(self, index: Any) -> Any:
        return recorded(self._iterator[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._iterator[index] = value


_NDITER = np.nditer
_FUNCTION_TYPES = (types.FunctionType, types.BuiltinFunctionType, type(np.sum))


def _recording(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function, assigned=("__name__", "__qualname__", "__doc__"), updated=())
    def make(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        recorder = _active.get()
        if recorder is None:
            return recorded(result)
        return recorder.created(function, arguments, keywords, result)

    return make


def _wrappers() -> dict[str, tuple[Any, Any]]:
    """For each function of the numpy namespace, itself and its recording twin."""
    found: dict[str, tuple[Any, Any]] = {"nditer": (_NDITER, _RecordedIterator)}
    for name, value in vars(np).items():
        if isinstance(value, _FUNCTION_TYPES) and not name.startswith("_"):
            found[name] = (value, _recording(value))
    return found


_WRAPPERS = _wrappers()
_TWINS = {id(original): (original, twin) for original, twin in _WRAPPERS.values()}


@contextlib.contextmanager
def _recording_numpy(function: Callable[..., Any]) -> Iterator[None]:
    """Patch the numpy namespace, and the names that the function's module imported from it."""
    names = getattr(inspect.unwrap(function), "__globals__", {})
    imported = {
        name: value
        for name, value in names.items()
        if id(value) in _TWINS and _TWINS[id(value)][0] is value
    }
    namespace = {name: getattr(np, name) for name in _WRAPPERS}
    try:
        for name, (original, twin) in _WRAPPERS.items():
            if namespace[name] is original:
                setattr(np, name, twin)
        for name, value in imported.items():
            names[name] = _TWINS[id(value)][1]
        yield
    finally:
        for name, value in namespace.items():
            setattr(np, name, value)
        names.update(imported)
