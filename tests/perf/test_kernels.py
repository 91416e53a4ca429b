from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tinytorch.perf.acceleration import elementwise_cost, matmul_cost
from tinytorch.perf.context import thread_counts
from tinytorch.perf.sweeps import kernels
from tinytorch.perf.sweeps.kernels import FAMILIES, Family
from tinytorch.perf.sweeps.plan import Case

CASES = [case for group in kernels.PLAN.groups(False) for case in group.cases]


def case(**labels: Any) -> Case:
    found = [case for case in CASES if labels.items() <= case.labels.items()]
    assert len(found) == 1
    return found[0]


def test_counts_follow_the_rules_of_the_course() -> None:
    product = case(kernel="matmul", n=256, dtype="float32", threads=1)
    assert (product.flops, product.bytes) == matmul_cost(256, 256, 256)
    vector = case(kernel="matrix-vector product", n=512, dtype="float32", threads=1)
    assert (vector.flops, vector.bytes) == matmul_cost(512, 512, 1)
    for kernel, reads in (("add", 2), ("multiply", 2), ("exp", 1)):
        one = case(kernel=kernel, n=2**14, dtype="float32")
        assert (one.flops, one.bytes) == elementwise_cost(2**14, reads, 1, 1)
    gelu = case(kernel="fused_gelu", n=2**14)
    assert (gelu.flops, gelu.bytes) == elementwise_cost(2**14, 1, 1, 8)
    assert case(kernel="sum", n=2**14, dtype="float32").bytes == 4 * (2**14 + 1)
    assert case(kernel="dot product", n=2**14, dtype="float32").bytes == 4 * (2**15 + 1)


@pytest.mark.parametrize("kernel", ["add", "exp", "sum", "matmul", "matrix-vector product"])
def test_float64_moves_twice_as_much_for_as_many_operations(kernel: str) -> None:
    single, double = (
        case(
            kernel=kernel,
            n=2**12 if kernel in ("add", "exp", "sum") else 512,
            dtype=dtype,
            threads=1,
        )
        for dtype in ("float32", "float64")
    )
    assert double.bytes == 2 * single.bytes
    assert double.flops == single.flops


def test_several_threads_are_offered_where_blas_may_use_them() -> None:
    several = {one.labels["kernel"] for one in CASES if one.labels["threads"] != 1}
    products = {"matmul", "matrix-vector product", "dot product"}
    assert several == (products if len(thread_counts()) > 1 else set())


def test_cases_that_take_turns_have_the_same_size() -> None:
    for group in kernels.PLAN.groups(True):
        assert len({one.labels["n"] for one in group.cases}) == 1
        assert len(group.cases) == len({tuple(one.labels.items()) for one in group.cases})


REFERENCES: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "matmul": lambda a, b: a @ b,
    "matrix-vector product": lambda a, x: a @ x,
    "add": lambda x, y: x + y,
    "multiply": lambda x, y: x * y,
    "exp": lambda x, y: np.exp(x),
    "sum": lambda x, y: x.sum(),
    "dot product": lambda x, y: (x * y).sum(),
}


def gelu(x: np.ndarray, _: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: next(iter(family.kernels)))
def test_each_kernel_computes_what_its_name_says(family: Family) -> None:
    rng = np.random.default_rng(0)
    for name, kernel in family.kernels.items():
        for dtype in kernel.dtypes:
            x, y, out = (rng.standard_normal(shape).astype(dtype) for shape in family.shapes(16))
            result = np.asarray(kernel.call(x, y, out))
            assert result.dtype == dtype
            expected = REFERENCES.get(name, gelu)(x, y)
            np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)
            assert result.ndim == 0 or result is out or name not in REFERENCES
