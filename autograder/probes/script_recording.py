"""An array that writes a script: what NumPy is asked to do with it, in order.

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

from autograder.probes.product_sizes import einsum_subscripts
from autograder.probes.recording import RecordedArray, Recorder, active, plain
from autograder.probes.script_format import DTYPES, KEYWORDS, MOST_CONSTANTS, UFUNCS
from autograder.probes.script_memory import Unfollowable
from autograder.probes.script_writing import Writer
from tinytorch.core.tensor import Tensor


class StopFollowing(BaseException):
    """The call left what a script can say: its end is not worth waiting for.

    Not an Exception, so that ``except Exception`` in the learner's code does not swallow it.
    """


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
        if recorder is not None:
            recorder.picked(plain(self), plain(key), plain(result))
        return result

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


def _recorder() -> ScriptRecorder | None:
    recorder = active()
    return recorder if isinstance(recorder, ScriptRecorder) else None


class ScriptRecorder(Recorder):
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
        return function in _FUNCTIONS or function in _COPIES or function in (_COPYTO, _EMPTY_LIKE)

    def function(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Run such a function as one step."""
        if function is _COPYTO:
            return self._copy_into(*arguments, **keywords)
        operands: list[Any] | None = None
        said: dict[str, Any] = {}
        if function in _FUNCTIONS:
            try:
                values, said = _FUNCTIONS[function](*arguments, **keywords)
                operands = self._operands(values)
            except TypeError:
                # Either NumPy raises one too, or the call has a keyword that is not followed.
                self._leave(Unfollowable(f"calls np.{function.__name__} in an uncommon way"))
        self._within, outer = True, self._within
        try:
            result = function(*arguments, **keywords)
        finally:
            self._within = outer
        if function not in _FUNCTIONS:
            self._take(function, arguments, result)
        elif operands is not None and isinstance(result, np.ndarray):
            # An einsum of one operand may be a view of it, and no step at all.
            self._add("function", function.__name__, operands, said, [result], keywords.get("out"))
        return result

    def ufunc(self, ufunc: np.ufunc, method: str, inputs: Any, keywords: Any) -> Any:
        """Run a ufunc and write it down."""
        kind = "call" if method == "__call__" else method
        described = self._described(ufunc, kind, inputs, keywords)
        result = getattr(ufunc, method)(*inputs, **keywords)
        if described is not None:
            operands, said = described
            results = result if isinstance(result, tuple) else (result,)
            given = keywords.get("out")
            if kind == "at":
                results, given = inputs[:1], inputs[:1]
            self._add(kind, ufunc.__name__, operands, said, results, given)
        return result

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

    def picked(self, source: np.ndarray, key: Any, result: Any) -> None:
        """Write down that elements were picked out of an array, unless that made a view."""
        if isinstance(result, np.ndarray) and result.size and not may_share_memory(source, result):
            keywords = self._index(key)
            operands = None if keywords is None else self._operands([source])
            if operands is not None and keywords is not None:
                self._add("get", "get", operands, keywords, [result], None)

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
        _COPYTO(target, value, casting=casting, where=where)
        if operands is not None:
            keywords = {} if where is True else {"where": operands[1]}
            self._add("copy", "copy", operands[:1], keywords, [target], (target,))

    def _take(self, function: Any, arguments: Any, result: np.ndarray) -> None:
        if result.dtype.name not in DTYPES or not result.size or self._holds(result):
            return
        source = plain(arguments[0]) if arguments else None
        if function is _EMPTY or function is _EMPTY_LIKE:
            self._follow_memory(result)
        elif function in _FILLED:
            self._made_of(result.flat[0], result)
        elif function in _COPIES and isinstance(source, np.ndarray):
            self.copied(source, result)
        elif function in _COPIES and _are_arrays(source):
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
            if kind == "at":
                operands = [self._writer.operand(value) for value in inputs[2:]]
                return operands, {"index": self._writer.index(inputs[1])}
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
            # Nothing was written; or a single number, which from here on is a number like others.
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


def _are_arrays(values: Any) -> bool:
    if not isinstance(values, list | tuple) or not values:
        return False
    return all(isinstance(value, np.ndarray) and value.ndim for value in values)


# The functions as they are before anything is patched.
_COPYTO = np.copyto
_EMPTY, _EMPTY_LIKE = np.empty, np.empty_like
_FILLED = (np.zeros, np.ones, np.full)
_COPIES = (
    (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)
    + (np.require, np.copy, np.astype)
)  # fmt: skip


def _no_keywords(*operands: Any, out: Any = None) -> tuple[Any, dict[str, Any]]:
    return operands, {}


def _joined(
    arrays: Any, axis: Any = 0, out: Any = None, dtype: Any = None, casting: Any = "same_kind"
) -> tuple[Any, dict[str, Any]]:
    said = {} if dtype is None else {"dtype": np.dtype(dtype).name}
    return list(arrays), {"axis": axis, **said}


def _numbers(
    x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> tuple[Any, dict[str, Any]]:
    numbers = {"nan": nan, "posinf": posinf, "neginf": neginf}
    return [x], {key: float(value).hex() for key, value in numbers.items() if value is not None}


def _tensordot(a: Any, b: Any, axes: Any = 2) -> tuple[Any, dict[str, Any]]:
    if not isinstance(axes, int):
        axes = [list(part) if isinstance(part, list | tuple) else [part] for part in axes]
    return [a, b], {"axes": axes}


def _einsum(*operands: Any, out: Any = None, optimize: Any = False) -> tuple[Any, dict[str, Any]]:
    subscripts, arrays = einsum_subscripts(operands)
    return arrays, {"subscripts": subscripts, "optimize": bool(optimize)}


_FUNCTIONS: dict[Any, Callable[..., tuple[Any, dict[str, Any]]]] = {
    np.concatenate: _joined,
    np.where: _no_keywords,
    np.nan_to_num: _numbers,
    np.dot: _no_keywords,
    np.inner: _no_keywords,
    np.outer: _no_keywords,
    np.tensordot: _tensordot,
    np.einsum: _einsum,
}
