import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring.notebooks import ROOT
from autograder.handout import MOVED, bundled_files
from tests.perf.machines import CACHES, machine_points
from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.explore.live import roofs as roofs_module
from tinytorch.explore.live.roofs import (
    LONGEST_SECONDS,
    LOOK_EVERY_SECONDS,
    Calibration,
    known_roofs,
    measured_roofs,
)
from tinytorch.perf.context import Context
from tinytorch.perf.points import Sweep
from tinytorch.perf.recording import Recording, write_recording
from tinytorch.perf.roofline import Machine


@pytest.fixture(autouse=True)
def unknown_roofs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roofs_module, "_latest", None)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    sweep = Sweep("ceilings", "", "", machine_points(thread_counts=(1,)))
    path = tmp_path / "recorded.json"
    write_recording(Recording(Context("Example", 1, CACHES), {sweep.name: sweep}), path)
    return path


def program(text: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", text, *map(str, arguments)]


COPY = "import shutil, sys; shutil.copy(*sys.argv[1:])"


def finish(measurement: Iterator[float]) -> Machine:
    """Wait for a measurement, as `Turns` does but without pauses."""
    while True:
        try:
            assert next(measurement) == LOOK_EVERY_SECONDS
        except StopIteration as end:
            return end.value


def test_the_roofs_are_those_that_the_other_process_wrote_and_are_known_afterwards(recorded: Path):
    assert known_roofs() is None
    machine = finish(measured_roofs(program(COPY, recorded)))
    assert machine.context.cpu == "Example"
    assert known_roofs() is machine


def test_all_who_ask_share_one_calibration(recorded: Path, tmp_path: Path):
    log = tmp_path / "log"
    once = program(
        "import shutil, sys; open(sys.argv[1], 'a').write('x'); shutil.copy(*sys.argv[2:])",
        log,
        recorded,
    )
    waiting = [measured_roofs(once) for _ in range(3)]
    for measurement in waiting:
        next(measurement)
    waiting[0].close()  # an explorer that is closed does not take the roofs of others along
    machines = [finish(measurement) for measurement in waiting[1:]]
    machines.append(finish(measured_roofs(once)))
    assert all(machine is machines[0] for machine in machines)
    assert log.read_text() == "x"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["no-such-program"], "no-such-program"),
        (program("raise SystemExit(3)"), "the process ended with status 3"),
        (program("raise MemoryError('too much')"), "MemoryError: too much"),
        (program("pass"), "roofline.json"),
        (program("import sys; open(sys.argv[1], 'w').write('{')"), "roofline.json"),
    ],
)
def test_a_failure_is_one_sentence_and_does_not_stand_in_the_way_of_the_next_try(
    command: list[str], reason: str, recorded: Path
):
    with pytest.raises(NothingToShow) as caught:
        finish(measured_roofs(command))
    sentence = str(caught.value)
    assert sentence.startswith("The roofs of this machine could not be measured (")
    assert sentence.endswith("); the explorer works without them.")
    assert reason in sentence
    assert known_roofs() is None
    assert finish(measured_roofs(program(COPY, recorded))).context.cpu == "Example"


def test_a_calibration_that_does_not_end_is_given_up():
    now = [0.0]
    calibration = Calibration(program("import time; time.sleep(600)"), clock=lambda: now[0])
    assert not calibration.has_ended()
    now[0] = LONGEST_SECONDS + 1
    assert calibration.has_ended()
    assert calibration.machine is None
    assert "it took longer than 60 s" in str(calibration.failure)


def test_no_file_is_left_behind(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    for command in (["no-such-program"], program("raise SystemExit(3)")):
        with pytest.raises(NothingToShow):
            finish(measured_roofs(command))
    finish(measured_roofs(program(COPY, recorded)))
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_the_student_bundle_can_measure_its_roofs(tmp_path: Path):
    for path in bundled_files():
        target = tmp_path / MOVED.get(path, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / path).read_bytes())
    learner = (
        "import time, tinytorch\n"
        "from tinytorch.explore.live import known_roofs, measured_roofs\n"
        "for pause in measured_roofs(): time.sleep(pause)\n"
        "print(tinytorch.__file__, known_roofs().roofline().ridge > 0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", learner], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.stderr == ""
    assert ended.stdout == f"{tmp_path / 'tinytorch' / '__init__.py'} True\n"
