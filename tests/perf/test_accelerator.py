import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.perf.fake_torch import COSTS, LAUNCH, FakeTorch
from tinytorch.perf import measure
from tinytorch.perf.context import Context
from tinytorch.perf.points import RecordingError
from tinytorch.perf.recording import Recording, load_accelerators, load_recording, read_recording
from tinytorch.perf.sweeps.accelerator import copies, device, elementwise, gelu, gemm, sampler
from tinytorch.perf.sweeps.accelerator.agreement import require_agreement
from tinytorch.perf.sweeps.accelerator.device import Device, NoAcceleratorError, find_device
from tinytorch.perf.sweeps.accelerator.labels import ON_DEVICE, TO_DEVICE_PAGEABLE, TO_DEVICE_PINNED
from tinytorch.perf.sweeps.accelerator.registry import ACCELERATOR_SWEEPS, plans_for
from tinytorch.perf.sweeps.accelerator.roofs import AcceleratorRoofs
from tinytorch.perf.sweeps.plan import Group

PLENTY = 2**40
NAME = "example-accelerator-9000.json"


def device_of(torch: FakeTorch) -> Device:
    return Device(torch, "cuda", torch.clock)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every sweep small, for the fake device computes for real."""
    monkeypatch.setattr(gemm, "QUICK_SIZES", (16, 32))
    monkeypatch.setattr(elementwise, "QUICK_SIZES", (64, 128))
    monkeypatch.setattr(gelu, "QUICK_SIZES", (64, 128))
    monkeypatch.setattr(copies, "QUICK_SIZES", (64, 128))
    monkeypatch.setattr(sampler, "WARM_UP_SECONDS", 0.0)
    monkeypatch.setattr(measure, "QUICK", measure.Effort(budget=0, least=2, most=2))


@pytest.fixture
def run(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Give a run of the command on a fake device, into tmp_path."""

    def run_on(torch: FakeTorch, *arguments: str) -> int:
        monkeypatch.setattr(measure, "find_device", lambda: device_of(torch))
        return measure.run(["--accelerator", "--quick", "--out", str(tmp_path), *arguments])

    return run_on


# --- time ------------------------------------------------------------------------------------


def test_a_sample_waits_for_the_device_before_and_after() -> None:
    torch = FakeTorch()
    torch.launch("matmul")  # still at work when the sample begins
    timed = sampler.DeviceSampler(lambda: torch.launch("gelu"), torch.finish, torch.clock)
    assert timed.sample() == pytest.approx(LAUNCH + COSTS["gelu"])


def test_without_the_wait_a_sample_would_time_the_launch() -> None:
    torch = FakeTorch()
    hasty = sampler.DeviceSampler(lambda: torch.launch("gelu"), lambda: None, torch.clock)
    with pytest.raises(AssertionError, match="before the device had finished"):
        hasty.sample()


@given(st.floats(min_value=1e-7, max_value=1), st.floats(min_value=0, max_value=1e-4))
def test_after_warming_up_a_sample_is_long_beside_the_wait_behind_it(
    seconds_a_call: float, wait: float
) -> None:
    now = 0.0
    pending = 0

    def call() -> None:
        nonlocal pending
        pending += 1

    def synchronize() -> None:
        nonlocal now, pending
        now += pending * seconds_a_call + wait
        pending = 0

    timed = sampler.DeviceSampler(call, synchronize, lambda: now)
    timed.warm_up()
    assert now >= sampler.WARM_UP_SECONDS
    per_call = timed.sample()
    assert per_call * timed.calls >= 0.98 * sampler.SHORTEST_SAMPLE_SECONDS
    assert per_call == pytest.approx(seconds_a_call + wait / timed.calls)


# --- the recording ---------------------------------------------------------------------------


