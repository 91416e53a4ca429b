import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.spread import Spread, significant

positive = st.floats(min_value=1e-9, max_value=1e9)


@given(st.lists(positive, min_size=1, max_size=30))
def test_quartiles_are_in_order_and_within_the_samples(samples: list[float]) -> None:
    spread = Spread.of(samples)
    assert min(samples) * (1 - 1e-12) <= spread.q1 <= spread.median <= spread.q3
    assert spread.q3 <= max(samples) * (1 + 1e-12)
    assert spread.runs == len(samples)


@given(st.lists(positive, min_size=1, max_size=30))
def test_the_order_of_samples_does_not_matter(samples: list[float]) -> None:
    assert Spread.of(samples) == Spread.of(sorted(samples))


def test_exact_quartiles() -> None:
    assert Spread.of([5, 1, 4, 2, 3]) == Spread(median=3, q1=2, q3=4, runs=5)


def test_text() -> None:
    spread = Spread(median=16.21, q1=15.1, q3=17.34, runs=5)
    assert str(spread) == "16.2 (15.1 to 17.3)"
    assert f"{spread:.2f}" == "16.21 (15.10 to 17.34)"
    assert f"{spread}" == str(spread)


@pytest.mark.parametrize("samples", [[], [math.nan], [1.0, math.inf]])
def test_nonsense_is_named(samples: list[float]) -> None:
    with pytest.raises(ValueError, match="spread needs"):
        Spread.of(samples)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (16.24, "16.2"),
        (1234, "1,230"),
        (0.00451, "0.00451"),
        (9.999, "10.0"),
        (1, "1.00"),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text
