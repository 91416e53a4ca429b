"""Write the script of a call: what NumPy is asked to do, in order.

Functions of NumPy that are written in Python run as they are, and the steps that they take are
written down. Those that compute in C are steps themselves, if `script_format` names them. A step
that goes unnoticed makes the script wrong, which whoever repeats it will see.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

# Under names of their own: while a call is followed, those of the namespace report to the recorder.
from numpy import array_equal as exact_equal
from numpy import asarray as exact_array
from numpy import may_share_memory

from autograder.probes.recording import plain
from autograder.probes.script_arrays import FollowedArray, FollowedNumber, Follower
from autograder.probes.script_format import DTYPES, KEYWORDS, MOST_CONSTANTS, UFUNCS
from autograder.probes.script_functions import (
    COPIES,
    COPYTO,
    EMPTY,
    EMPTY_LIKE,
    FILLED,
    FUNCTIONS,
)
from autograder.probes.script_memory import Unfollowable
from autograder.probes.script_writing import Writer
from tinytorch.core.tensor import Tensor


class StopFollowing(BaseException):
    """The call left what a script can say: its end is not worth waiting for.

    Not an Exception, so that ``except Exception`` in the learner's code does not swallow it.
    """


class ScriptRecorder(Follower):
    """Writes the script of one call.

    Attributes
    ----------
    left : str
        Where the call left what a script can say: goes on after "it". Empty while it has not.
    """

    array_type = FollowedArray

    def __init__(self) -> None:
        super().__init__(large=1)
        self.left = ""
        self._writer = Writer()
        self._unseen = ""
        self._within = False
        self._inputs: list[np.ndarray] = []

    def calling(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Call a function whose tensors hold the first buffers."""
        for argument in arguments:
            if isinstance(argument, Tensor):
                # Held, so that an input stays one even if the function puts another in its place.
                self._inputs.append(argument.data)
                self._writer.memory.add_before(argument.data)
        with _kept_arrays_followed(function):
            return super().calling(function, *arguments, **keywords)

    def script(self, result: np.ndarray | None) -> dict[str, Any] | None:
        """Return the script, JSON-able; None where the call left what one can say."""
        if result is None:
            self.left = self.left or "returns no array"
        if self.left or result is None:
            return None
        try:
            return self._writer.script(result)
        except Unfollowable as reason:
            self.left = self._because(reason)
            return None

    def replaces(self, function: Any) -> bool:
        """Say whether a function is a step of its own."""
        return function in FUNCTIONS or function in COPIES or function in (COPYTO, EMPTY_LIKE)

    def function(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Run such a function as one step."""
        if function is COPYTO:
            return self._copy_into(*arguments, **keywords)
        operands: list[Any] | None = None
        said: dict[str, Any] = {}
        if function in FUNCTIONS:
            try:
                values, said = FUNCTIONS[function](*arguments, **keywords)
                operands = self._operands(values)
            except TypeError:
                # Either NumPy raises one too, or the call has a keyword that is not followed.
                self._leave(Unfollowable(f"calls np.{function.__name__} in an uncommon way"))
        self._within, outer = True, self._within
        try:
            result = function(*arguments, **keywords)
        finally:
            self._within = outer
        if function not in FUNCTIONS:
            self._take(function, arguments, result)
        elif operands is not None:
            result = _as_array(result)
            self._add("function", function.__name__, operands, said, [result], keywords.get("out"))
        return result

    def ufunc(self, ufunc: np.ufunc, method: str, inputs: Any, keywords: Any) -> Any:
        """Run a ufunc and write it down."""
        kind = "call" if method == "__call__" else method
        described = self._described(ufunc, kind, inputs, keywords)
        result = getattr(ufunc, method)(*inputs, **keywords)
        if described is not None:
            operands, said = described
            result = tuple(map(_as_array, result)) if type(result) is tuple else _as_array(result)
            results = result if isinstance(result, tuple) else (result,)
            self._add(kind, ufunc.__name__, operands, said, results, keywords.get("out"))
        return result

    def adopt(self, result: Any) -> Any:
        """Follow the arrays of a result."""
        adopted = super().adopt(result)
        is_number = isinstance(adopted, FollowedArray) and adopted.ndim == 0
        return adopted.view(FollowedNumber) if is_number else adopted

    def created(self, function: Any, arguments: Any, keywords: Any, result: Any) -> Any:
        """Follow what was made of nothing, and what was copied."""
        if isinstance(result, np.ndarray) and not self._within:
            self._take(function, arguments, plain(result))
        return self.adopt(result)

    def returned(self, name: str, result: Any) -> None:
        """Remember the function that gave an array no step of which was seen."""
        if isinstance(result, np.ndarray) and result.size and not self._holds(plain(result)):
            self._unseen = name

    def iterates(self, iterator: Any) -> None:
        """Follow the operands that an ``np.nditer`` makes itself."""
        for operand in iterator.operands:
            if isinstance(operand, np.ndarray):
                self._follow_memory(plain(operand))

    def picked(self, source: np.ndarray, key: Any, result: Any) -> Any:
        """Write down that elements were picked out of an array, unless that made a view."""
        if self.left or self._within:
            return self.adopt(result)
        if not isinstance(result, np.ndarray):
            place = _part(source, key)
            if place is None or place.dtype.name not in DTYPES:
                return result
            result = place.copy()
            self.copied(place, result)
        elif result.size and not may_share_memory(source, result):
            keywords, operands = self._index(key), self._operands([source])
            if operands is not None and keywords is not None:
                self._add("get", "get", operands, keywords, [result], None)
        return self.adopt(result)

    def assign(self, array: np.ndarray, key: Any, value: Any) -> None:
        """Assign, and write it down."""
        part = _part(array, key)
        if part is not None and not part.size:
            array[key] = value
            return
        if part is not None and may_share_memory(part, array):
            # After `a[:5] *= 2` Python assigns a[:5] to itself, and there is nothing to do.
            if not (isinstance(value, np.ndarray) and _same(part, value)):
                self._copy_into(part, value, "unsafe")
            return
        keywords = self._index(key)
        operands = None if keywords is None else self._operands([value])
        array[key] = value
        if operands is not None and keywords is not None:
            self._add("put", "put", operands, keywords, [array], (array,))

    def copied(self, source: np.ndarray, result: np.ndarray, name: str = "copy") -> None:
        """Write down that an array's values were copied into new memory, unless it is a view."""
        if not result.size or may_share_memory(source, result):
            return
        same = _laid_out_as(source, result)
        operands = self._operands([source])
        if operands is None:
            return
        if same is None:
            self._leave(Unfollowable("copies values in an order that is not followed"))
        else:
            self._add("copy", name, operands, {}, [same], None)

    def _copy_into(
        self, target: np.ndarray, value: Any, casting: Any = "same_kind", where: Any = True
    ) -> None:
        operands = self._operands([value] if where is True else [value, where])
        COPYTO(target, value, casting=casting, where=where)
        if operands is not None:
            keywords = {} if where is True else {"where": operands[1]}
            self._add("copy", "copy", operands[:1], keywords, [target], (target,))

    def _take(self, function: Any, arguments: Any, result: np.ndarray) -> None:
        if result.dtype.name not in DTYPES or not result.size or self._holds(result):
            return
        source = plain(arguments[0]) if arguments else None
        if function is EMPTY or function is EMPTY_LIKE:
            self._follow_memory(result)
        elif function in FILLED:
            self._made_of(result.flat[0], result)
        elif function in COPIES and isinstance(source, np.ndarray):
            self.copied(source, result)
        elif function in COPIES and _are_arrays(source):
            operands = self._operands(source)
            if operands is not None:
                self._add("function", "stack", operands, {"axis": 0}, [result], None)
        elif result.size <= MOST_CONSTANTS:
            self._made_of(result.copy(), result)

    def _made_of(self, value: Any, result: np.ndarray) -> None:
        operands = self._operands([value])
        if operands is not None:
            self._add("copy", "copy", operands, {}, [result], None)

    def _described(
        self, ufunc: np.ufunc, kind: str, inputs: Any, keywords: Any
    ) -> tuple[list[Any], dict[str, Any]] | None:
        if self.left or self._within:
            return None
        try:
            if ufunc.__name__ not in UFUNCS or kind not in KEYWORDS:
                raise Unfollowable(f"calls np.{ufunc.__name__}.{kind}".removesuffix(".call"))
            said = {}
            for key, value in keywords.items():
                if key in ("out", "order", "subok") or _says_nothing(key, value):
                    continue
                if key not in KEYWORDS[kind]:
                    raise Unfollowable(f"calls np.{ufunc.__name__} with {key}=")
                said[key] = self._keyword(key, value)
            return [self._writer.operand(value) for value in inputs], said
        except Unfollowable as reason:
            self._leave(reason)
            return None

    def _keyword(self, key: str, value: Any) -> Any:
        if key in ("where", "initial"):
            return self._writer.operand(value)
        if key == "dtype":
            return np.dtype(value).name
        if key == "axis" and value is not None:
            return [int(axis) for axis in value] if isinstance(value, tuple) else int(value)
        return value

    def _operands(self, values: Any) -> list[int | list[Any]] | None:
        if self.left or self._within:
            return None
        try:
            return [self._writer.operand(value) for value in values]
        except Unfollowable as reason:
            self._leave(reason)
            return None

    def _index(self, key: Any) -> dict[str, Any] | None:
        if self.left or self._within:
            return None
        try:
            return {"index": self._writer.index(key)}
        except Unfollowable as reason:
            self._leave(reason)
        except (TypeError, ValueError):
            self._leave(Unfollowable("picks elements in a way that is not followed"))
        return None

    def _add(
        self,
        kind: str,
        name: str,
        operands: list[Any],
        keywords: dict[str, Any],
        results: Any,
        given: Any,
    ) -> None:
        """Write a step down, whose results lie in new memory unless they were given."""
        arrays = [result for result in results if isinstance(result, np.ndarray)]
        if self.left or not arrays or not all(array.size for array in arrays):
            return
        try:
            if given is None:
                for array in arrays:
                    self._writer.memory.add(array)
            targets = [self._writer.target(array) for array in arrays]
            self._writer.add(kind, name, operands, keywords, targets, given is None)
        except Unfollowable as reason:
            self._leave(reason)

    def _follow_memory(self, array: np.ndarray) -> None:
        if self.left or not array.size or self._holds(array):
            return
        try:
            self._writer.memory.add(array)
        except Unfollowable as reason:
            self._leave(reason)

    def _holds(self, array: np.ndarray) -> bool:
        return self._writer.memory.holds(array)

    def leave(self, reason: str) -> None:
        """Give up following."""
        self._leave(Unfollowable(reason))

    def _leave(self, reason: Unfollowable) -> None:
        self.left = self._because(reason)
        raise StopFollowing(self.left)

    def _because(self, reason: Unfollowable) -> str:
        return f"{reason} (np.{self._unseen} is not followed)" if self._unseen else str(reason)


@contextlib.contextmanager
def _kept_arrays_followed(function: Callable[..., Any]) -> Iterator[None]:
    """Follow the arrays that the function's module keeps: a call may work in them."""
    names = getattr(inspect.unwrap(function), "__globals__", {})
    kept = {name: value for name, value in names.items() if type(value) is np.ndarray}
    followed = {name: value.view(FollowedArray) for name, value in kept.items()}
    names.update(followed)
    try:
        yield
    finally:
        names.update({name: kept[name] for name in kept if names.get(name) is followed[name]})


def _says_nothing(key: str, value: Any) -> bool:
    """Say whether a ufunc's keyword has the value that it would have anyway."""
    if key in ("dtype", "initial") and value is None:
        return True
    return value is np._NoValue or value is {"keepdims": False, "where": True}.get(key, np._NoValue)


def _part(array: np.ndarray, key: Any) -> np.ndarray | None:
    """Return what ``array[key] = ...`` writes to, as an array; None where it picks elements."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(isinstance(part, np.ndarray | list | bool) for part in parts):
        return None
    if any(part is Ellipsis for part in parts):
        return exact_array(array[key])
    # With the dots even a single element is a view.
    return exact_array(array[(*parts, Ellipsis)])


def _same(part: np.ndarray, value: np.ndarray) -> bool:
    def place(array: np.ndarray) -> Any:
        return array.__array_interface__["data"], array.shape, array.strides, array.dtype

    return bool(place(part) == place(value))


def _laid_out_as(source: np.ndarray, result: np.ndarray) -> np.ndarray | None:
    """Return the array that holds the result's memory, in the shape of what was copied into it."""
    if result.shape == source.shape:
        return result
    for order in ("C", "F"):
        if result.flags.c_contiguous:
            laid = np.ndarray.reshape(result.reshape(-1), source.shape, order=order)
            if exact_equal(laid, source.astype(laid.dtype), equal_nan=True):
                return laid
    return None


def _as_array(result: Any) -> Any:
    """Keep a number that NumPy took out of its array in one, so that it can be followed."""
    if isinstance(result, np.generic) and result.dtype.name in DTYPES:
        return exact_array(result)
    return result


def _are_arrays(values: Any) -> bool:
    if not isinstance(values, list | tuple) or not values:
        return False
    return all(isinstance(value, np.ndarray) and value.ndim for value in values)
