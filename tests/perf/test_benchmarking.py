import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytorch.perf.acceleration import fused_gelu, tiled_matmul, vectorized_matmul
from tinytorch.perf.benchmarking import BenchmarkTable, benchmark


def fake_table(**arguments: Any) -> BenchmarkTable:
    """Benchmark two functions whose cost is set: n seconds, and two n."""
    now = [0.0]

    def once(n: int) -> None:
        now[0] += n

    def twice(n: int) -> None:
        now[0] += 2 * n

    return benchmark(
        [once, twice],
        sizes=[3, 5],
        make_inputs=lambda n: (n,),
        clock=lambda: now[0],
        **arguments,
    )


def test_times_and_ratios_are_exact_with_a_fake_clock() -> None:
    table = fake_table(rounds=3)
    assert table.functions == ["once", "twice"]
    assert table.sizes == [3, 5]
    assert table.row("once", 5).seconds.median == 5
    assert table.row("twice", 5).ratio.median == 2
    assert table.row("once", 3).ratio.median == 1
    assert table.row("once", 3).seconds.runs == 3


def test_it_goes_to_text_html_json_and_csv(tmp_path: Path) -> None:
    table = fake_table()
    assert "times once" in str(table)
    assert "5.00 s" in str(table)
    assert table._repr_html_().count("<tr>") == 5
    facts = json.loads(json.dumps(table.to_dict()))
    assert len(facts["rows"]) == 4
    assert facts["threads"] == 1
    rows = list(csv.DictReader(io.StringIO(table.to_csv(tmp_path / "t.csv"))))
    assert rows[1] == {
        "function": "twice",
        "size": "3",
        "median_s": "6.0",
        "q1_s": "6.0",
        "q3_s": "6.0",
        "runs": "7",
        "ratio_to_first": "2.0",
    }
    assert (tmp_path / "t.csv").read_text() == table.to_csv()


def test_it_plots() -> None:
    axes = fake_table().plot().axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["3", "5"]
    assert axes.get_ylabel() == "time of one call (s)"


@pytest.mark.parametrize("function", [vectorized_matmul, tiled_matmul, fused_gelu, np.exp])
def test_inputs_are_made_for_the_courses_functions(function: Any) -> None:
    assert len(benchmark(function, [8, 16], rounds=1).rows) == 2


def test_functions_of_one_name_are_told_apart() -> None:
    table = benchmark([fused_gelu, fused_gelu], [8], rounds=1)
    assert table.functions == ["fused_gelu", "fused_gelu (2)"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((fused_gelu, []), "sizes is empty"),
        ((fused_gelu, [0]), "sizes contains 0"),
        ((fused_gelu, [-4]), "sizes contains -4"),
        ((fused_gelu, [2.5]), "sizes contains 2.5"),
        ((fused_gelu, [True]), "sizes contains True"),
        ((fused_gelu, "128"), "sizes is '128'"),
        ((fused_gelu, 128), "sizes is 128"),
        ((3, [8]), "was given 3, expected a function"),
        (([], [8]), "was given no function"),
        (([fused_gelu, None], [8]), "was given None"),
        ((lambda a, b, c: None, [8]), "pass make_inputs="),
        (([fused_gelu, vectorized_matmul], [8]), "need \\[1, 2\\]"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(arguments: tuple[Any, Any], sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence) as refusal:
        benchmark(*arguments)
    assert "\n" not in str(refusal.value)


def test_nonsense_options_are_refused() -> None:
    with pytest.raises(ValueError, match="rounds contains 0"):
        benchmark(fused_gelu, [8], rounds=0)
    with pytest.raises(ValueError, match="threads contains -1"):
        benchmark(fused_gelu, [8], threads=-1)
    with pytest.raises(TypeError, match="make_inputs is 3"):
        benchmark(fused_gelu, [8], make_inputs=3)  # type: ignore[arg-type]


def test_an_unknown_row_is_named() -> None:
    with pytest.raises(KeyError, match="no row for 'x'"):
        fake_table().row("x", 3)
