"""`python -m tinytorch.perf.traffic`: what it writes, keeps, refuses and resumes."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tinytorch.perf.traffic import command
from tinytorch.perf.traffic.cases import COPY, ROWS, Case
from tinytorch.perf.traffic.hierarchy import Level
from tinytorch.perf.traffic.results import Counts, load_simulation

CASES = [Case(ROWS, 16, 16), Case(COPY, 16, 16), Case(COPY, 32, 32)]


class Scripted:
    """A simulation that counts nothing, but notes what it was asked, and may be interrupted."""

    def __init__(self) -> None:
        self.asked = 0
        self.interrupt_at: int | None = None

    def __call__(
        self, stream: object, levels: Sequence[Level], progress: Callable[[int], object]
    ) -> dict[str, Counts]:
        if self.asked == self.interrupt_at:
            raise KeyboardInterrupt
        case = CASES[self.asked]
        self.asked += 1
        progress(sum(case.issued))
        misses = sum(case.issued)
        return {level.name: Counts(0, misses, 0) for level in levels}


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    simulate = Scripted()
    monkeypatch.setattr(command, "simulate", simulate)
    monkeypatch.setattr(command, "library", lambda: "a library 1.0")
    monkeypatch.setattr(command, "cases", lambda quick: CASES)
    return simulate


def test_every_case_is_written(scripted: Scripted, tmp_path: Path) -> None:
    assert command.run(["--out", str(tmp_path / "new")]) == 0
    simulation = load_simulation(tmp_path / "new")
    assert [outcome.case for outcome in simulation.outcomes] == [case.labels for case in CASES]
    assert simulation.library == "a library 1.0"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["traffic.json"]


def test_an_interrupted_run_loses_the_case_in_progress_only(
    scripted: Scripted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scripted.interrupt_at = 2
    assert command.run(["--out", str(tmp_path)]) == 130
    assert "run the same command again" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["traffic.unfinished"]
    scripted.interrupt_at = None
    assert command.run(["--out", str(tmp_path)]) == 0
    assert scripted.asked == len(CASES)
    assert len(load_simulation(tmp_path).outcomes) == len(CASES)
    assert [path.name for path in tmp_path.iterdir()] == ["traffic.json"]


def test_what_is_there_is_not_simulated_again_unless_asked(
    scripted: Scripted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.run(["--out", str(tmp_path)])
    assert command.run(["--out", str(tmp_path)]) == 0
    assert "holds all of that already" in capsys.readouterr().out
    assert scripted.asked == len(CASES)
    scripted.asked = 0
    assert command.run(["--out", str(tmp_path), "--fresh"]) == 0
    assert scripted.asked == len(CASES)


def test_a_case_that_is_new_is_added_to_those_that_are_there(
    scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "cases", lambda quick: CASES[:2])
    command.run(["--out", str(tmp_path)])
    monkeypatch.setattr(command, "cases", lambda quick: CASES)
    assert command.run(["--out", str(tmp_path)]) == 0
    assert scripted.asked == len(CASES)


def test_a_quick_run_does_not_replace_a_full_one(
    scripted: Scripted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.run(["--out", str(tmp_path)])
    assert command.run(["--out", str(tmp_path), "--quick", "--fresh"]) == 2
    assert "give --quick another folder" in capsys.readouterr().err
    assert not load_simulation(tmp_path).quick


def test_a_full_run_replaces_a_quick_one(scripted: Scripted, tmp_path: Path) -> None:
    command.run(["--out", str(tmp_path), "--quick"])
    assert load_simulation(tmp_path).quick
    scripted.asked = 0
    assert command.run(["--out", str(tmp_path)]) == 0
    assert scripted.asked == len(CASES)
    assert not load_simulation(tmp_path).quick


@pytest.mark.parametrize("interrupted", [False, True])
def test_another_library_does_not_continue_what_one_began(
    scripted: Scripted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    interrupted: bool,
) -> None:
    scripted.interrupt_at = 1 if interrupted else None
    command.run(["--out", str(tmp_path)])
    scripted.interrupt_at = None
    monkeypatch.setattr(command, "library", lambda: "a library 2.0")
    assert command.run(["--out", str(tmp_path)]) == 2
    assert "a library 1.0" in (message := capsys.readouterr().err)
    assert "--fresh" in message
    scripted.asked = 0
    assert command.run(["--out", str(tmp_path), "--fresh"]) == 0
    assert load_simulation(tmp_path).library == "a library 2.0"


def test_a_missing_library_is_one_sentence_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cachesim", None)
    assert command.run(["--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("The simulation needs pycachesim")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(
    scripted: Scripted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert command.run(["--out", str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_file_has_one_line_a_case(scripted: Scripted, tmp_path: Path) -> None:
    command.run(["--out", str(tmp_path)])
    text = (tmp_path / "traffic.json").read_text(encoding="utf-8")
    assert sum('"case"' in line for line in text.splitlines()) == len(CASES)
    assert json.loads(text)["rule"].startswith("LRU")
