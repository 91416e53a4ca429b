import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tinytorch.perf import measure
from tinytorch.perf.context import Context
from tinytorch.perf.points import RecordingError
from tinytorch.perf.recording import read_recording
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.plan import Case, Group, Plan
from tinytorch.perf.sweeps.registry import SWEEPS

CONTEXT = Context(cpu="Example", cores=1, numpy="2", date="2026-01-01")


class ScriptedSampler:
    """A sampler that measures nothing: it counts, and may interrupt."""

    def __init__(self, seconds: float, log: list[float], interrupt_at: int | None = None) -> None:
        self.seconds = seconds
        self.log = log
        self.interrupt_at = interrupt_at

    def warm_up(self) -> float:
        return self.seconds

    def sample(self) -> float:
        if self.interrupt_at is not None and len(self.log) == self.interrupt_at:
            raise KeyboardInterrupt
        self.log.append(self.seconds)
        return self.seconds

    def close(self) -> None:
        self.log.append(-self.seconds)


def scripted_plan(name: str, log: list[float], interrupt_at: int | None = None) -> Plan:
    def prepare() -> list[Sampler]:
        return [ScriptedSampler(seconds, log, interrupt_at) for seconds in (1.0, 2.0)]

    def groups(quick: bool) -> list[Group]:
        cases = [Case({"rung": rung, "n": 4}, 4, 8, 16) for rung in ("a", "b")]
        return [Group(cases, prepare), Group(cases, prepare)]

    return Plan(name, "A title", "A rule.", groups)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, Plan]:
    plans: dict[str, Plan] = {}
    monkeypatch.setattr(measure, "SWEEPS", plans)
    monkeypatch.setattr(measure.Context, "here", classmethod(lambda cls: CONTEXT))
    monkeypatch.setattr(measure, "FULL", measure.Effort(budget=0, least=3, most=3))
    monkeypatch.setattr(measure, "QUICK", measure.Effort(budget=0, least=2, most=2))
    return plans


def taken(log: list[float]) -> int:
    return sum(1 for entry in log if entry > 0)


