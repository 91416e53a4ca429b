import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.explore.curves import spread_apart
from tinytorch.explore.ticks import plain_number, power_of_two


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.01, 0.3))
def test_labels_end_apart_and_in_order(wanted: list[float], gap: float) -> None:
    placed = spread_apart(wanted, gap)
    ordered = sorted(placed)
    assert all(b - a >= gap * (1 - 1e-9) for a, b in zip(ordered, ordered[1:], strict=False))
    by_wish = [placed[i] for i in sorted(range(len(wanted)), key=lambda i: wanted[i])]
    assert by_wish == ordered


def test_labels_that_are_apart_stay() -> None:
    assert spread_apart([0.1, 0.5, 0.9], 0.1) == pytest.approx([0.1, 0.5, 0.9])


@pytest.mark.parametrize(("n", "text"), [(1024, "2¹⁰"), (1, "2⁰"), (1000, "1,000")])
def test_powers_of_two(n: int, text: str) -> None:
    assert power_of_two(n) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.01, "0.01"), (0.5, "0.5"), (1, "1"), (1000, "1,000")]
)
def test_plain_numbers(value: float, text: str) -> None:
    assert plain_number(value) == text
