from pathlib import Path

import pytest

from tests.perf.machines import CACHES, machine_points
from tinytorch import __main__ as command_line
from tinytorch.explore import roofline as command
from tinytorch.perf.context import Context
from tinytorch.perf.points import Sweep
from tinytorch.perf.recording import Recording, read_recording
from tinytorch.perf.roofline import Machine

PNG = b"\x89PNG\r\n"


def scripted(monkeypatch: pytest.MonkeyPatch, cores: int = 2, caches: dict | None = None) -> None:
    """Let the command measure a machine made of arithmetic."""
    counts = sorted({1, cores})
    sweep = Sweep("ceilings", "t", "c", machine_points(thread_counts=counts))
    context = Context(
        cpu="unknown CPU" if caches == {} else "Example",
        cores=cores,
        caches=CACHES if caches is None else caches,
        numpy="2",
        date="2026-01-01",
    )

    def measure(quick: bool, progress: bool) -> Machine:
        return Machine(Recording(context, {"ceilings": sweep}, quick))

    monkeypatch.setattr(Machine, "measure", measure)


def test_it_prints_every_roof_and_writes_data_and_pictures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scripted(monkeypatch)
    assert command_line.main(["roofline", "--out", str(tmp_path / "new")]) == 0
    shown = capsys.readouterr()
    assert not shown.err
    for roof in ("L1", "L2", "L3", "memory", "GEMM float32", "GEMM float64", "np.multiply"):
        rows = [line for line in shown.out.splitlines() if f"  {roof} " in line]
        assert len(rows) == 2, roof  # one thread, two threads
    assert "ridge point 5.00 FLOP/byte" in shown.out
    assert "measured here: Example, 2 cores" in shown.out
    recording = read_recording(tmp_path / "new" / "roofline.json")
    assert recording.ceilings.bandwidth_gbs().median == pytest.approx(20)
    for name in command.PICTURES:
        assert (tmp_path / "new" / name).read_bytes().startswith(PNG)
        assert str(tmp_path / "new" / name) in shown.out


@pytest.mark.parametrize("threads", ["1", "all"])
def test_one_core_of_an_unknown_cpu_without_cache_sizes_is_answered(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    threads: str,
) -> None:
    scripted(monkeypatch, cores=1, caches={})
    assert command.run(["--out", str(tmp_path), "--threads", threads]) == 0
    shown = capsys.readouterr().out
    assert "unknown CPU, 1 core" in shown
    assert "does not tell the sizes of its caches" in shown
    assert "level 1" in shown


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(quick: bool, progress: bool) -> Machine:
        raise AssertionError("measured for nothing")

    monkeypatch.setattr(Machine, "measure", never)
    file = tmp_path / "file"
    file.write_text("")
    assert command.run(["--out", str(file)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_an_interrupt_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(quick: bool, progress: bool) -> Machine:
        raise KeyboardInterrupt

    monkeypatch.setattr(Machine, "measure", interrupted)
    assert command.run(["--out", str(tmp_path)]) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_says_what_each_line_means(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["roofline", "--help"])
    shown = capsys.readouterr().out
    for word in ("ridge point", "GB/s", "GFLOP/s", "--quick", "--out", "np.multiply"):
        assert word in shown
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--help"])
    assert "roofline" in capsys.readouterr().out
