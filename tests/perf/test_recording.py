import copy
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explore.recorded import small_recording
from tinytorch.explore import charts
from tinytorch.perf.context import Context
from tinytorch.perf.points import Point, RecordingError, Sweep
from tinytorch.perf.recording import (
    Recording,
    broken_recordings,
    load_accelerators,
    load_recording,
    read_recording,
    recording_from_dict,
    write_recording,
)

CONTENT: dict[str, Any] = {
    "schema": "tinytorch-recording",
    "version": 1,
    "quick": False,
    "context": {
        "cpu": "Example CPU",
        "cores": 2,
        "caches": {"L1d": 32768},
        "memory_bytes": None,
        "os": "Example OS",
        "python": "3.11.0",
        "numpy": "2.4.6",
        "blas": "OpenBLAS 0.3.31",
        "blas_kernel": "Haswell",
        "date": "2026-11-22",
    },
    "sweeps": {
        "gelu_ladder": {
            "title": "GELU",
            "counting": "one FLOP",
            "points": [
                {
                    "case": {"rung": "slow", "n": 1000},
                    "group": 0,
                    "samples": [4e-6, 6e-6, 10e-6],
                    "elements": 1000,
                    "flops": 8000,
                    "bytes": 8000,
                },
                {
                    "case": {"rung": "fast", "n": 1000},
                    "group": 0,
                    "samples": [1e-6, 2e-6, 2e-6],
                    "elements": 1000,
                },
                {"case": {"rung": "fast", "n": 2000}, "group": 1, "samples": [1e-6, 2e-6, 2e-6]},
            ],
        },
    },
}


def content() -> dict[str, Any]:
    return copy.deepcopy(CONTENT)


def test_rates_follow_from_samples() -> None:
    sweep = recording_from_dict(content()).sweep("gelu_ladder")
    point = sweep.point(rung="slow", n=1000)
    assert point.seconds.median == 6e-6
    assert point.ns_per_element.median == pytest.approx(6.0)
    assert point.gflops.median == pytest.approx(8000 / 6e-6 / 1e9)
    assert point.gbs.median == pytest.approx(8000 / 6e-6 / 1e9)


def test_ratio_is_the_median_of_the_rounds_ratios() -> None:
    sweep = recording_from_dict(content()).sweep("gelu_ladder")
    ratio = sweep.ratio(sweep.point(rung="slow", n=1000), sweep.point(rung="fast", n=1000))
    assert ratio.median == pytest.approx(4.0)  # of 4, 3 and 5; the ratio of medians would be 3
    assert ratio.runs == 3


@given(st.lists(st.floats(min_value=1e-9, max_value=10), min_size=1, max_size=20))
def test_ratio_of_a_point_with_itself_is_one(samples: list[float]) -> None:
    point = Point({"n": 1}, tuple(samples))
    ratio = Sweep("s", "t", "c", (point,)).ratio(point, point)
    assert (ratio.q1, ratio.median, ratio.q3) == (1, 1, 1)


def test_points_of_different_groups_have_no_ratio() -> None:
    sweep = recording_from_dict(content()).sweep("gelu_ladder")
    with pytest.raises(RecordingError, match="did not take turns"):
        sweep.ratio(sweep.point(rung="fast", n=1000), sweep.point(rung="fast", n=2000))


def test_a_missing_point_is_answered_with_what_there_is() -> None:
    sweep = recording_from_dict(content()).sweep("gelu_ladder")
    with pytest.raises(RecordingError, match="rung: .'slow', 'fast'."):
        sweep.point(rung="other", n=1000)
    with pytest.raises(RecordingError, match="holds 2 points"):
        sweep.point(n=1000)


def test_a_missing_sweep_is_answered_with_a_command() -> None:
    with pytest.raises(RecordingError, match="measure --only layout"):
        recording_from_dict(content()).sweep("layout")


def test_a_missing_count_is_named() -> None:
    point = recording_from_dict(content()).sweep("gelu_ladder").point(rung="fast", n=2000)
    with pytest.raises(RecordingError, match="number of flops"):
        _ = point.gflops


def test_badge() -> None:
    assert recording_from_dict(content()).badge == (
        "recorded on Example CPU, 2 cores, 2026-11-22, NumPy 2.4.6, OpenBLAS (Haswell kernels)"
    )


