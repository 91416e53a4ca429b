import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.explore.recorded import data_sheet, small_accelerator, small_recording
from tinytorch.explore.charts.hardware import (
    Specification,
    hardware_chart,
    like_with_like,
    where_gpu_figures_come_from,
)
from tinytorch.perf.recording import Recording, write_recording

STATED = data_sheet()


def test_without_a_recorded_gpu_the_page_says_that_its_figures_are_specifications() -> None:
    text = where_gpu_figures_come_from([])
    assert text.startswith("No GPU has been recorded for this book yet")
    assert "is a specification" in text
    text = like_with_like(small_recording(), [], STATED)
    assert "By its specification, the Stated 1 may reach 19,500 GFLOP/s in float32" in text
    assert "only an upper bound" in text


def test_with_a_recorded_gpu_the_page_compares_measured_with_measured() -> None:
    text = where_gpu_figures_come_from([small_accelerator()])
    assert "The Example GPU was measured: 244 GFLOP/s" in text  # 2 * 512^3 / 1.1 ms
    assert "11.4 GB/s in its own memory" in text  # 12 * 2^20 bytes / 1.1 ms
    assert "took 1.00 (1.00 to 1.00) times as long" in text
    assert "No GPU" not in text
    text = like_with_like(small_recording(), [small_accelerator()], STATED)
    assert "the Example GPU achieved 244 GFLOP/s" in text
    assert "no measured speed-up" in text
    assert "upper bound" not in text


def test_every_recorded_gpu_is_named() -> None:
    both = [small_accelerator(), small_accelerator("Other GPU", 2e-3)]
    assert "Other GPU was measured: 122 GFLOP/s" in where_gpu_figures_come_from(both)
    assert "the Other GPU achieved 122 GFLOP/s" in like_with_like(small_recording(), both, STATED)
    assert len(hardware_chart(small_recording(), both, [STATED]).table) == 3


def test_data_sheets_are_drawn_only_until_something_is_measured() -> None:
    chart = hardware_chart(small_recording(), [], [STATED])
    cpu, stated = chart.table
    assert cpu["figures are"] == "measured, 2 threads"
    assert cpu["device"] == "Example, 2 cores"
    assert stated["figures are"] == "specification"
    # As the data sheet has it: no digit rounded away, no quartiles that nobody measured.
    assert (stated["GEMM float32, GFLOP/s"], stated["memory, GB/s"]) == ("19,500", "1,555")
    assert stated["GELU on 2²⁰, ns per element"] == "-"
    styles = [line.get_linestyle() for line in chart.figure.axes[0].lines]
    assert styles.count("--") == 1

    chart = hardware_chart(small_recording(), [small_accelerator()], [STATED])
    assert [row["figures are"] for row in chart.table] == ["measured, 2 threads", "measured"]
    assert "--" not in [line.get_linestyle() for line in chart.figure.axes[0].lines]
    assert chart.badge.count("recorded on") == 2


def test_only_the_same_precision_is_compared() -> None:
    tensor_cores = Specification("Stated 2", "bfloat16", 312_000, 1_555)
    chart = hardware_chart(small_recording(), [], [STATED, tensor_cores])
    assert [row["device"] for row in chart.table] == ["Example, 2 cores", "Stated 1"]


def test_gelu_is_compared_at_the_largest_size_that_all_have_and_by_the_same_count() -> None:
    chart = hardware_chart(small_recording(), [small_accelerator()])
    key = "GELU on 2²⁰, ns per element"
    cpu = small_recording().sweep("gelu_ladder").point(rung="blocked exp", n=2**20)
    assert chart.table[0][key] == f"{cpu.ns_per_element}, one thread"
    gpu = small_accelerator().sweep("gelu").point(rung="PyTorch's GELU", n=2**20)
    assert chart.table[1][key] == str(gpu.ns_per_element)


def test_a_gpu_of_which_only_a_part_was_measured_does_not_stop_the_page() -> None:
    whole = small_accelerator()
    part = replace(whole, sweeps={"gemm": whole.sweep("gemm")})
    assert where_gpu_figures_come_from([part]) == where_gpu_figures_come_from([])
    assert "upper bound" in like_with_like(small_recording(), [part], STATED)
    table = hardware_chart(small_recording(), [part], [STATED]).table
    assert table == hardware_chart(small_recording(), [], [STATED]).table


def test_a_machine_with_one_core_is_named_in_the_singular() -> None:
    recording = small_recording()
    ceilings = recording.sweep("ceilings")
    alone = replace(
        recording,
        sweeps={
            **recording.sweeps,
            "ceilings": replace(ceilings, points=tuple(ceilings.where(threads=1))),
        },
    )
    assert "with 1 thread." in like_with_like(alone, [], STATED)


CHAPTER = Path(__file__).parents[2] / "book" / "threads_and_hardware.md"


@pytest.mark.parametrize("accelerators", [[], [small_accelerator()]], ids=["none", "one"])
def test_the_chapter_runs_with_and_without_a_recorded_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accelerators: list[Recording]
) -> None:
    """Run its cells beside such a folder of measurements: the text changes by itself."""
    for recording in [small_recording(), *accelerators]:
        write_recording(recording, tmp_path / "measurements" / f"{recording.name}.json")
    monkeypatch.setattr("myst_nb.glue", lambda name, text, display: None)
    monkeypatch.chdir(tmp_path)
    cells = re.findall(
        r"^```\{code-cell\} ipython3\n(?::tags:[^\n]*\n)?(.*?)^```$",
        CHAPTER.read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    names: dict[str, object] = {}
    shown = []
    for cell in cells:
        exec(cell, names)
        last = cell.strip().splitlines()[-1]
        if last.startswith(("hardware_chart(", "Markdown(")):
            shown.append(eval(last, names))
    figures, chart, compared = shown
    sources = [row["figures are"] for row in chart.table[1:]]
    assert sources == (["measured"] if accelerators else ["specification"] * 2)
    assert figures.data == where_gpu_figures_come_from(accelerators)
    assert ("upper bound" in compared.data) == (not accelerators)
    assert (small_accelerator().context.machine in chart.badge) == bool(accelerators)
