"""Frames: what is written is read again, and whatever else comes is refused within the bounds."""

import io
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.worker.wire import (
    LENGTH,
    Bounds,
    EndOfWire,
    WireError,
    carries,
    parse_frame,
    pieces,
)

BOUNDS = Bounds(header_bytes=4_000, arrays=3, array_bytes=10_000)
# What Python itself needs to take a header apart.
WORKING_SPACE = 300_000

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
headers = st.dictionaries(st.text().filter(lambda name: name != "arrays"), json_values, max_size=4)
dtypes = st.one_of(
    hnp.floating_dtypes(),
    hnp.integer_dtypes(),
    hnp.unsigned_integer_dtypes(),
    hnp.complex_number_dtypes(),
    hnp.boolean_dtypes(),
)
arrays = st.dictionaries(
    st.text(min_size=1, max_size=20),
    hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)),
    max_size=3,
)


def bytes_of(header, arrays=None):
    return b"".join(pieces(header, arrays or {}))


def read(data, bounds=BOUNDS):
    return parse_frame(io.BytesIO(data).readinto, bounds)


def announcing(**array):
    """Write a frame whose header announces an array, without the array."""
    text = json.dumps({"arrays": [{"name": "x", "dtype": "<f4", "shape": [2], **array}]}).encode()
    return LENGTH.pack(len(text)) + text


@given(headers, arrays)
def test_what_is_written_is_read_again(header, arrays):
    frame = read(bytes_of(header, arrays), Bounds())
    assert frame.header == header
    assert list(frame.arrays) == list(arrays)
    for name, array in arrays.items():
        read_again = frame.arrays[name]
        assert (read_again.dtype, read_again.shape) == (array.dtype, array.shape)
        assert read_again.tobytes() == array.tobytes()


def test_an_array_that_does_not_lie_in_c_order_crosses_as_its_values():
    array = np.arange(12.0).reshape(3, 4)[::-1, ::2].T
    np.testing.assert_array_equal(read(bytes_of({}, {"x": array})).arrays["x"], array)


@given(st.binary(max_size=400))
@example(LENGTH.pack(2**32 - 1) + b"{}")
@example(LENGTH.pack(3_000) + b"[" * 3_000)
@example(LENGTH.pack(3_000) + b"9" * 3_000)
@example(LENGTH.pack(3) + b"\xff\xfe{")
def test_random_bytes_are_refused_with_a_wire_error(data):
    with pytest.raises(WireError):
        read(data)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.text(max_size=70) | json_values,
                "dtype": st.sampled_from(["<f4", ">i8", "|b1", "<c16", "|O", "|V8", "<U3", "f"])
                | json_values,
                "shape": st.lists(st.integers(-2, 2**70) | json_values, max_size=70) | json_values,
            }
        ),
        max_size=5,
    )
    | json_values,
    st.binary(max_size=500),
)
def test_nothing_is_allocated_beyond_the_bounds(listed, rest):
    text = json.dumps({"arrays": listed}).encode()
    data = LENGTH.pack(len(text)) + text + rest
    tracemalloc.start()
    try:
        read(data)
    except WireError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < BOUNDS.header_bytes + BOUNDS.array_bytes + WORKING_SPACE


@pytest.mark.parametrize(
    "data",
    [
        announcing(shape=[2**40, 2**40]),
        announcing(shape=[0, 2**60]),
        announcing(shape=[2_501]),
        announcing(shape=[-1]),
        announcing(shape=[True]),
        announcing(shape=[1.0]),
        announcing(shape=[1] * 65),
        announcing(shape="2"),
        announcing(dtype="|O"),
        announcing(dtype="<f4,<f4"),
        announcing(dtype=None),
        announcing(name=""),
        announcing(name="x" * 65),
        announcing(more=1),
        bytes_of({}, {str(i): np.zeros(1) for i in range(4)}),
        LENGTH.pack(2) + b"[]",
        LENGTH.pack(2) + b"{}",
        LENGTH.pack(13) + b'{"arrays": 1}',
    ],
)
def test_an_ill_typed_or_oversized_frame_is_refused(data):
    with pytest.raises(WireError) as refused:
        read(data)
    assert not isinstance(refused.value, EndOfWire)


def test_two_arrays_of_one_name_are_refused():
    text = json.dumps({"arrays": [{"name": "x", "dtype": "|i1", "shape": []}] * 2}).encode()
    with pytest.raises(WireError, match="once"):
        read(LENGTH.pack(len(text)) + text + b"12")


@given(headers, arrays, st.data())
def test_a_truncated_frame_is_the_end_of_the_wire(header, arrays, data):
    whole = bytes_of(header, arrays)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(EndOfWire):
        read(whole[:cut], Bounds())


def test_bytes_that_are_no_booleans_are_read_as_booleans():
    frame = bytes_of({}, {"x": np.array([0, 1], dtype=bool)})
    values = read(frame[:-2] + b"\x00\x07").arrays["x"]
    assert values.view(np.uint8).tolist() == [0, 1]


def test_objects_and_records_do_not_cross():
    assert carries(np.zeros(1)) and carries(np.zeros(1, dtype=bool))
    for dtype in (object, "U3", "S3", [("x", "f4")], "M8[s]"):
        assert not carries(np.zeros(1, dtype=dtype))