def test_writing_and_reading_gives_the_same(tmp_path: Path) -> None:
    recording = recording_from_dict(content())
    write_recording(recording, tmp_path / "m.json")
    assert read_recording(tmp_path / "m.json") == recording
    assert json.loads((tmp_path / "m.json").read_text())["sweeps"] == CONTENT["sweeps"]


def test_a_failed_write_leaves_the_former_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.json"
    path.write_text("former")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_recording(recording_from_dict(content()), path)
    assert path.read_text() == "former"
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.json"]


def edited(*keys: Any, value: Any = None) -> dict[str, Any]:
    """Return the content with one field replaced, or removed where the value is None."""
    changed = content()
    where: Any = changed
    for key in keys[:-1]:
        where = where[key]
    if value is None:
        del where[keys[-1]]
    else:
        where[keys[-1]] = value
    return changed


POINT = ("sweeps", "gelu_ladder", "points", 0)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ([], "this is no recording"),
        (edited("schema"), "this is no recording"),
        (edited("version", value=7), "version 7, expected 1"),
        (edited("context"), 'lacks "context"'),
        (edited("context", "cpu"), 'the context lacks "cpu"'),
        (edited("context", "cores", value=-1), "names -1 cores"),
        (edited("context", "accelerator", value=3), '"accelerator": 3, expected text'),
        (edited("context", "packages", value="torch"), "\"packages\": 'torch', expected an object"),
        (edited("context", "packages", value={"PyTorch": 2}), "names the version 2 of a package"),
        (edited("sweeps", value=[]), '"sweeps": \\[\\], expected an object'),
        (edited("sweeps", "gelu_ladder", value=3), "'gelu_ladder' is no JSON object"),
        (edited("sweeps", "gelu_ladder", "points", value=[]), "no points; measure it again"),
        (edited("sweeps", "gelu_ladder", "counting"), 'lacks "counting"'),
        (edited(*POINT, "case"), "point 0 of sweep 'gelu_ladder' lacks \"case\""),
        (edited(*POINT, "case", "n", value=-4), "has n=-4, expected a number of at least 1"),
        (edited(*POINT, "case", value={"n": 0}), "has n=0, expected a number of at least 1"),
        (edited(*POINT, "case", value={"n": [1]}), "label n=\\[1\\]"),
        (edited(*POINT, "samples", value=[]), "has no samples"),
        (edited(*POINT, "samples", value=[0.0]), "sample 0.0, expected seconds above 0"),
        (edited(*POINT, "samples", value=["fast"]), "sample 'fast'"),
        (edited(*POINT, "samples", value=[float("nan")]), "sample nan"),
        (edited(*POINT, "elements", value=-1), "elements=-1"),
        (edited(*POINT, "group"), 'lacks "group"'),
        (edited(*POINT, value="x"), "point 0 of sweep 'gelu_ladder' is no JSON object"),
    ],
)
def test_a_broken_recording_is_refused_in_one_sentence(broken: Any, sentence: str) -> None:
    with pytest.raises(RecordingError, match=sentence) as refusal:
        recording_from_dict(broken)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{")
    with pytest.raises(RecordingError, match="m.json cannot be read as JSON"):
        load_recording(tmp_path, name="m")


def test_the_folder_or_the_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="There is no folder"):
        load_recording(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match="There is no recording of a CPU in"):
        load_recording(tmp_path)
    with pytest.raises(RecordingError, match="There is no recording other.json"):
        load_recording(tmp_path, name="other")


def put(folder: Path, name: str, *, quick: bool = False, sweeps: int = 1, **context: Any) -> None:
    """Write a recording with these facts, and with as many sweeps."""
    changed = content()
    changed["context"].update(cpu=name, **context)
    changed["quick"] = quick
    (sweep,) = changed["sweeps"].values()
    changed["sweeps"] = {f"sweep {index}": sweep for index in range(sweeps)}
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(changed))


def test_a_full_recording_is_chosen_before_a_quick_one_then_the_newest(tmp_path: Path) -> None:
    put(tmp_path, "old", date="2026-01-01")
    put(tmp_path, "new", date="2026-02-01")
    put(tmp_path, "rough", date="2026-03-01", quick=True)
    assert load_recording(tmp_path).context.cpu == "new"
    assert load_recording(tmp_path, name="old").context.cpu == "old"


def test_a_new_machine_that_measured_only_a_part_does_not_take_the_place_of_a_whole_one(
    tmp_path: Path,
) -> None:
    put(tmp_path, "whole", date="2026-01-01", sweeps=3)
    put(tmp_path, "part", date="2026-02-01", sweeps=2)
    assert load_recording(tmp_path).context.cpu == "whole"


