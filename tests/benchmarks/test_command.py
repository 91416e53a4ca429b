import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.peers import command
from benchmarks.peers.process import ProcessEnded
from tests.benchmarks.fakes import FakeProcess
from tinytorch.perf.context import Context
from tinytorch.perf.recording import read_recording

SECONDS = {"fused_gelu": 1e-9, "np.matmul": 1e-9, "PyTorch": 2e-9}
CONTEXT = Context(cpu="Example", cores=2, numpy="2", date="2026-11-22")


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> dict[int, FakeProcess]:
    """Put fake processes in the place of those that measure; give them by number of threads."""
    fakes = {threads: FakeProcess(threads, SECONDS) for threads in (1, 2)}

    @contextmanager
    def fake(threads: int) -> Iterator[FakeProcess]:
        yield fakes[threads]

    monkeypatch.setattr(command, "measuring_process", fake)
    monkeypatch.setattr(command, "thread_counts", lambda: [1, 2])
    monkeypatch.setattr(command.Context, "here", classmethod(lambda cls: CONTEXT))
    monkeypatch.setattr(command.os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    return fakes


def run(folder: Path, *arguments: str) -> int:
    return command.main(["--quick", "--rounds", "2", "--out", str(folder), *arguments])


def test_it_prints_tables_and_writes_a_recording(
    tmp_path: Path, processes: dict[int, FakeProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path) == 0
    said = capsys.readouterr().out
    assert said.count("JAX is left out: it is not here.") == 1  # though both processes say so
    assert re.search(r"2¹²  PyTorch +2\.00 \(2\.00 to 2\.00\) +2\.00 \(2\.00 to 2\.00\)", said)
    assert "recorded on Example, 2 cores" in said
    recording = read_recording(tmp_path / "example-2-cores.json")
    assert said.endswith(f"Wrote {tmp_path / 'example-2-cores.json'}.\n")
    assert recording.quick
    assert recording.context.packages == {"PyTorch": "2.13.0"}
    assert {len(p.samples) for s in recording.sweeps.values() for p in s.points} == {2}


def test_one_kernel_can_be_asked_for(tmp_path: Path, processes: dict[int, FakeProcess]) -> None:
    assert run(tmp_path, "--only", "matmul") == 0
    assert list(read_recording(tmp_path / "example-2-cores.json").sweeps) == ["peers_matmul"]


def test_an_interrupted_run_goes_on(
    tmp_path: Path, processes: dict[int, FakeProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    processes[1].interrupt_at = 10
    assert run(tmp_path) == 130
    assert "the same command goes on" in capsys.readouterr().out
    assert run(tmp_path) == 0
    assert "Going on with an interrupted run: 1 size is measured." in capsys.readouterr().out


def test_fresh_does_not_go_on(
    tmp_path: Path, processes: dict[int, FakeProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    processes[1].interrupt_at = 10
    run(tmp_path)
    assert run(tmp_path, "--fresh") == 0
    assert "Going on" not in capsys.readouterr().out


def test_a_busy_machine_is_pointed_out(
    tmp_path: Path,
    processes: dict[int, FakeProcess],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command.os, "getloadavg", lambda: (1.6, 0.0, 0.0))
    run(tmp_path)
    assert "Something else is using this machine (load 1.6)" in capsys.readouterr().out


def test_a_process_that_ends_is_a_failure_with_one_sentence(
    tmp_path: Path,
    processes: dict[int, FakeProcess],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(threads: int) -> None:
        raise ProcessEnded("The process ended with status -4.")

    monkeypatch.setattr(command, "measuring_process", gone)
    assert run(tmp_path) == 1
    assert capsys.readouterr().err.startswith("The process ended with status -4. The sizes that")


def test_a_full_recording_is_not_replaced_by_a_quick_one(
    tmp_path: Path, processes: dict[int, FakeProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    full = ["--rounds", "2", "--only", "matmul", "--out", str(tmp_path)]
    assert command.main(full) == 0
    assert run(tmp_path) == 0
    assert "Not written: " in capsys.readouterr().out
    assert not read_recording(tmp_path / "example-2-cores.json").quick


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, processes: dict[int, FakeProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert run(file) == 2
    assert "file cannot be written: " in capsys.readouterr().err


@pytest.mark.parametrize("nonsense", [["--only", "tea"], ["--rounds", "0"], ["--rounds", "x"]])
def test_nonsense_is_refused(nonsense: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        command.main(nonsense)
    assert ending.value.code == 2
    assert nonsense[0] in capsys.readouterr().err