def test_a_run_records_what_the_device_took(tmp_path: Path, run: Callable[..., int]) -> None:
    assert run(FakeTorch()) == 0
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    recording = read_recording(tmp_path / NAME)
    assert list(recording.sweeps) == list(ACCELERATOR_SWEEPS)
    assert recording.quick
    took = {
        "gemm": lambda case: COSTS["matmul"],
        "elementwise": lambda case: COSTS["elementwise"],
        "copies": lambda case: COSTS["copy"],
        "gelu": lambda case: {
            "eight eager steps": 8 * COSTS["elementwise"],
            "eight steps, compiled": COSTS["compiled"],
            "PyTorch's GELU": COSTS["gelu"],
        }[case["rung"]],
    }
    for name, sweep in recording.sweeps.items():
        for point in sweep.points:
            for sample in point.samples:
                # Launches of calls in one sample hide behind the device's work, all but the first.
                assert 0 <= sample - took[name](point.case) <= LAUNCH + 1e-5 * sample, point.name


def test_the_recording_is_a_machine_of_its_own(tmp_path: Path, run: Callable[..., int]) -> None:
    run(FakeTorch())
    (recording,) = load_accelerators(tmp_path)
    assert recording.context.machine == "Example Accelerator 9000"
    assert recording.context.packages["PyTorch"] == "2.13.0"
    assert recording.context.packages["CUDA"] == "13.0"
    assert "ROCm" not in recording.context.packages
    assert recording.badge.startswith("recorded on Example Accelerator 9000, ")
    with pytest.raises(RecordingError, match="no recording of a CPU"):
        load_recording(tmp_path)
    with pytest.raises(RecordingError, match="measure --accelerator --only layout"):
        recording.sweep("layout")


def test_roofs_are_read_from_the_largest_arrays(tmp_path: Path, run: Callable[..., int]) -> None:
    run(FakeTorch())
    (recording,) = load_accelerators(tmp_path)
    roofs = AcceleratorRoofs(recording)
    assert roofs.peak_gflops().median == pytest.approx(2 * 32**3 / COSTS["matmul"] / 1e9, rel=1e-2)
    # The additions, of twelve bytes an element, are the fastest on the fake device.
    assert roofs.bandwidth_gbs.median == pytest.approx(
        12 * 128 / COSTS["elementwise"] / 1e9, rel=2e-2
    )
    bus = roofs.bus_gbs(TO_DEVICE_PINNED)
    assert bus is not None
    assert bus.median == pytest.approx(4 * 128 / COSTS["copy"] / 1e9, rel=1e-2)
    assert roofs.gelu(64).seconds.median == pytest.approx(COSTS["gelu"], rel=1e-2)


def test_what_the_machine_cannot_do_is_left_out(tmp_path: Path, run: Callable[..., int]) -> None:
    assert run(FakeTorch(pins=False, compiles=False, lacks="bfloat16")) == 0
    recording = read_recording(tmp_path / NAME)
    assert recording.sweep("gemm").values("precision") == ["float32", "float16"]
    assert recording.sweep("gelu").values("rung") == ["eight eager steps", "PyTorch's GELU"]
    assert recording.sweep("copies").values("copy") == [ON_DEVICE, TO_DEVICE_PAGEABLE]
    assert AcceleratorRoofs(recording).bus_gbs(TO_DEVICE_PINNED) is None


def test_copies_go_where_their_names_say(run: Callable[..., int]) -> None:
    torch = FakeTorch()
    run(torch, "--only", "copies")
    # From, to, and whether the host's side is pinned.
    assert set(torch.copies) == {
        ("cuda", "cuda", False),
        ("cpu", "cuda", True),
        ("cpu", "cuda", False),
        ("cuda", "cpu", True),
    }


# --- counts and sizes ------------------------------------------------------------------------


def groups(name: str, quick: bool, free_bytes: int = PLENTY) -> list[Group]:
    return plans_for(device_of(FakeTorch(free_bytes)))[name].groups(quick)


@pytest.mark.parametrize("quick", [False, True])
def test_flop_and_bytes_are_counted_by_the_rule_of_the_sweep(quick: bool) -> None:
    for group in groups("gemm", quick):
        for case in group.cases:
            n, size = int(case.labels["n"]), {"float32": 4}.get(str(case.labels["precision"]), 2)
            counts = (case.elements, case.flops, case.bytes)
            assert counts == (n * n, 2 * n**3, 3 * n * n * size)
    for group in groups("elementwise", quick):
        for case in group.cases:
            n, values = int(case.labels["n"]), 2 if case.labels["operation"] == "exp" else 3
            assert (case.elements, case.flops, case.bytes) == (n, n, 4 * values * n)
    for group in groups("gelu", quick):
        for case in group.cases:
            n = int(case.labels["n"])
            assert (case.elements, case.flops, case.bytes) == (n, 8 * n, 8 * n)
    for group in groups("copies", quick):
        for case in group.cases:
            n, sides = int(case.labels["n"]), 2 if case.labels["copy"] == ON_DEVICE else 1
            assert (case.elements, case.flops, case.bytes) == (n, None, 4 * sides * n)