@given(st.permutations(["a", "b", "c"]))
def test_the_choice_does_not_depend_on_when_a_file_was_put_there(names: list[str]) -> None:
    with TemporaryDirectory() as folder:
        for name in names:
            put(Path(folder), name, date="2026-01-01")
        assert load_recording(folder).context.cpu == "c"


def test_accelerators_are_read_apart_from_cpus(tmp_path: Path) -> None:
    put(tmp_path, "cpu", date="2026-01-01")
    put(tmp_path, "gpu-b", date="2026-02-01", sweeps=9, accelerator="B")
    put(tmp_path, "gpu-a", date="2026-03-01", sweeps=9, accelerator="A", packages={"PyTorch": "2"})
    assert load_recording(tmp_path).context.cpu == "cpu"
    assert [rec.context.accelerator for rec in load_accelerators(tmp_path)] == ["A", "B"]
    assert load_recording(tmp_path, name="gpu-b").badge == "recorded on B, 2026-02-01"
    assert load_accelerators(tmp_path / "nowhere") == []


def test_a_broken_file_is_passed_over_and_named(tmp_path: Path) -> None:
    put(tmp_path, "good", date="2026-01-01")
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "under-way.unfinished").write_text("")
    assert load_recording(tmp_path).context.cpu == "good"
    assert load_accelerators(tmp_path) == []
    empty, other = broken_recordings(tmp_path)
    assert empty.startswith("empty.json cannot be read as JSON: ")
    assert other.startswith("other.json: this is no recording")


def test_only_broken_files_are_an_error_that_names_one(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(RecordingError, match="other.json: this is no recording"):
        load_recording(tmp_path)


def test_folders_beside_the_recordings_are_not_looked_into(tmp_path: Path) -> None:
    put(tmp_path, "here", date="2026-01-01")
    put(tmp_path / "peers", "there", date="2026-02-01", sweeps=9)
    assert load_recording(tmp_path).context.cpu == "here"


def test_charts_draw_from_the_recording_of_another_machine(tmp_path: Path) -> None:
    """Its file in the folder is all that it takes."""
    first = small_recording()
    second = replace(
        first,
        context=replace(first.context, cpu="Another", cores=8),
        sweeps={name: twice_as_long(sweep) for name, sweep in first.sweeps.items()},
    )
    for recording in (first, second):
        write_recording(recording, tmp_path / f"{recording.name}.json")
    assert load_recording(tmp_path).name == "example-2-cores"  # the same day: the last by name
    another = load_recording(tmp_path, name="another-8-cores")
    assert another == second
    for draw in (charts.gelu_ladder_chart, charts.tile_chart, charts.elementwise_chart):
        chart = draw(another)
        assert chart.badge.startswith("recorded on Another, 8 cores")
        assert chart.table != draw(first).table
        assert chart.table == draw(second).table


def twice_as_long(sweep: Sweep) -> Sweep:
    return replace(
        sweep,
        points=tuple(
            replace(point, samples=tuple(2 * sample for sample in point.samples))
            for point in sweep.points
        ),
    )


MEASUREMENTS = Path(__file__).parents[2] / "book" / "measurements"


def test_the_schema_for_people_holds_a_valid_example() -> None:
    (example,) = re.findall(
        r"^```json\n(.*?)^```$", (MEASUREMENTS / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    recording = recording_from_dict(json.loads(example))
    assert recording.to_dict() == json.loads(example)  # nothing in it that is not read


def test_the_schema_for_people_names_every_field() -> None:
    text = (MEASUREMENTS / "README.md").read_text()
    point = Point({"n": 1}, (1.0,), 0, elements=1, flops=1, bytes=1)
    whole = Recording(Context(cpu="A", cores=1), {"s": Sweep("s", "t", "c", (point,))})
    keys = [*whole.to_dict(), *Context.__dataclass_fields__, *whole.sweep("s").to_dict()]
    for key in [*keys, *point.to_dict()]:
        assert f"`{key}`" in text, key


def test_the_recording_of_this_book_is_valid() -> None:
    paths = sorted(MEASUREMENTS.glob("*.json"))
    assert paths
    assert broken_recordings(MEASUREMENTS) == []
    for path in paths:
        assert read_recording(path).name == path.stem
