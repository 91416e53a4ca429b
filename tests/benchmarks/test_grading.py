import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from authoring.grading_labels import MEMORY, NBGRADER, OURS, SPEED
from autograder.parts import PARTS
from benchmarks.grading import command, course, memory, report, speed, submissions
from tinytorch.perf.context import Context
from tinytorch.perf.points import Point, Sweep
from tinytorch.perf.recording import read_recording

CONTEXT = Context(cpu="Example", cores=2, numpy="2", date="2026-11-23")


def test_sixty_ordinary_submissions_are_different_and_the_same_in_every_run() -> None:
    notebooks = submissions.ordinary(60)
    assert len(set(notebooks)) == 60
    assert submissions.ordinary(60) == notebooks


def test_an_ordinary_submission_leaves_out_no_function_of_a_part_that_it_has() -> None:
    for notebook in submissions.ordinary(60):
        cells = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in nbformat.reads(notebook, 4).cells
            if "nbgrader" in cell.metadata
        }
        for part in PARTS.values():
            source = cells[part.solution_cell]
            there = [f"def {function}(" in source for function in part.functions]
            assert all(there) or not any(there)


def test_there_is_an_end_to_different_submissions() -> None:
    with pytest.raises(ValueError, match="expected at least"):
        submissions.ordinary(10**6)


class FakeGrading:
    """Grades at once: one second of a made clock for ours, ten for nbgrader, a submission each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.runs: list[tuple[str, int]] = []
        self.gives = {OURS: 1.0, NBGRADER: 1.0}
        monkeypatch.setattr(speed, "run", self.run)
        monkeypatch.setattr(speed, "scores", self.scores)
        monkeypatch.setattr(speed.time, "perf_counter", lambda: self.now)

    def run(self, folder: Path, arguments: tuple[str, ...]) -> None:
        way = next(way for way, known in course.COMMANDS.items() if known == arguments)
        count = len(list(folder.glob("submitted/*/acceleration/acceleration.ipynb")))
        self.runs.append((way, count))
        self.now += count * {OURS: 1.0, NBGRADER: 10.0}[way]

    def scores(self, folder: Path) -> dict[tuple[str, str], float]:
        return {("student-0000", "test-fused-gelu"): self.gives[self.runs[-1][0]]}


@pytest.fixture
def grading(monkeypatch: pytest.MonkeyPatch) -> FakeGrading:
    return FakeGrading(monkeypatch)


def compared(folder: Path) -> tuple[Sweep, list[str]]:
    (folder / "course").mkdir()
    blocks = [[b"one", b"two"], [b"three"]]
    return speed.compare(folder / "course", folder, blocks, lambda way: None)


def test_both_ways_grade_the_same_blocks_in_turns(tmp_path: Path, grading: FakeGrading) -> None:
    sweep, differences = compared(tmp_path)
    assert grading.runs == [(OURS, 2), (NBGRADER, 2), (NBGRADER, 1), (OURS, 1)]
    assert sweep.point(way=OURS).samples == (1, 1)
    assert sweep.ratio(sweep.point(way=NBGRADER), sweep.point(way=OURS)).median == 10
    assert differences == []
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


def test_a_score_that_differs_is_named(tmp_path: Path, grading: FakeGrading) -> None:
    grading.gives[OURS] = 2.0
    _, differences = compared(tmp_path)
    assert len(differences) == 2
    assert "student-0000, test-fused-gelu: autograder grade gives 2.0" in differences[0]


def test_a_command_that_fails_is_told_with_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(course.GradingFailed, match="status 1:\n.*No module named nonsense"):
        course.run(tmp_path, ("nonsense",))


@pytest.mark.parametrize(("name", "counted"), [("bwrap", False), ("grader", True)])
def test_what_runs_in_a_sandbox_is_not_the_graders_memory(
    tmp_path: Path, name: str, counted: bool
) -> None:
    """A process that is called as a sandbox is left out, with what it holds."""
    program = tmp_path / name
    program.symlink_to(Path(sys.executable).resolve())
    ready = tmp_path / "ready"
    holds = f"held = bytearray(128 * 2**20); open({str(ready)!r}, 'w').close(); input()"
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import subprocess; subprocess.run([{str(program)!r}, '-c', {holds!r}])",
        ],
        stdin=subprocess.PIPE,
        text=True,
    ) as process:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.01)
        assert (memory.resident(process) > 128 * 2**20) == counted
        process.communicate("\n")


def test_the_memory_of_a_process_that_is_about_to_start_another_counts_once(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    # Each page is written, or the system gives it none.
    holds = "held = bytearray(b'1') * (128 * 2**20); import os; parent = os.fork()"
    waits = f"parent or open({str(ready)!r}, 'w').close(); parent or os.read(0, 1)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{holds}; {waits}; parent and os.wait()"], stdin=subprocess.PIPE
    ) as process:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.01)
        assert 128 * 2**20 < memory.resident(process) < 200 * 2**20
        process.communicate(b"\n")


def test_a_command_is_watched_to_its_end(tmp_path: Path) -> None:
    seconds, peak = memory.watched(tmp_path, ("timeit", "-n", "1", "-r", "1", "pass"))
    assert seconds > 0 and peak > 0
    with pytest.raises(course.GradingFailed):
        memory.watched(tmp_path, ("nonsense",))


SWEEPS = {
    SPEED: Sweep(
        SPEED, "t", "c", (Point({"way": OURS}, (1.0, 1.1)), Point({"way": NBGRADER}, (10.0, 11.0)))
    ),
    MEMORY: Sweep(
        MEMORY,
        "t",
        "c",
        tuple(Point({"submissions": n}, (9.0,), bytes=200 * 2**20) for n in (100, 2000)),
    ),
}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put recorded sweeps in the place of measuring; give the differences that it will tell."""
    differences: list[str] = []
    monkeypatch.setattr(command, "_speed", lambda *_: (SWEEPS[SPEED], differences))
    monkeypatch.setattr(command, "_memory", lambda *_: (SWEEPS[MEMORY], []))
    monkeypatch.setattr(command.Context, "here", classmethod(lambda cls: CONTEXT))
    return differences