def test_a_full_run_covers_the_sizes_of_the_book() -> None:
    def sizes(name: str) -> list[Any]:
        return [group.cases[0].labels["n"] for group in groups(name, quick=False)]

    assert sizes("gemm") == [256, 512, 1024, 2048, 4096, 8192]
    assert sizes("gelu") == [2**k for k in range(10, 27, 2)]
    assert sizes("elementwise")[-1] == 2**28


@given(st.integers(min_value=0, max_value=2**38))
def test_arrays_take_at_most_half_of_the_memory_that_is_free(free_bytes: int) -> None:
    values_held = {"gemm": lambda n: 2 * 3 * n * n, "gelu": lambda n: 9 * n}
    values_held |= {"elementwise": lambda n: 3 * n, "copies": lambda n: 8 * n}
    for name, held in values_held.items():
        for group in groups(name, False, free_bytes):
            n = int(group.cases[0].labels["n"])
            assert 4 * held(n) <= free_bytes / 2


@pytest.mark.parametrize("name", ACCELERATOR_SWEEPS)
def test_every_case_has_labels_of_its_own(name: str) -> None:
    labels = [tuple(case.labels.items()) for group in groups(name, False) for case in group.cases]
    assert len(set(labels)) == len(labels) > 0
    assert plans_for(device_of(FakeTorch()))[name].name == name


@pytest.mark.parametrize(
    ("backend", "free"),
    [
        ({"mem_get_info": lambda: (100, 900)}, 100),
        ({"recommended_max_memory": lambda: 90, "driver_allocated_memory": lambda: 20}, 70),
        ({}, device.ASSUMED_FREE_BYTES),
    ],
)
def test_free_memory_is_asked_for_in_the_way_of_each_device(backend: Any, free: int) -> None:
    torch = type("Torch", (), {"mps": type("Backend", (), {})})
    for name, answer in backend.items():
        setattr(torch.mps, name, staticmethod(answer))
    assert Device(torch, "mps").free_bytes() == free
    assert Device(torch, "mps").name == f"{Context.here().cpu} (mps)"


