"""An array that writes down every step that NumPy takes on it, and on what is made of it.

It computes nothing itself: each operation is handed to NumPy with exact arrays, and what comes back
is watched in turn. Whatever it cannot follow (single values, conversions, functions that are not in
the lists below) leaves the record, which then says so: no missing step may go unnoticed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

# Under a name of its own: while a call is watched, `np.asarray` is another.
from numpy import asarray as exact_array

from tinytorch.perf.watching.record import Buffer, Record, arrays, place
from tinytorch.perf.watching.temporaries import (
    BINARY,
    UNARY,
    Operand,
    references_to_a_nameless,
    written_over,
)

METHODS = ("__call__", "reduce", "accumulate")
"""Ways to call a ufunc whose traffic is counted."""

FOLLOWED = frozenset(
    {"zeros_like", "ones_like", "full_like", "reshape", "ravel", "transpose", "permute_dims"}
    | {"swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to", "split", "array_split"}
    | {"atleast_1d", "shape", "ndim", "size", "shares_memory", "may_share_memory", "result_type"}
    | {"sum", "prod", "mean", "std", "var", "max", "amax", "min", "amin", "any", "all", "cumsum"}
    | {"cumprod", "clip", "astype", "stack", "hstack", "vstack"}
)
"""Functions that make views, or take their steps as ufuncs."""

PLAIN_ATTRIBUTES = frozenset(
    {"shape", "strides", "dtype", "size", "ndim", "nbytes", "itemsize", "flags", "T", "mT"}
    | {"device", "real", "imag", "reshape", "ravel", "transpose", "swapaxes", "squeeze", "view"}
    | {"sum", "prod", "mean", "std", "var", "max", "min", "any", "all", "cumsum", "cumprod", "clip"}
    | {"setflags", "copy", "astype", "flatten", "fill"}
)
"""Attributes that tell about the array, make views, or take their steps as ufuncs."""

CONVERSIONS = (
    ("__float__", "__int__", "__complex__", "__index__", "__bool__", "__contains__", "__copy__")
    + ("__deepcopy__", "__reduce__", "__reduce_ex__", "__dlpack__", "__str__", "__repr__")
    + ("__format__",)
)
INTERFACES = ("__array_interface__", "__array_struct__")
"""What turns an array into something else: methods, and attributes."""


class WatchedArray(np.ndarray):
    """An array whose steps are recorded; made by `watch` and by its own operations."""

    __slots__ = ("_buffer", "_itself", "_record")

    _record: Record | None
    _buffer: Buffer | None
    # Whether this is an array itself, which NumPy may write over, and no view of it.
    _itself: bool

    def __array_finalize__(self, obj: Any) -> None:
        self._record = getattr(obj, "_record", None)
        self._buffer = getattr(obj, "_buffer", None)
        self._itself = False
        if self._record is not None and not _lies_in(self, self._buffer):
            self._record.leave("The function copies values in a way that cannot be watched.")
            self._buffer = self._record.add_buffer(self, written=True)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return _run_ufunc(_record_of(self), ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        record = _record_of(self)
        name = func.__name__
        if name == "empty_like":
            made = func(*map(plain, args), **{key: plain(kwargs[key]) for key in kwargs})
            return watch_unfilled(made, record)
        if name == "copyto":
            return _copy_into(record, *args, **kwargs)
        if name in ("copy", "where") and not kwargs:
            return run_step(record, name, partial(func, *map(plain, args)), list(args))
        if name == "concatenate" and kwargs.get("out") is None and len(args) <= 2:
            call = partial(func, list(map(plain, args[0])), *args[1:], **kwargs)
            return run_step(record, name, call, list(args[0]))
        if name not in FOLLOWED:
            record.leave(f"The function calls np.{name}, whose steps cannot be watched.")
        return super().__array_function__(func, types, args, kwargs)

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(plain(key))
        if not isinstance(part, np.ndarray):
            _record_of(self).leave(
                "The function takes single values out of an array, and what it does with them "
                "cannot be watched."
            )
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        record = _record_of(self)
        whole = plain(self)
        part = whole[plain(key)]
        if not isinstance(part, np.ndarray) or not _lies_in(part, self._buffer):
            record.leave("The function assigns to picked values, which cannot be watched.")
            whole[plain(key)] = plain(value)
        # After `a[:5] *= 2` Python assigns a[:5] to itself, and NumPy has nothing to do.
        elif not isinstance(value, WatchedArray) or place(part) != place(plain(value)):
            _copy_into(record, watch_view(part, self), value, casting="unsafe")

    def view(self, *args: Any, **kwargs: Any) -> Any:
        """Make a view; as an exact array it could no longer be watched."""
        made = super().view(*args, **kwargs)
        if not isinstance(made, WatchedArray):
            _record_of(self).leave("The function takes a view that cannot be watched.")
        return made

    def fill(self, value: Any) -> None:
        """Write one value everywhere."""
        _copy_into(_record_of(self), self, value, casting="unsafe")

    def copy(self, order: Any = "C") -> Any:
        """Copy; a step."""
        call = partial(np.ndarray.copy, plain(self), order)
        return run_step(_record_of(self), "copy", call, [self])

    def flatten(self, order: Any = "C") -> Any:
        """Copy in one dimension; a step."""
        call = partial(np.ndarray.flatten, plain(self), order)
        return run_step(_record_of(self), "copy", call, [self])

    def astype(self, *args: Any, **kwargs: Any) -> Any:
        """Convert; a step, unless nothing is to do."""
        call = partial(np.ndarray.astype, plain(self), *args, **kwargs)
        return run_step(_record_of(self), "astype", call, [self])


def plain(value: Any) -> Any:
    """Return an array without the class that watches; anything else as it is."""
    return np.ndarray.view(value, np.ndarray) if isinstance(value, WatchedArray) else value


def watch(array: np.ndarray, record: Record) -> Any:
    """Watch an array that a step has just made."""
    if not record.open:
        return array
    return _watched(array, record, record.add_buffer(array, written=True), itself=True)


def watch_unfilled(array: np.ndarray, record: Record, zeroed: bool = False) -> Any:
    """Watch an array that was just made without values, or with zeros by the operating system."""
    if not record.open:
        return array
    buffer = record.add_buffer(array, written=zeroed)
    record.add_allocation(array, buffer, zeroed)
    return _watched(array, record, buffer, itself=True)


def watch_view(view: np.ndarray, of: WatchedArray) -> WatchedArray:
    """Watch a view of an array that is watched."""
    return _watched(view, _record_of(of), of._buffer, itself=False)


def watch_argument(array: np.ndarray, record: Record) -> WatchedArray:
    """Watch the caller's array: it does not count as one that the call has made."""
    return _watched(array, record, Buffer(array, None, written=True), itself=False)


