"""The roofline explorer over a learner's four functions: measured when a control has moved."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.explore.instant_roofs import give_roofs_at_once
from tinytorch.core.tensor import Tensor
from tinytorch.explore.explorers import explore_roofline, explorer
from tinytorch.explore.learner.attempt import NothingToShow


def product(a: Tensor, b: Tensor, tile_size: int = 64) -> Tensor:
    return Tensor(np.matmul(a.data, b.data))


def gelu(x: Tensor) -> Tensor:
    return Tensor(x.data * np.float32(0.5))


def unwritten(*arguments: object) -> Tensor:
    raise NotImplementedError


@pytest.fixture(autouse=True)
def roofs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the machine its roofs at once; the list says how often they were measured."""
    return give_roofs_at_once(monkeypatch)


def moved(live, **state):
    live.state = {**live.shown_state, **state}
    return live.facts(live.shown_state)


def test_a_moved_control_measures_that_function_and_keeps_the_former_points():
    live = explore_roofline(product, gelu, gelu, product, budget=5)
    assert "Limiting roof" in moved(live, n=64)
    facts = moved(live, kernel="fused_gelu", n=2**12)
    assert facts["Intensity"] == "1.00 FLOP/byte"
    assert "Share of that roof" in facts
    assert "Share of that roof" in live.facts(
        {**live.shown_state, "kernel": "vectorized_matmul", "n": 64}
    )
    rates = [row["GFLOP/s (quartiles)"] for row in live.rows(live.shown_state)]
    assert rates[0] != "not measured"
    assert set(rates[1:]) == {"not measured"}


def test_the_four_functions_are_counted_as_the_part_on_rooflines_counts_them():
    live = explore_roofline(product, gelu, gelu, product)
    intensities = {
        kernel: live.facts({**live.shown_state, "kernel": kernel, "n": n})["Intensity"]
        for kernel, n in (("tiled_matmul", 512), ("unfused_gelu", 2**20))
    }
    assert intensities == {"tiled_matmul": "85.3 FLOP/byte", "unfused_gelu": "1.00 FLOP/byte"}


def test_a_function_that_is_not_written_yet_says_so_and_the_others_go_on():
    live = explore_roofline(product, unwritten, gelu, product, budget=5)
    moved(live, kernel="fused_gelu", n=2**12)
    assert live.trouble.startswith("Part 2 is not written yet")
    facts = moved(live, kernel="unfused_gelu")
    assert live.trouble == ""
    assert "Share of that roof" in facts


def test_the_readers_own_kernel_asks_for_no_measurement():
    calls = []

    def counting(a: Tensor, b: Tensor) -> Tensor:
        calls.append(1)
        return product(a, b)

    live = explore_roofline(counting, gelu, gelu, product, budget=1)
    moved(live, n=64)
    before = len(calls)
    facts = moved(live, n=64, own=True, flop=10**9)
    assert len(calls) == before
    assert "Yours: attainable" in facts


def test_without_roofs_the_rate_still_stands(monkeypatch):
    def no_roofs() -> Iterator[float]:
        raise NothingToShow("The roofs could not be measured.")
        yield 0

    monkeypatch.setattr(explorer, "measured_roofs", no_roofs)
    live = explore_roofline(product, gelu, gelu, product, budget=5)
    facts = moved(live, n=64)
    assert facts["Rate"].endswith("GFLOP/s")
    assert "Limiting roof" not in facts
    assert {row["limiting roof"] for row in live.rows(live.shown_state)} == {"not measured"}


def test_it_can_be_reopened_by_what_it_was_called_with():
    live = explore_roofline(product, gelu, gelu, product, kernel="fused_gelu", n=2**14)
    assert live.payload["call"] == (
        "explore_roofline(vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul"
    )
    assert (live.shown_state["kernel"], live.shown_state["n"]) == ("fused_gelu", 2**14)
    assert "measured here" in str(live)
