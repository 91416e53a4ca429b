"""The tile explorer over a learner's own function: measured when a control has moved."""

from collections.abc import Iterator

import pytest

from tests.explore.instant_roofs import give_roofs_at_once
from tinytorch.core.tensor import Tensor
from tinytorch.explore.explorers import explore_tiles, explorer
from tinytorch.explore.learner.attempt import NothingToShow

FIRST = {"n": 64, "tile": 32, "step": 1}
SECOND = {"n": 64, "tile": 64, "step": 1}


def tiled_matmul(a: Tensor, b: Tensor, tile_size: int = 64) -> Tensor:
    return Tensor(a.data @ b.data)


@pytest.fixture(autouse=True)
def roofs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the machine its roofs at once; the list says how often they were measured."""
    return give_roofs_at_once(monkeypatch)


def test_an_explorer_that_nobody_looks_at_measures_nothing(roofs):
    calls = []
    explore_tiles(lambda *arguments: calls.append(arguments))
    assert calls == []
    assert roofs == []


def test_a_moved_control_measures_the_function_and_keeps_the_former_points(roofs):
    live = explore_tiles(tiled_matmul, budget=5)
    live.state = FIRST
    live.state = SECOND
    assert [(p["n"], p["tile"]) for p in live.payload["points"]] == [(64, 32), (64, 64)]
    assert [p["n"] for p in live.payload["whole"]] == [64]
    assert "GFLOP/s" in live.facts(SECOND)["Rate (quartiles)"]
    assert (live.trouble, live.activity) == ("", "")
    assert roofs == ["measured"]


def test_the_same_place_is_measured_anew(roofs):
    live = explore_tiles(tiled_matmul, budget=5)
    live.state = FIRST
    live.state = {**FIRST, "step": 2}
    assert len(live.payload["points"]) == 1


def test_a_function_that_raises_gives_its_message_and_the_next_measurement_works():
    faulty = True

    def sometimes(a: Tensor, b: Tensor, tile_size: int = 64) -> Tensor:
        if faulty:
            raise RuntimeError("the third row is missing")
        return tiled_matmul(a, b, tile_size)

    live = explore_tiles(sometimes, budget=5)
    live.state = FIRST
    assert "the third row is missing" in live.trouble
    assert live.payload["points"] == []
    faulty = False
    live.state = SECOND
    assert live.trouble == ""
    assert len(live.payload["points"]) == 1


def test_a_part_that_is_not_written_yet_says_so():
    def unwritten(a: Tensor, b: Tensor, tile_size: int = 64) -> Tensor:
        raise NotImplementedError

    live = explore_tiles(unwritten)
    live.state = FIRST
    assert live.trouble.startswith("Part 4 is not written yet")


def test_without_roofs_the_explorer_still_measures(monkeypatch):
    tries = []

    def no_roofs() -> Iterator[float]:
        tries.append("tried")
        raise NothingToShow("The roofs could not be measured.")
        yield 0

    monkeypatch.setattr(explorer, "measured_roofs", no_roofs)
    live = explore_tiles(tiled_matmul, budget=5)
    live.state = FIRST
    live.state = SECOND
    assert tries == ["tried"]
    assert live.payload["roofs"] is None
    assert len(live.payload["points"]) == 2
    assert "Limiting roof" not in live.facts(FIRST)


def test_in_words_it_says_what_is_not_measured_yet():
    live = explore_tiles(tiled_matmul)
    assert "not measured" in str(live)
    assert live.payload["badge"].startswith("measured here")


def test_a_notebook_gets_the_widget_and_words_but_no_page():
    live = explore_tiles(tiled_matmul)
    bundle = live._repr_mimebundle_()[0]
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    live.close()


def test_the_first_look_is_measured_even_where_every_control_was_named(roofs):
    live = explore_tiles(tiled_matmul, budget=5, **FIRST)
    assert live.shown_state == FIRST
    live.state = dict(FIRST)  # what the page sends when it is opened
    assert len(live.payload["points"]) == 1
