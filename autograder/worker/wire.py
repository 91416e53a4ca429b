"""Frames: how the grader and the worker talk, in JSON and raw array bytes, never pickle.

A frame is four bytes that give the length of its header, the header (a JSON object in UTF-8), and
the bytes of the arrays that the header's ``arrays`` lists, in their order. The reader trusts none
of it: it knows beforehand how long a header, how many arrays and how many bytes it will take.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

LENGTH = struct.Struct(">I")
LONGEST_NAME = 64
MOST_DIMENSIONS = 64
KINDS = "fiubc"


class WireError(Exception):
    """What came over the wire is no frame, or one larger than agreed; the text says which."""


class EndOfWire(WireError):
    """The other end closed the wire, between two frames or within one."""


@dataclass(frozen=True)
class Bounds:
    """The most that a reader takes in one frame.

    Attributes
    ----------
    header_bytes : int
    arrays : int
        How many arrays.
    array_bytes : int
        Of all its arrays together.
    """

    header_bytes: int = 16 * 2**20
    arrays: int = 16
    array_bytes: int = 2**28


@dataclass(frozen=True, eq=False)
class Frame:
    """One message: a JSON object, and arrays by name."""

    header: dict[str, Any]
    arrays: dict[str, np.ndarray]


def carries(array: np.ndarray) -> bool:
    """Say whether an array's type crosses the wire: plain numbers and booleans do."""
    return array.dtype.kind in KINDS


def pieces(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Iterator[memoryview]:
    """Give a frame's bytes, the arrays' without a copy where they lie in C order."""
    listed = [
        {"name": name, "dtype": array.dtype.str, "shape": list(array.shape)}
        for name, array in arrays.items()
    ]
    encoded = json.dumps({**header, "arrays": listed}).encode()
    yield memoryview(LENGTH.pack(len(encoded)) + encoded)
    for array in arrays.values():
        yield _bytes_of(np.ascontiguousarray(array))


def write_frame(
    descriptor: int, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None
) -> None:
    """Write a frame to a file descriptor."""
    for piece in pieces(header, arrays or {}):
        while piece.nbytes:
            piece = piece[os.write(descriptor, piece) :]


def read_frame(descriptor: int, bounds: Bounds) -> Frame:
    """Read a frame from a file descriptor.

    Raises
    ------
    EndOfWire
        If the other end is gone.
    WireError
        If what comes is no frame, or exceeds the bounds. Nothing is allocated beyond them.
    """

    def fill(buffer: memoryview) -> int:
        return os.readv(descriptor, [buffer])

    return parse_frame(fill, bounds)


def parse_frame(fill: Callable[[memoryview], int], bounds: Bounds) -> Frame:
    """Read a frame by a function that fills the start of a buffer and says how far it came."""
    start = bytearray(LENGTH.size)
    _fill_whole(fill, memoryview(start))
    (length,) = LENGTH.unpack(start)
    if length > bounds.header_bytes:
        raise WireError(
            f"a frame announced a header of {length:,} bytes; at most {bounds.header_bytes:,} "
            "were agreed"
        )
    text = bytearray(length)
    _fill_whole(fill, memoryview(text))
    header = _parse_header(bytes(text))
    arrays = {}
    for name, dtype, shape in _announced(header, bounds):
        array = np.empty(shape, dtype)
        _fill_whole(fill, _bytes_of(array))
        if dtype.kind == "b":
            # A byte that is neither 0 nor 1 is no boolean, and NumPy computes nonsense with it.
            array = array.view(np.uint8) != 0
        arrays[name] = array
    return Frame(header, arrays)


def _bytes_of(array: np.ndarray) -> memoryview:
    # Not the array's own memoryview: one without dimensions or elements cannot be cast.
    return array.reshape(-1).view(np.uint8).data


def _fill_whole(fill: Callable[[memoryview], int], buffer: memoryview) -> None:
    whole = buffer.nbytes
    while buffer.nbytes:
        count = fill(buffer)
        if not count:
            raise EndOfWire(
                f"the wire was closed: {buffer.nbytes:,} bytes of {whole:,} were missing"
            )
        buffer = buffer[count:]


def _parse_header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text.decode())
    # A number of thousands of digits is a ValueError, brackets without end a RecursionError.
    except (ValueError, RecursionError) as error:
        raise WireError(f"a frame's header is no JSON: {type(error).__name__}") from None
    if not isinstance(header, dict):
        raise WireError(f"a frame's header is a JSON {type(header).__name__}, not an object")
    return header


def _announced(
    header: dict[str, Any], bounds: Bounds
) -> list[tuple[str, np.dtype, tuple[int, ...]]]:
    """Take the list of arrays out of a header, and check all of it before any array is made."""
    listed = header.pop("arrays", None)
    if not isinstance(listed, list) or len(listed) > bounds.arrays:
        raise WireError(f"a frame must list its arrays, at most {bounds.arrays} of them")
    found: dict[str, tuple[np.dtype, tuple[int, ...]]] = {}
    total = 0
    for entry in listed:
        if not isinstance(entry, dict) or set(entry) != {"name", "dtype", "shape"}:
            raise WireError("an array must be announced by its name, dtype and shape")
        name = entry["name"]
        if not isinstance(name, str) or not name or len(name) > LONGEST_NAME or name in found:
            raise WireError(
                f"an array's name must be a text of at most {LONGEST_NAME} characters, once only"
            )
        dtype, shape = _dtype(entry["dtype"]), _shape(entry["shape"])
        total += math.prod(shape) * dtype.itemsize
        if total > bounds.array_bytes:
            raise WireError(
                f"a frame announced arrays of more than the {bounds.array_bytes:,} bytes agreed"
            )
        found[name] = dtype, shape
    return [(name, dtype, shape) for name, (dtype, shape) in found.items()]


# Every type that may cross, by its name on the wire: "<f4" and its like, in both byte orders.
_DTYPES = {
    ordered.str: ordered
    for dtype in map(np.dtype, np.typecodes["All"])
    if dtype.kind in KINDS
    for ordered in (dtype.newbyteorder("<"), dtype.newbyteorder(">"))
}


def _dtype(name: Any) -> np.dtype:
    if not isinstance(name, str) or name not in _DTYPES:
        raise WireError("an array's dtype must be that of plain numbers or booleans")
    return _DTYPES[name]


def _shape(shape: Any) -> tuple[int, ...]:
    if (
        not isinstance(shape, list)
        or len(shape) > MOST_DIMENSIONS
        # Not isinstance: True is an int as well.
        or not all(type(length) is int and 0 <= length < 2**48 for length in shape)
    ):
        raise WireError(
            f"an array's shape must be a list of at most {MOST_DIMENSIONS} lengths from 0 up"
        )
    # NumPy counts the lengths that are not zero, and refuses what no memory could hold.
    if math.prod(length for length in shape if length) >= 2**48:
        raise WireError("an array's shape holds more elements than any memory")
    return tuple(shape)