# --- wrong results ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", COSTS)
def test_a_wrong_result_is_never_recorded(
    tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    def off(called: str, values: Any) -> Any:
        return values * np.float32(1.2) if called == kind else values

    assert run(FakeTorch(spoil=off)) == 2
    assert "nothing was recorded of it" in capsys.readouterr().err
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_result_that_is_no_number_is_wrong(run: Callable[..., int], bad: float) -> None:
    assert run(FakeTorch(spoil=lambda kind, values: np.full_like(values, bad))) == 2


def test_a_result_of_another_shape_is_wrong() -> None:
    with pytest.raises(RecordingError, match=r"the shape \(2,\), expected \(3,\)"):
        require_agreement("add", np.zeros(2), np.zeros(3), tolerance=1)


@pytest.mark.parametrize("n", [256, 1024])
def test_tf32_under_the_name_of_float32_is_refused(n: int) -> None:
    # A device that computes in TF32 whatever it is told, as an environment variable can have it.
    group = next(g for g in groups_of(FakeTorch(PLENTY, tf32=True)) if g.cases[0].labels["n"] == n)
    with pytest.raises(RecordingError, match=f"GEMM float32, n = {n}"):
        group.prepare()


def test_tf32_is_switched_off_before_the_first_product() -> None:
    torch = FakeTorch(PLENTY)
    torch.precision = "high"
    groups_of(torch)[0].prepare()
    assert torch.precision == "highest"


def groups_of(torch: FakeTorch) -> list[Group]:
    return gemm.plan(device_of(torch)).groups(False)


# --- interruptions ---------------------------------------------------------------------------


def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    whole = FakeTorch()
    assert run(whole) == 0
    reference = read_recording(tmp_path / NAME)
    (tmp_path / NAME).unlink()

    def interrupt(kind: str, values: Any) -> Any:
        if kind == "gelu" and first.calls.count("gelu") > 120:
            raise KeyboardInterrupt
        return values

    first = FakeTorch(spoil=interrupt)
    assert run(first) == 130
    assert "run the same command again" in capsys.readouterr().out
    journal = tmp_path / NAME.replace(".json", ".unfinished")
    kept = json.loads(journal.read_text())["sweeps"]
    assert len(kept["gemm"]["points"]) == len(reference.sweep("gemm").points)

    second = FakeTorch()
    assert run(second) == 0
    assert not journal.exists()
    # What was finished is not measured again: matrices are multiplied only to see what works.
    assert second.calls.count("matmul") == len(gemm.PRECISIONS)
    resumed = read_recording(tmp_path / NAME)
    assert shape(resumed) == shape(reference)
    for name in ("gemm", "elementwise"):
        assert [p.to_dict() for p in resumed.sweep(name).points][: len(kept[name]["points"])] == (
            kept[name]["points"]
        )


def shape(recording: Recording) -> Any:
    """Return everything of a recording but the times themselves."""
    return {
        name: [(p.case, p.group, len(p.samples), p.flops, p.bytes) for p in sweep.points]
        for name, sweep in recording.sweeps.items()
    }


def test_only_and_fresh_work_as_they_do_for_the_cpu(
    tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(FakeTorch(), "--only", "copies") == 0
    assert run(FakeTorch(), "--only", "gemm") == 0
    assert list(read_recording(tmp_path / NAME).sweeps) == ["gemm", "copies"]
    idle = FakeTorch()
    assert run(idle, "--only", "gemm") == 0
    assert "holds all of that already" in capsys.readouterr().out
    again = FakeTorch()
    assert run(again, "--only", "gemm", "--fresh") == 0
    assert len(again.calls) > len(idle.calls) == 0
    assert run(FakeTorch(), "--only", "layout") == 2
    assert capsys.readouterr().err == (
        "There is no sweep 'layout'; choose from gemm, elementwise, gelu, copies.\n"
    )


# --- no accelerator --------------------------------------------------------------------------


def nothing_there(torch: FakeTorch) -> FakeTorch:
    torch.cuda.is_available = lambda: False
    return torch


def test_the_first_accelerator_that_is_there_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = FakeTorch()
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert find_device() == Device(torch, "cuda")
    nothing_there(torch).backends.mps.is_available = lambda: True
    assert find_device() == Device(torch, "mps")


def test_a_machine_without_an_accelerator_is_told_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", nothing_there(FakeTorch()))
    assert measure.run(["--accelerator", "--out", str(tmp_path / "none")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Nothing was measured: PyTorch sees no GPU on this machine (PyTorch 2.")
    assert said.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_a_python_without_pytorch_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # as if it were not installed
    with pytest.raises(NoAcceleratorError, match="not installed .* GPU_PYTHON="):
        find_device()


def test_a_pytorch_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise OSError("libcudart.so.13: cannot open shared object file\nmore")

    monkeypatch.setattr(device.importlib, "import_module", broken)
    with pytest.raises(NoAcceleratorError, match="does not load .libcudart[^\n]*reinstall it"):
        find_device()


def test_the_driver_is_named_where_the_system_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def tells(command: list[str], **_: Any) -> Any:
        return subprocess.CompletedProcess(command, 0, stdout="580.95.05\n580.95.05\n")

    monkeypatch.setattr(device.subprocess, "run", tells)
    packages = device_of(FakeTorch()).context().packages
    assert packages == {"PyTorch": "2.13.0", "CUDA": "13.0", "driver": "580.95.05"}

    def missing(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr(device.subprocess, "run", missing)
    assert "driver" not in device_of(FakeTorch()).context().packages


def test_measuring_the_cpu_never_loads_pytorch() -> None:
    program = "import sys, tinytorch.perf.measure; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