def test_a_run_writes_a_valid_recording_and_nothing_else(
    tmp_path: Path, registry: dict[str, Plan]
) -> None:
    log: list[float] = []
    registry["one"] = scripted_plan("one", log)
    assert measure.run(["--out", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["example-1-core.json"]
    sweep = read_recording(tmp_path / "example-1-core.json").sweep("one")
    assert len(sweep.points) == 4
    assert sweep.points[0].samples == (1.0, 1.0, 1.0)
    assert [point.group for point in sweep.points] == [0, 0, 1, 1]
    # Rounds alternate, and the one that goes first changes.
    assert log[:6] == [1.0, 2.0, 2.0, 1.0, 1.0, 2.0]
    assert log[6:8] == [-2.0, -1.0]  # both samplers are closed


def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    log: list[float] = []
    registry["one"] = scripted_plan("one", log, interrupt_at=4)
    assert measure.run(["--out", str(tmp_path)]) == 130
    assert "run the same command again" in capsys.readouterr().out
    assert [path.suffix for path in tmp_path.iterdir()] == [".unfinished"]
    kept = json.loads(next(tmp_path.iterdir()).read_text())
    assert [len(point["samples"]) for point in kept["sweeps"]["one"]["points"]] == [2, 2]

    again: list[float] = []
    registry["one"] = scripted_plan("one", again)
    assert measure.run(["--out", str(tmp_path)]) == 0
    assert taken(again) == 2 * 2 * 3 - 4  # all but the two whole rounds that were kept
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_fresh_starts_again(tmp_path: Path, registry: dict[str, Plan]) -> None:
    registry["one"] = scripted_plan("one", [], interrupt_at=0)
    measure.run(["--out", str(tmp_path)])
    log: list[float] = []
    registry["one"] = scripted_plan("one", log)
    assert measure.run(["--out", str(tmp_path), "--fresh"]) == 0
    assert taken(log) == 12


def test_only_adds_a_sweep_and_keeps_the_others(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    first: list[float] = []
    second: list[float] = []
    registry["one"] = scripted_plan("one", first)
    registry["two"] = scripted_plan("two", second)
    arguments = ["--out", str(tmp_path)]
    assert measure.run([*arguments, "--only", "two"]) == 0
    assert not first
    assert measure.run([*arguments, "--only", "one"]) == 0
    assert list(read_recording(tmp_path / "example-1-core.json").sweeps) == ["one", "two"]
    assert measure.run(arguments) == 0
    assert "holds all of that already" in capsys.readouterr().out
    assert measure.run([*arguments, "--only", "two", "--fresh"]) == 0
    assert (taken(first), taken(second)) == (12, 24)


def test_a_sweep_that_this_machine_cannot_measure_is_left_out(
    tmp_path: Path, registry: dict[str, Plan]
) -> None:
    registry["none"] = Plan("none", "t", "c", lambda quick: [])
    registry["one"] = scripted_plan("one", [])
    assert measure.run(["--out", str(tmp_path)]) == 0
    assert list(read_recording(tmp_path / "example-1-core.json").sweeps) == ["one"]


def test_quick_does_not_replace_a_full_recording(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    registry["one"] = scripted_plan("one", [])
    arguments = ["--out", str(tmp_path)]
    assert measure.run([*arguments, "--quick"]) == 0
    assert measure.run(arguments) == 0  # but a full one replaces a quick one
    assert not read_recording(tmp_path / "example-1-core.json").quick
    assert measure.run([*arguments, "--quick"]) == 2
    assert "is a full recording" in capsys.readouterr().err


def test_another_setting_is_not_mixed_in(tmp_path: Path, registry: dict[str, Plan]) -> None:
    registry["one"] = scripted_plan("one", [])
    measure.run(["--out", str(tmp_path)])
    other = Context(cpu="Example", cores=1, numpy="3")
    measurement = measure.Measurement(tmp_path, measure.FULL, quick=False, context=other, plans={})
    with pytest.raises(RecordingError, match="another setting"):
        measurement.load(fresh=False, names=["one"])


@pytest.mark.parametrize("journal", ["{", "{}", "[]"])
def test_a_broken_journal_is_named(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str], journal: str
) -> None:
    registry["one"] = scripted_plan("one", [])
    (tmp_path / "example-1-core.unfinished").write_text(journal)
    assert measure.run(["--out", str(tmp_path)]) == 2
    assert "start again with --fresh" in capsys.readouterr().err


def test_a_broken_recording_of_this_machine_is_named_with_what_to_do(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    registry["one"] = scripted_plan("one", [])
    (tmp_path / "example-1-core.json").write_text("{}")
    assert measure.run(["--out", str(tmp_path), "--fresh"]) == 2
    assert "Move it away to measure anew" in capsys.readouterr().err
    assert (tmp_path / "example-1-core.json").read_text() == "{}"


def test_another_file_that_the_book_passes_over_is_named(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    registry["one"] = scripted_plan("one", [])
    (tmp_path / "other.json").write_text("{}")
    assert measure.run(["--out", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    assert said.startswith("The book passes over another file there: other.json: this is no")
    assert said.count("\n") == 1


def test_nonsense_is_answered_with_one_sentence(
    tmp_path: Path, registry: dict[str, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    registry["one"] = scripted_plan("one", [])
    assert measure.run(["--only", "tea", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "There is no sweep 'tea'; choose from one.\n"
    file = tmp_path / "file"
    file.write_text("")
    assert measure.run(["--out", str(file)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [file]


# A run of the real command whose sweep takes turns of 50 ms for ever, to be stopped from outside.
ENDLESS = """
import signal, sys, time
# Whoever runs the tests may ignore them (nohup), and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from tinytorch.perf import measure
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.plan import Case, Group, Plan

class Turn:
    def warm_up(self): return 0.05
    def sample(self):
        time.sleep(0.05)
        return 0.05
    def close(self): pass

case = Case({"n": 1}, 1, 1, 1)
group = Group([case, case], lambda: [Turn(), Turn()])
plan = Plan("turns", "Turns", "None.", lambda quick: [group])
measure.SWEEPS = {"turns": plan}
measure.SAVE_EVERY = 0.2
measure.FULL = measure.Effort(budget=1e9, least=10**6, most=10**6)
sys.exit(measure.run(["--out", sys.argv[1]]))
"""


def kept_rounds(folder: Path) -> int:
    """Return how many rounds the journal in a folder holds; 0 while there is none."""
    journals = list(folder.glob("*.unfinished"))
    if not journals:
        return 0
    content = json.loads(journals[0].read_text())
    lengths = {len(point["samples"]) for point in content["sweeps"]["turns"]["points"]}
    assert len(lengths) == 1  # whole rounds
    return lengths.pop()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX sends them")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_run_that_is_stopped_from_outside_keeps_its_rounds(tmp_path: Path, name: str) -> None:
    for former in (0, 1):
        # In a group of its own: what is sent to it does not meet the test.
        process = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        before = kept_rounds(tmp_path)
        assert before >= former
        while kept_rounds(tmp_path) < before + 4:
            assert process.poll() is None
            time.sleep(0.02)
        seen = kept_rounds(tmp_path)
        process.send_signal(getattr(signal, name))
        said, _ = process.communicate(timeout=60)
        assert kept_rounds(tmp_path) >= seen
        if name == "SIGKILL":
            assert process.returncode == -signal.SIGKILL
        else:
            assert process.returncode == 130
            assert "run the same command again" in said
            # The journal and nothing else: no half-written file.
            assert [path.suffix for path in tmp_path.iterdir()] == [".unfinished"]


def test_a_signal_that_somebody_ignores_stays_ignored() -> None:
    former = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with measure.signals_interrupt():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with measure.signals_interrupt():
            assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, former)


@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_counts_and_labels_its_cases(name: str) -> None:
    for group in SWEEPS[name].groups(True):
        labels = [tuple(case.labels.items()) for case in group.cases]
        assert len(set(labels)) == len(labels)
        for case in group.cases:
            for count in (case.elements, case.flops, case.bytes):
                assert count is None or count > 0