def unwatched(array: WatchedArray) -> np.ndarray:
    """Return the exact array that is behind a watched one."""
    base = _BASE.__get__(array)
    return base if array._itself and isinstance(base, np.ndarray) else plain(array)


_BASE = vars(np.ndarray)["base"]


def is_written(array: WatchedArray) -> bool:
    """Tell whether a watched step has written to the array's memory."""
    return array._buffer is not None and array._buffer.written


def run_step(record: Record, name: str, call: partial[Any], operands: list[Any]) -> Any:
    """Run a call that may make a new array of its operands; if it does, that is a step."""
    _check_operands(record, operands)
    result = call()
    first = next(operand for operand in operands if isinstance(operand, WatchedArray))
    if not isinstance(result, np.ndarray):
        record.leave(f"The function calls np.{name} in a way that cannot be watched.")
        return result
    if _lies_in(result, first._buffer):
        return first if place(result) == place(plain(first)) else watch_view(result, first)
    watched = watch(result, record)
    if name in ("copy", "astype"):
        name = "copy" if result.dtype == first.dtype else "astype"
    record.add_step(name, call, arrays(map(plain, operands)), [result], [True])
    return watched


def _copy_into(
    record: Record, dst: Any, src: Any, casting: Any = "same_kind", **where: Any
) -> None:
    if where or not isinstance(dst, WatchedArray):
        record.leave("The function calls np.copyto in a way that cannot be watched.")
    _check_operands(record, [src])
    source, target = plain(src), plain(dst)
    masks = {key: plain(mask) for key, mask in where.items()}
    call = partial(np.copyto, target, source, casting=casting, **masks)
    call()
    if isinstance(dst, WatchedArray):
        _mark_written(dst, record)
        many = isinstance(source, np.ndarray) and source.size > 1
        record.add_step(
            "copy" if many else "fill", call, [source] if many else [], [target], [False]
        )