def test_speed_and_memory_stand_in_one_recording(
    tmp_path: Path, measured: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--out", str(tmp_path)]) == 0
    assert command.main(["--memory", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert re.search(
        r"autograder grade has 10\.0 .* times the throughput, 2 rounds .*: reached", said
    )
    assert "2000 submissions: the grader's memory peaked at 200 MiB" in said
    recording = read_recording(tmp_path / "example-2-cores.json")
    assert list(recording.sweeps) == [SPEED, MEMORY]
    assert "nbgrader" in recording.context.packages


def test_ways_that_grade_differently_are_not_recorded(
    tmp_path: Path, measured: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    measured.append("Round 1: they differ.")
    assert command.main(["--out", str(tmp_path)]) == 1
    assert "Round 1: they differ." in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_nbgrader_it_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None)
    assert command.main([]) == 0
    assert capsys.readouterr().out.startswith("Left out: nbgrader")


def test_a_missed_goal_is_called_missed() -> None:
    slow = Sweep(SPEED, "t", "c", (Point({"way": OURS}, (2.0,)), Point({"way": NBGRADER}, (10.0,))))
    assert "missed" in report.report(command.Recording(CONTEXT, {SPEED: slow}))


def test_what_the_book_keeps_has_both_ways_and_both_classes() -> None:
    for path in (Path(__file__).parents[2] / "book/measurements/grading").glob("*.json"):
        recording = read_recording(path)
        assert path.stem == recording.name
        ours, theirs = (recording.sweep(SPEED).point(way=way) for way in (OURS, NBGRADER))
        assert recording.sweep(SPEED).ratio(theirs, ours).runs >= command.ROUNDS
        assert {point.case["submissions"] for point in recording.sweep(MEMORY).points} >= {
            100,
            2000,
        }
