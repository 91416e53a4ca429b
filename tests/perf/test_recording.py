import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf import recording as recording_module
from tinytorch.perf.points import Point, RecordingError, Sweep
from tinytorch.perf.recording import (
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
        "ceilings": {
            "title": "Ceilings",
            "counting": "bytes",
            "points": [
                {
                    "case": {"kernel": kernel, "n": 8, "threads": threads},
                    "group": 0,
                    "samples": [seconds / threads],
                    "flops": 1000,
                    "bytes": 1000,
                }
                for kernel, seconds in (
                    ("GEMM float32", 1e-7),
                    ("copy", 1e-6),
                    ("add", 2e-6),
                    ("triad", 4e-6),
                )
                for threads in (1, 2)
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


def test_ceilings() -> None:
    ceilings = recording_from_dict(content()).ceilings
    assert ceilings.peak_gflops(threads=1).median == pytest.approx(10.0)
    assert ceilings.peak_gflops(threads="all").median == pytest.approx(20.0)
    assert ceilings.bandwidth_gbs().median == pytest.approx(1.0)  # copy: the fastest of three
    with pytest.raises(RecordingError, match="with 3 threads"):
        ceilings.peak_gflops(threads=3)


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

    monkeypatch.setattr(recording_module.os, "replace", full_disk)
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
    with pytest.raises(RecordingError, match="There is no recording in"):
        load_recording(tmp_path)
    with pytest.raises(RecordingError, match="There is no recording other.json"):
        load_recording(tmp_path, name="other")


def test_the_newest_valid_recording_is_chosen_and_a_full_one_before_a_quick_one(
    tmp_path: Path,
) -> None:
    for name, date, quick in (
        ("old", "2026-01-01", False),
        ("new", "2026-02-01", False),
        ("rough", "2026-03-01", True),
    ):
        changed = content()
        changed["context"].update(date=date, cpu=name)
        changed["quick"] = quick
        (tmp_path / f"{name}.json").write_text(json.dumps(changed))
    (tmp_path / "broken.json").write_text("{}")
    assert load_recording(tmp_path).context.cpu == "new"
    assert load_recording(tmp_path, name="old").context.cpu == "old"


def test_the_recording_of_this_book_is_valid() -> None:
    folder = Path(__file__).parents[2] / "book" / "measurements"
    paths = sorted(folder.glob("*.json"))
    assert paths
    for path in paths:
        assert read_recording(path).name == path.stem
