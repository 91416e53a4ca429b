import numpy as np
import pytest

from tinytorch.perf.ladders.gelu import GELU_RUNGS
from tinytorch.perf.ladders.gelu_expressions import PAGE
from tinytorch.perf.ladders.matmul import MATMUL_RUNGS
from tinytorch.perf.ladders.transformer_block import PARTS, TransformerBlock


def gelu_in_float64(x: np.ndarray) -> np.ndarray:
    wide = x.astype(np.float64)
    return 0.5 * wide * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)))


@pytest.mark.parametrize("rung", GELU_RUNGS)
@pytest.mark.parametrize("n", [1, 1000, 32_768, 70_001])
def test_every_gelu_rung_computes_gelu(rung: str, n: int) -> None:
    x = np.linspace(-10, 10, n, dtype=np.float32)
    before = x.copy()
    result = GELU_RUNGS[rung](x)
    np.testing.assert_allclose(result, gelu_in_float64(x), atol=2e-6)
    np.testing.assert_array_equal(x, before)


def test_only_the_pages_line_leaves_float32() -> None:
    x = np.ones(4, dtype=np.float32)
    assert {rung for rung, gelu in GELU_RUNGS.items() if gelu(x).dtype != np.float32} == {PAGE}


@pytest.mark.parametrize("rung", MATMUL_RUNGS)
def test_every_matmul_rung_multiplies(rung: str) -> None:
    rng = np.random.default_rng(0)
    a = rng.standard_normal((7, 5), dtype=np.float32)
    b = rng.standard_normal((5, 9), dtype=np.float32)
    result = MATMUL_RUNGS[rung](a, b)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, a @ b, rtol=1e-5, atol=1e-5)


def block() -> TransformerBlock:
    return TransformerBlock.random(width=16, heads=4, gelu=GELU_RUNGS["in place"])


def test_the_parts_make_up_the_block() -> None:
    x = np.random.default_rng(0).standard_normal((6, 16), dtype=np.float32)
    result = block().forward(x)
    assert result.shape == x.shape
    assert result.dtype == np.float32
    assert tuple(block().part_calls(x)) == PARTS
    for call in block().part_calls(x).values():
        call()


def test_softmax_and_layer_norm_keep_their_promises() -> None:
    x = np.random.default_rng(0).standard_normal((6, 16), dtype=np.float32) * 5
    np.testing.assert_allclose(block().softmax(x).sum(axis=-1), 1, rtol=1e-5)
    normed = block().layer_norm(x)
    np.testing.assert_allclose(normed.mean(axis=-1), 0, atol=1e-5)
    np.testing.assert_allclose(normed.var(axis=-1), 1, rtol=1e-3)


def test_a_width_that_heads_do_not_divide_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of heads"):
        TransformerBlock.random(width=10, heads=4, gelu=GELU_RUNGS["in place"])
