"""The five parts as the book and the learner's module export them: the contract of the kernels."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.allocation import allocations
from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import (
    arithmetic_intensity,
    attainable_gflops,
    bound,
    elementwise_cost,
    fused_gelu,
    matmul_cost,
    ridge_point,
    tiled_matmul,
    unfused_gelu,
    vectorized_matmul,
)

LAYOUTS = {
    "C order": np.ascontiguousarray,
    "Fortran order": np.asfortranarray,
    "negative strides": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
    "every second element": lambda x: np.repeat(np.repeat(x, 2, axis=0), 2, axis=1)[::2, ::2],
}


def gelu_in_float64(x):
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(all="ignore"):
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def random_tensor(*shape):
    return Tensor(np.random.default_rng().standard_normal(shape, dtype=np.float32))


small = st.integers(min_value=0, max_value=9)


@given(m=small, k=small, n=small, tile=st.integers(min_value=1, max_value=12))
def test_tiled_product_is_the_product_for_every_shape_and_tile(m, k, n, tile):
    a, b = random_tensor(m, k), random_tensor(k, n)
    expected = a.data.astype(np.float64) @ b.data.astype(np.float64)
    result = tiled_matmul(a, b, tile)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result.data, expected, atol=1e-5)


@given(
    batch=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0),
    m=small,
    k=small,
    n=small,
)
def test_vectorized_product_broadcasts_as_numpy_does(batch, m, k, n):
    left, right = batch.input_shapes
    a, b = random_tensor(*left, m, k), random_tensor(*right, k, n)
    result = vectorized_matmul(a, b)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result.data, np.matmul(a.data, b.data))


@pytest.mark.parametrize("kernel", [vectorized_matmul, tiled_matmul])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_matmul_takes_any_layout_and_changes_nothing(kernel, layout):
    a, b = (LAYOUTS[layout](random_tensor(70, 70).data) for _ in range(2))
    before = a.copy(), b.copy()
    a.flags.writeable = b.flags.writeable = False
    result = kernel(Tensor(a), Tensor(b))
    np.testing.assert_allclose(result.data, before[0] @ before[1], atol=1e-4)
    np.testing.assert_array_equal(a, before[0])
    np.testing.assert_array_equal(b, before[1])


@pytest.mark.parametrize("kernel", [fused_gelu, unfused_gelu])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_gelu_takes_any_layout_and_changes_nothing(kernel, layout):
    x = LAYOUTS[layout](random_tensor(70, 70).data)
    before = x.copy()
    x.flags.writeable = False
    np.testing.assert_allclose(kernel(Tensor(x)).data, gelu_in_float64(before), atol=1e-6)
    np.testing.assert_array_equal(x, before)


def test_fused_gelu_is_within_one_millionth_of_the_formula():
    x = np.linspace(-10, 10, 2_000_001).astype(np.float32)
    assert np.abs(fused_gelu(Tensor(x)).data - gelu_in_float64(x)).max() <= 1e-6


@settings(max_examples=200)
@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)))
def test_fused_gelu_gives_what_the_formula_gives_for_every_float32(x):
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        result = fused_gelu(Tensor(x))
    assert result.shape == x.shape
    with np.errstate(all="ignore"):
        expected = gelu_in_float64(x).astype(np.float32)
    np.testing.assert_allclose(result.data, expected, rtol=5e-7, atol=1e-6)


@pytest.mark.parametrize("kernel", [fused_gelu, unfused_gelu])
@pytest.mark.parametrize("value", [0.0, -0.0, 1e4, -1e4, np.inf, -np.inf, np.nan])
def test_gelu_at_the_edges_is_the_formula_without_a_warning(kernel, value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = kernel(Tensor([value])).data
    expected = gelu_in_float64([value])
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(
        np.signbit(result[~np.isnan(result)]), np.signbit(expected[~np.isnan(expected)])
    )


@pytest.mark.parametrize(("kernel", "peak"), [(fused_gelu, 1.0), (unfused_gelu, 8.0)])
@pytest.mark.parametrize("shape", [(1 << 20,), (1024, 1024), (4, 512, 512)])
def test_peak_allocation_is_what_the_chapter_says(kernel, peak, shape):
    allocation = allocations(kernel, random_tensor(*shape))
    assert allocation.peak_in_outputs == pytest.approx(peak, abs=0.01)


def test_a_learners_own_tensor_works():
    class Other:
        def __init__(self, data):
            self.data = np.array(data, dtype=np.float32)
            self.shape = self.data.shape

    a, b = Other([[1, 2]]), Other([[3], [4]])
    assert vectorized_matmul(a, b).data.item() == 11
    assert tiled_matmul(a, b, 1).data.item() == 11
    assert fused_gelu(Other([0.0])).data.item() == unfused_gelu(Other([0.0])).data.item() == 0


@pytest.mark.parametrize("kernel", [vectorized_matmul, tiled_matmul])
@pytest.mark.parametrize(
    ("left", "right"), [((2, 3), (2, 3)), ((3,), (3, 2)), ((2, 3), ()), ((2, 0), (1, 2))]
)
def test_shapes_that_do_not_fit_are_named_with_a_mend(kernel, left, right):
    with pytest.raises(ValueError) as caught:
        kernel(Tensor(np.ones(left)), Tensor(np.ones(right)))
    message = str(caught.value)
    assert str(left) in message and str(right) in message and ": " in message


def test_batches_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"leading axes \(2,\) and \(3,\)"):
        vectorized_matmul(random_tensor(2, 4, 5), random_tensor(3, 5, 6))


@pytest.mark.parametrize("tile", [0, -1, 2.5, "64", None, True, float("nan")])
def test_a_tile_size_that_is_none_is_refused(tile):
    with pytest.raises(ValueError, match="expected a whole number of at least 1: try 64"):
        tiled_matmul(random_tensor(2, 2), random_tensor(2, 2), tile)


def test_numpy_integers_are_tile_sizes():
    a = random_tensor(5, 5)
    np.testing.assert_array_equal(tiled_matmul(a, a, np.int64(2)).data, tiled_matmul(a, a, 2).data)


def test_costs_of_the_chapters_examples():
    assert matmul_cost(1024, 1024, 1024) == (2 * 1024**3, 12 * 1024**2)
    assert arithmetic_intensity(*matmul_cost(1024, 1024, 1024)) == pytest.approx(1024 / 6)
    assert elementwise_cost(1000, 2, 1, 1) == (1000, 12_000)
    assert arithmetic_intensity(*elementwise_cost(1000, 2, 1, 1)) == pytest.approx(1 / 12)
    assert ridge_point(100, 20) == 5


rates = st.floats(min_value=1e-3, max_value=1e6)
intensities = st.floats(min_value=0, max_value=1e6)


@given(intensity=intensities, peak=rates, bandwidth=rates)
def test_the_roof_is_the_lower_of_both_limits_and_bound_names_it(intensity, peak, bandwidth):
    roof = attainable_gflops(intensity, peak, bandwidth)
    assert roof == min(peak, intensity * bandwidth)
    memory = bound(intensity, peak, bandwidth) == "memory"
    assert memory == (intensity < ridge_point(peak, bandwidth))


def test_at_the_ridge_a_kernel_is_compute_bound():
    assert bound(5, 100, 20) == "compute"


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf"), "3", None, True])
@pytest.mark.parametrize(
    ("function", "name", "position", "arguments"),
    [
        (matmul_cost, "m", 0, (2, 3, 4)),
        (matmul_cost, "n", 2, (2, 3, 4)),
        (elementwise_cost, "n", 0, (2, 1, 1, 1)),
        (elementwise_cost, "writes", 2, (2, 1, 1, 1)),
        (elementwise_cost, "flops_per_element", 3, (2, 1, 1, 1)),
        (arithmetic_intensity, "flops", 0, (1, 1)),
        (arithmetic_intensity, "bytes_moved", 1, (1, 1)),
        (ridge_point, "peak_gflops", 0, (1, 1)),
        (attainable_gflops, "intensity", 0, (1, 1, 1)),
        (bound, "bandwidth_gbs", 2, (1, 1, 1)),
    ],
)
def test_what_is_no_count_or_rate_is_refused_by_name(function, name, position, arguments, bad):
    given_arguments = list(arguments)
    given_arguments[position] = bad
    with pytest.raises(ValueError, match=rf"got {name}="):
        function(*given_arguments)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (arithmetic_intensity, (1, 0)),
        (ridge_point, (0, 1)),
        (ridge_point, (1, 0)),
        (bound, (1, 1, 0)),
    ],
)
def test_zero_where_a_rate_is_needed_is_refused(function, arguments):
    with pytest.raises(ValueError, match="expected a number above zero"):
        function(*arguments)


def test_counts_must_be_whole():
    with pytest.raises(ValueError, match="expected a whole number"):
        matmul_cost(2.5, 1, 1)
