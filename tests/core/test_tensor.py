"""What a Tensor is made from, what it shows, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.tensor import Tensor


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        ([[1, 2], [3, 4]], (2, 2)),
        (3, ()),
        (2.5, ()),
        (True, ()),
        ([], (0,)),
        (np.ones((2, 3), dtype=np.float64), (2, 3)),
        (np.arange(4, dtype=np.int8), (4,)),
        (np.float64(1.5), ()),
        (Tensor([1.0, 2.0]), (2,)),
        (range(3), (3,)),
    ],
)
def test_anything_real_becomes_float32(data, shape):
    tensor = Tensor(data)
    assert tensor.dtype == np.float32
    assert tensor.shape == shape
    assert tensor.size == int(np.prod(shape))
    assert tensor.nbytes == 4 * tensor.size


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0)))
def test_a_float32_array_is_wrapped_and_not_copied(array):
    assert Tensor(array).data is array
    assert Tensor(Tensor(array)).data is array


@given(hnp.arrays(np.float64, hnp.array_shapes(), elements=st.floats(-1e30, 1e30)))
def test_a_float64_array_is_rounded_as_numpy_rounds_it(array):
    np.testing.assert_array_equal(Tensor(array).data, array.astype(np.float32))


def test_a_view_keeps_its_layout():
    view = np.ones((4, 6), dtype=np.float32)[::-2, ::3]
    assert Tensor(view).data.strides == view.strides


def test_numpy_sees_the_array():
    tensor = Tensor([1, 2])
    assert np.asarray(tensor) is tensor.data
    assert np.asarray(tensor, dtype=np.float64).dtype == np.float64
    assert np.array(tensor, copy=True) is not tensor.data
    with pytest.raises(ValueError, match="leave out copy=False"):
        np.asarray(tensor, dtype=np.float64, copy=False)


def test_repr_shows_values_shape_and_type():
    assert repr(Tensor([[1, 2]])) == "Tensor([[1., 2.]], shape=(1, 2), dtype=float32)"
    assert len(repr(Tensor(np.zeros((1000, 1000))))) < 2000


@pytest.mark.parametrize("data", ["text", None, {"a": 1}, object(), [1 + 2j], ["a", "b"]])
def test_what_is_no_real_number_is_refused_in_one_sentence(data):
    with pytest.raises(TypeError, match="expected real numbers.*convert the values first"):
        Tensor(data)


def test_ragged_lists_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="unequal lengths.*pad the short rows"):
        Tensor([[1, 2], [3]])
