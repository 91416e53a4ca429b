import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.perf.machines import CACHES, LEVELS, machine_points
from tinytorch.core.tensor import Tensor
from tinytorch.explore.chart import Chart
from tinytorch.explore.learner import roofline as roofline_module
from tinytorch.explore.learner import show_gelu, show_matmul, show_roofline, show_tiles
from tinytorch.explore.learner.roofline import gelu_elements
from tinytorch.perf.acceleration import (
    fused_gelu,
    tiled_matmul,
    unfused_gelu,
    vectorized_matmul,
)
from tinytorch.perf.ceilings import Ceilings, level_behind
from tinytorch.perf.context import Context
from tinytorch.perf.points import Sweep
from tinytorch.perf.recording import Recording
from tinytorch.perf.roofline import Machine


def unwritten(*_: Any) -> Tensor:
    raise NotImplementedError("not written yet")


def noisy_gelu(x: Tensor) -> Tensor:
    print("a line for every call")
    warnings.warn("a warning for every call", stacklevel=1)
    np.log(np.zeros(1))
    return fused_gelu(x)


def python_loops(a: Tensor, b: Tensor, tile_size: int = 1) -> Tensor:
    left, right = a.data.tolist(), list(zip(*b.data.tolist(), strict=True))
    return Tensor(
        [[sum(x * y for x, y in zip(row, col, strict=True)) for col in right] for row in left]
    )


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on measuring: what is tested is what is shown and said."""
    for module in ("gelu", "tiles", "roofline"):
        monkeypatch.setattr(f"tinytorch.explore.learner.{module}.SECONDS", 0.0)
    monkeypatch.setattr("tinytorch.explore.learner.matmul.SECONDS_A_SIZE", 30.0)
    monkeypatch.setattr("tinytorch.explore.learner.matmul.SIZES", (16, 32))
    monkeypatch.setattr("tinytorch.explore.learner.gelu.LARGE", 2**14)
    monkeypatch.setattr("tinytorch.explore.learner.gelu.LONGEST_CALL", 30.0)
    monkeypatch.setattr("tinytorch.explore.learner.tiles.LONGEST_CALL", 30.0)
    monkeypatch.setattr("tinytorch.explore.learner.tiles.N", 128)
    monkeypatch.setattr("tinytorch.explore.learner.tiles.TILES", (128, 64))
    monkeypatch.setattr("tinytorch.explore.learner.roofline.GELU_N", 2**14)
    monkeypatch.setattr("tinytorch.explore.learner.roofline.MATMUL_N", 128)
    monkeypatch.setattr("tinytorch.explore.learner.roofline.LONGEST_CALL", 30.0)
    monkeypatch.setattr("tinytorch.explore.learner.roofline.LARGEST_GELU_N", 2**14)
    sweep = Sweep("ceilings", "", "", machine_points(thread_counts=(1,)))
    machine = Machine(
        Recording(Context(cpu="Example", cores=1, caches=CACHES), {sweep.name: sweep})
    )
    monkeypatch.setattr(roofline_module.Machine, "measure", lambda quick, progress: machine)


def is_silent(capfd: pytest.CaptureFixture[str]) -> bool:
    captured = capfd.readouterr()
    return captured.err == "" and captured.out == ""


@pytest.mark.parametrize(
    ("show", "rows"),
    [
        (lambda: show_matmul(vectorized_matmul), 2),
        (lambda: show_gelu(fused_gelu), 3),
        (lambda: show_gelu(fused_gelu, unfused_gelu), 4),
        (lambda: show_gelu(noisy_gelu), 3),
        (lambda: show_tiles(tiled_matmul), 3),
        # Four kernels and seven roofs.
        (lambda: show_roofline(vectorized_matmul, fused_gelu, unfused_gelu, tiled_matmul), 11),
    ],
)
def test_working_parts_are_drawn_and_nothing_else_is_written(
    show: Callable[[], Chart], rows: int, capfd: pytest.CaptureFixture[str]
) -> None:
    chart = show()
    assert isinstance(chart, Chart)
    assert len(chart.table) == rows
    assert chart.badge.startswith("measured here")
    assert '<details open="">' in chart._repr_html_()
    assert is_silent(capfd)


@pytest.mark.parametrize(
    ("show", "sentences"),
    [
        (lambda: show_matmul(unwritten), ["Part 1 is not written yet"]),
        (lambda: show_gelu(unwritten), ["Part 2 is not written yet"]),
        (lambda: show_gelu(unwritten, unwritten), ["Part 2 is not", "Part 3 is not written yet"]),
        (lambda: show_tiles(unwritten), ["Part 4 is not written yet"]),
        (
            lambda: show_roofline(unwritten, unwritten, unwritten, unwritten),
            ["Part 1 is not", "Part 4 is not", "Part 2 is not", "Part 3 is not"],
        ),
        (lambda: show_matmul(lambda a, b: 1 / 0), ["vectorized_matmul raised ZeroDivisionError"]),
        (lambda: show_matmul(lambda a, b: exit()), ["vectorized_matmul raised SystemExit"]),
        (lambda: show_matmul(lambda a, b: None), ["returned NoneType, expected a Tensor"]),
        (lambda: show_matmul(lambda a, b: a.data), ["returned ndarray, expected a Tensor"]),
        (lambda: show_gelu(lambda x: Tensor([1])), ["returned an array of shape (1,)"]),
        (lambda: show_gelu(None), ["fused_gelu is NoneType, expected a function"]),
        (lambda: show_tiles(3), ["tiled_matmul is int, expected a function"]),
    ],
)
def test_anything_else_gives_one_sentence_each(
    show: Callable[[], Chart | None], sentences: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert show() is None
    captured = capfd.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert len(lines) == len(sentences)
    for line, sentence in zip(lines, sentences, strict=True):
        assert sentence in line
        assert line.endswith(".")


def test_a_product_of_python_loops_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tinytorch.explore.learner.tiles.LONGEST_FIRST_CALL", 0.0)
    assert show_tiles(python_loops) is None
    assert "one NumPy product" in capfd.readouterr().out


def test_one_size_alone_can_be_drawn(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tinytorch.explore.learner.matmul.SECONDS_A_SIZE", 0.0)
    chart = show_matmul(python_loops)
    assert chart is not None
    assert len(chart.table) == 1
    assert chart.svg
    assert is_silent(capfd)


def test_parts_that_work_are_shown_without_those_that_do_not(
    capfd: pytest.CaptureFixture[str],
) -> None:
    chart = show_roofline(unwritten, fused_gelu, unfused_gelu, unwritten)
    assert chart is not None
    names = [row["kernel or roof"] for row in chart.table]
    assert [name for name in names if "roof:" not in name] == ["fused_gelu", "unfused_gelu"]
    assert len(capfd.readouterr().out.splitlines()) == 2


def test_kernels_are_held_against_the_level_that_their_bytes_come_from() -> None:
    levels = Ceilings(machine_points(), CACHES).levels()
    starts = {level.name: level.smallest for level in levels}
    assert list(starts) == ["L1", "L2", "L3", "memory"]
    for name, smallest in starts.items():
        assert level_behind(starts, smallest) == name
    assert level_behind(starts, 1) == "L1"  # smaller than all that was measured
    assert level_behind(starts, starts["memory"] - 1) == "L3"  # a part may still be cached
    assert level_behind(starts, 2**40) == "memory"
    # On a busy machine a level may come out slower than the next: sizes decide, not rates.
    assert level_behind(dict(reversed(starts.items())), starts["L2"]) == "L2"


def test_gelu_is_timed_on_arrays_that_leave_every_cache_if_that_takes_no_longer_than_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    levels = Ceilings(machine_points(), CACHES).levels()
    assert 8 * gelu_elements(levels, seconds=0.01) == levels[-1].smallest == 32 * 2**20
    assert gelu_elements(levels, seconds=0.2) == 2**21
    assert gelu_elements(levels, seconds=0.4) == 2**20
    huge = {2**30 if size == 16 * 2**20 else size: rate for size, rate in LEVELS.items()}
    sizes = [2**exponent for exponent in range(14, 33)]
    levels = Ceilings(machine_points(huge, working_sets=sizes), CACHES).levels()
    assert gelu_elements(levels, seconds=0.01) == 2**23


def test_a_function_that_fails_the_second_time_is_named(
    capfd: pytest.CaptureFixture[str],
) -> None:
    calls = []

    def once(a: Tensor, b: Tensor) -> Tensor:
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("again")
        return vectorized_matmul(a, b)

    assert show_matmul(once) is None
    assert "raised RuntimeError when it was called again" in capfd.readouterr().out