def _run_ufunc(
    record: Record,
    ufunc: np.ufunc,
    method: str,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    written_over, record.written_over = record.written_over, None
    targets = kwargs.get("out") or (written_over,) * ufunc.nout
    if method not in METHODS:
        record.leave(f"The function calls np.{ufunc.__name__}.{method}, which cannot be watched.")
    if isinstance(kwargs.get("where", True), np.ndarray):
        record.leave("The function gives a ufunc where=, whose traffic cannot be counted.")
    _check_operands(record, list(inputs))
    for target in targets:
        if target is not None and not isinstance(target, WatchedArray):
            record.leave(
                "The function writes into an array that was made before or apart from this call, "
                "so what it does with that array later cannot be watched."
            )
    arguments = {key: plain(value) for key, value in kwargs.items() if key != "out"}
    if any(target is not None for target in targets):
        arguments["out"] = tuple(map(plain, targets))
    call = partial(getattr(ufunc, method), *map(plain, inputs), **arguments)
    returned = call()
    if returned is None:  # ufunc.at
        return None
    results = returned if isinstance(returned, tuple) else (returned,)
    handed = tuple(
        _hand_out(result, target, record) for result, target in zip(results, targets, strict=False)
    )
    operands = arrays(map(plain, inputs))
    exact = [exact_array(result) for result in results]
    if any(result.dtype.hasobject for result in exact):
        record.leave("The function computes with Python objects, whose memory cannot be counted.")
    record.add_step(
        ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}",
        call,
        operands,
        exact,
        new=[target is None for target in targets],
        elements=None if method == "__call__" else operands[0].size,
    )
    return handed if isinstance(returned, tuple) else handed[0]


def _hand_out(result: Any, target: Any, record: Record) -> Any:
    if target is None:
        return watch(result, record) if isinstance(result, np.ndarray) else result
    if isinstance(target, WatchedArray):
        _mark_written(target, record)
    return target


def _mark_written(target: WatchedArray, record: Record) -> None:
    assert target._buffer is not None
    target._buffer.written = True
    if target._buffer.number is None:
        record.leave("The function changes the array that it was given, so it cannot run again.")


def _check_operands(record: Record, operands: list[Any]) -> None:
    """Leave the record if an operand may hold the result of a step that was not watched."""
    for operand in operands:
        if isinstance(operand, WatchedArray):
            if not is_written(operand) and operand.size:
                record.leave("The function reads an array that no watched step has written to.")
        elif isinstance(operand, np.ndarray | list | tuple) and np.size(operand) > 1:
            record.leave(
                f"The function takes {np.size(operand):,} values from an array that was made "
                f"before or apart from this call, so where they come from cannot be watched."
            )


def _watched(
    array: np.ndarray, record: Record, buffer: Buffer | None, itself: bool
) -> WatchedArray:
    made = np.ndarray.view(array, WatchedArray)
    made._record, made._buffer, made._itself = record, buffer, itself
    return made


def _lies_in(array: np.ndarray, buffer: Buffer | None) -> bool:
    return array.size == 0 or (buffer is not None and buffer.holds(array))


