"""What a function returned, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.probes.running import describe_object

LONGEST_SEQUENCE = 16


def describe_result(value: Any) -> tuple[dict[str, Any], np.ndarray | None]:
    """Describe a result, and copy its array where it holds one, as `describe_in_place`."""
    facts, array = describe_in_place(value)
    return facts, None if array is None else np.array(array)


def describe_in_place(value: Any) -> tuple[dict[str, Any], np.ndarray | None]:
    """Describe a result, and give its array where it holds one.

    Returns
    -------
    tuple of dict and (numpy.ndarray or None)
        The facts: ``kind`` is "tensor" for anything with a ``.data`` array, "array" for a bare
        array, "plain" for numbers, strings, None and tuples or lists of them, "other" for the
        rest; ``described`` is a short text; for arrays ``dtype`` and ``shape``; for plain values
        ``value``.
    """
    facts: dict[str, Any] = {"described": describe_object(value), "kind": "other"}
    array = array_of(value)
    if array is not None:
        facts["kind"] = "array" if isinstance(value, np.ndarray) else "tensor"
        facts["dtype"] = str(array.dtype)
        facts["shape"] = list(array.shape)
        if array.dtype.kind in "fiubc":
            return facts, array
        return facts, None
    known, plain = _plain(value)
    if known:
        facts["kind"] = "plain"
        facts["value"] = plain
    return facts, None


def array_of(value: Any) -> np.ndarray | None:
    """Return the array that a Tensor or an array holds, as a plain ndarray in its memory."""
    # An ndarray has a `.data` too, but that is a memoryview of itself: look at the array first.
    array = value if isinstance(value, np.ndarray) else getattr(value, "data", None)
    # A subclass might override comparisons; its memory cannot.
    return np.ndarray.view(array, np.ndarray) if isinstance(array, np.ndarray) else None


def _plain(value: Any) -> tuple[bool, Any]:
    # Exact types, not isinstance: a subclass could compare equal to everything.
    if type(value) in (bool, int, float, str, type(None)):
        return True, value
    if type(value).__module__ == "numpy" and isinstance(value, np.number | np.bool_):
        item = value.item()
        return not isinstance(item, complex), item
    if type(value) in (tuple, list) and len(value) <= LONGEST_SEQUENCE:
        parts = [_plain(part) for part in value]
        return all(known for known, _ in parts), [part for _, part in parts]
    return False, None
