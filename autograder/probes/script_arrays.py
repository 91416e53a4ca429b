"""Arrays that tell whoever follows a call of copies and assignments too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes.recording import RecordedArray, Recorder, active, plain


class Follower(Recorder, ABC):
    """A recorder that hears of everything that its arrays are asked for."""

    @abstractmethod
    def returned(self, name: str, result: Any) -> None:
        """Hear what a function of the numpy namespace returned."""

    @abstractmethod
    def picked(self, source: np.ndarray, key: Any, result: Any) -> Any:
        """Hear that something was picked out of an array; return what to hand out."""

    @abstractmethod
    def assign(self, array: np.ndarray, key: Any, value: Any) -> None:
        """Assign to elements of an array."""

    @abstractmethod
    def copied(self, source: np.ndarray, result: np.ndarray, name: str = "copy") -> None:
        """Hear of an array with the values of another, or a view of it."""

    @abstractmethod
    def leave(self, reason: str) -> None:
        """Give up following."""


class FollowedArray(RecordedArray):
    """A recorded array whose copies and assignments are followed as well."""

    def __array_function__(self, function: Any, kinds: Any, arguments: Any, keywords: Any) -> Any:
        result = super().__array_function__(function, kinds, arguments, keywords)
        recorder = _recorder()
        if recorder is not None:
            recorder.returned(function.__name__, result)
        return result

    def __getitem__(self, key: Any) -> Any:
        result = super().__getitem__(plain(key))
        recorder = _recorder()
        if recorder is None:
            return result
        return recorder.picked(plain(self), plain(key), plain(result))

    def __setitem__(self, key: Any, value: Any) -> None:
        recorder = _recorder()
        if recorder is None:
            super().__setitem__(plain(key), plain(value))
        else:
            recorder.assign(plain(self), plain(key), plain(value))

    def fill(self, value: Any) -> None:
        """Write one value everywhere."""
        self[...] = value

    def sort(self, *arguments: Any, **keywords: Any) -> None:
        """Sort in place, which no step of a script can say."""
        recorder = _recorder()
        if recorder is not None:
            recorder.leave("sorts an array in place")
        super().sort(*arguments, **keywords)

    def copy(self, order: Any = "C") -> Any:
        """Copy."""
        return self._copied(np.ndarray.copy, order)

    def __copy__(self) -> Any:
        return self._copied(np.ndarray.copy)

    def __deepcopy__(self, memo: Any) -> Any:
        return self._copied(np.ndarray.copy)

    def flatten(self, order: Any = "C") -> Any:
        """Copy in one dimension."""
        return self._copied(np.ndarray.flatten, order)

    def ravel(self, order: Any = "C") -> Any:
        """Make one dimension, with a copy where the layout asks for one."""
        return self._copied(np.ndarray.ravel, order)

    def reshape(self, *shape: Any, **keywords: Any) -> Any:
        """Give another shape, with a copy where the layout asks for one."""
        return self._copied(np.ndarray.reshape, *shape, **keywords)

    def astype(self, *arguments: Any, **keywords: Any) -> Any:
        """Convert."""
        return self._copied(np.ndarray.astype, *arguments, **keywords)

    def _copied(self, method: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        source = plain(self)
        result = method(source, *arguments, **keywords)
        recorder = _recorder()
        if recorder is None:
            return result.view(FollowedArray)
        recorder.copied(source, result, "astype" if method is np.ndarray.astype else "copy")
        return recorder.adopt(result)


def _not_in_place(self: Any, other: Any) -> Any:
    # Python computes a new number then.
    return NotImplemented


class FollowedNumber(FollowedArray):
    """A single value, which NumPy hands out as a number: nothing changes it in place."""

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = _not_in_place
    __imod__ = __ipow__ = __iand__ = __ior__ = __ixor__ = __imatmul__ = _not_in_place

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.item())

    def __round__(self, *digits: int) -> Any:
        return round(self.item(), *digits)


def _recorder() -> Follower | None:
    recorder = active()
    return recorder if isinstance(recorder, Follower) else None