def _record_of(array: WatchedArray) -> Record:
    assert array._record is not None, "a watched array is made by `watch` and its own operations"
    return array._record


def _written_over(
    record: Record,
    operator: str,
    operands: tuple[Any, ...],
    references: tuple[int, ...],
    nameless: tuple[int, ...] | None,
) -> WatchedArray | None:
    """Return the operand that NumPy would write the result into, were all of them exact arrays."""
    shape = max((np.shape(operand) for operand in operands), key=len)
    described = []
    for index, operand in enumerate(operands):
        if isinstance(operand, np.ndarray) and operand.ndim == 0:
            described.append(Operand(np.ndarray, operand.dtype))
            continue
        if np.ndim(operand) == 0:
            described.append(Operand(type(operand), number=operand))
            continue
        if not isinstance(operand, np.ndarray) or operand.shape != shape:
            return None
        itself = isinstance(operand, WatchedArray) and operand._itself
        few = nameless is None or references[index] <= nameless[index]
        described.append(Operand(np.ndarray, operand.dtype, large=True, nameless=itself and few))
    index_of = written_over(operator, math.prod(shape), *described)
    if index_of is None:
        return None
    if nameless is None:
        record.leave(
            "NumPy writes over large arrays that have no name, and this version of Python does "
            "not tell which have one; with a smaller array the function can be watched."
        )
        return None
    chosen: WatchedArray = operands[index_of]
    return chosen


# Operators go by methods of their own: NumPy writes over a nameless operand of an operator, never
# over one of a function.
def _binary(name: str, reflected: bool) -> Callable[[WatchedArray, Any], Any]:
    operate = getattr(np.ndarray, f"__r{name}__" if reflected else f"__{name}__")

    def method(self: WatchedArray, other: Any) -> Any:
        references = (sys.getrefcount(self), sys.getrefcount(other))
        record = _record_of(self)
        nameless = references_to_a_nameless().binary
        operands = (self, other)
        if reflected:
            operands, references = operands[::-1], references[::-1]
            nameless = nameless and nameless[::-1]
        record.written_over = _written_over(record, name, operands, references, nameless)
        try:
            return operate(self, other)
        finally:
            record.written_over = None

    return method


def _unary(name: str) -> Callable[[WatchedArray], Any]:
    operate = getattr(np.ndarray, f"__{name}__")

    def method(self: WatchedArray) -> Any:
        references = (sys.getrefcount(self),)
        record = _record_of(self)
        nameless = references_to_a_nameless().unary
        record.written_over = _written_over(record, name, (self,), references, nameless)
        try:
            return operate(self)
        finally:
            record.written_over = None

    return method


def _converting(name: str) -> Callable[..., Any]:
    convert = getattr(np.ndarray, name)

    def method(self: WatchedArray, *args: Any) -> Any:
        _record_of(self).leave(f"The function converts an array ({name}), which cannot be watched.")
        return convert(self, *args)

    return method


def _leaving(name: str) -> property:
    member = getattr(np.ndarray, name)

    def read(self: WatchedArray) -> Any:
        _record_of(self).leave(f"The function uses .{name} of an array, which cannot be watched.")
        return member.__get__(self, type(self))

    def write(self: WatchedArray, value: Any) -> None:
        _record_of(self).leave(f"The function sets .{name} of an array, which cannot be watched.")
        member.__set__(self, value)

    return property(read, write)


for _name in BINARY:
    setattr(WatchedArray, f"__{_name}__", _binary(_name, reflected=False))
    setattr(WatchedArray, f"__r{_name}__", _binary(_name, reflected=True))
for _name in UNARY:
    setattr(WatchedArray, f"__{_name}__", _unary(_name))
for _name in CONVERSIONS:
    setattr(WatchedArray, _name, _converting(_name))
for _name in dir(np.ndarray):
    if _name in INTERFACES or not (_name.startswith("_") or _name in PLAIN_ATTRIBUTES):
        setattr(WatchedArray, _name, _leaving(_name))
