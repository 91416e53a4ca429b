from pathlib import Path

import pytest

from benchmarks.peers.comparison import Comparison
from benchmarks.peers.kernels import GELU, KERNELS, MATMUL, Kernel
from tests.benchmarks.fakes import FakeProcess
from tinytorch.perf.context import Context
from tinytorch.perf.measuring import Effort
from tinytorch.perf.points import RecordingError
from tinytorch.perf.recording import read_recording, write_recording

CONTEXT = Context(cpu="Example", cores=2, numpy="2", date="2026-11-22", packages={"PyTorch": "2"})
SECONDS = {"fused_gelu": 1e-9, "np.matmul": 1e-9, "PyTorch": 2e-9}


def comparison(
    folder: Path,
    kernels: tuple[Kernel, ...] = (GELU, MATMUL),
    quick: bool = True,
    context: Context = CONTEXT,
) -> Comparison:
    return Comparison(
        context, kernels, (1, 2), Effort(0, 3, 3), quick, folder / "example-2-cores.json"
    )


def measure(run: Comparison, **options: object) -> list[str]:
    """Measure with both numbers of threads; return what was announced."""
    said: list[str] = []
    for threads in run.threads:
        process = FakeProcess(threads, SECONDS, **options)  # type: ignore[arg-type]
        run.measure(process, said.append, lambda what: None)
    return said


def test_the_recording_is_valid_and_holds_every_case_once(tmp_path: Path) -> None:
    run = comparison(tmp_path)
    assert measure(run) == []
    assert run.groups_to_do == 0
    run.write()
    assert [path.name for path in tmp_path.iterdir()] == ["example-2-cores.json"]
    recording = read_recording(tmp_path / "example-2-cores.json")
    assert recording.context.packages == {"PyTorch": "2"}
    for kernel in KERNELS.values():
        sweep = recording.sweep(kernel.sweep)
        for n in kernel.quick_sizes:
            for threads in (1, 2):
                ours = sweep.point(peer=kernel.yardstick, n=n, threads=threads)
                theirs = sweep.point(peer="PyTorch", n=n, threads=threads)
                assert sweep.ratio(theirs, ours).median == pytest.approx(2, rel=1e-4)
                assert ours.samples == (float(f"{1e-9 * n * threads:.5g}"),) * 3
        groups = {point.group: (point.case["n"], point.case["threads"]) for point in sweep.points}
        assert len(set(groups.values())) == len(groups) == 2 * len(kernel.quick_sizes)


def test_peers_take_turns_and_another_one_begins_each_round(tmp_path: Path) -> None:
    process = FakeProcess(1, {"a": 1.0, "b": 1.0})
    comparison(tmp_path, (GELU,)).measure(process, print, lambda what: None)
    n = GELU.quick_sizes[0]
    first_group = [peer for peer, size in process.turns if size == n]
    assert first_group == ["a", "b", "b", "a", "a", "b"]
    assert process.closed == 2 * len(GELU.quick_sizes)


def test_a_peer_that_fails_on_the_way_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    run = comparison(tmp_path, (MATMUL,))
    said: list[str] = []
    process = FakeProcess(1, SECONDS, fails={"PyTorch": MATMUL.quick_sizes[1]})
    run.measure(process, said.append, lambda what: None)
    assert said == ["PyTorch is left out from n = 512 on: MemoryError."]
    sweep = run.recording().sweep("peers_matmul")
    assert len(sweep.where(peer="PyTorch")) == 1
    assert len(sweep.where(peer="np.matmul")) == 2
    assert {len(point.samples) for point in sweep.points} == {3}


def test_an_interrupted_run_goes_on_with_the_size_that_was_in_progress(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        measure(comparison(tmp_path), interrupt_at=3 * len(SECONDS) + 1)
    assert [path.suffix for path in tmp_path.iterdir()] == [".unfinished"]
    again = comparison(tmp_path)
    assert again.resume() == 1
    process = FakeProcess(1, SECONDS)
    again.measure(process, print, lambda what: None)
    assert GELU.quick_sizes[0] not in {n for _, n in process.turns}
    assert GELU.quick_sizes[1] in {n for _, n in process.turns}


def test_an_interrupted_run_with_other_versions_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        measure(comparison(tmp_path), interrupt_at=3 * len(SECONDS) + 1)
    other = Context(cpu="Example", cores=2, numpy="2", packages={"PyTorch": "3"})
    assert comparison(tmp_path, context=other).resume() == 0
    assert comparison(tmp_path, quick=False).resume() == 0


def test_one_kernel_alone_leaves_the_other_as_it_stood(tmp_path: Path) -> None:
    both = comparison(tmp_path)
    measure(both)
    both.write()
    one = comparison(tmp_path, (MATMUL,))
    measure(one)
    assert list(one.write().sweeps) == ["peers_gelu", "peers_matmul"]


def test_another_setting_replaces_what_was_there(tmp_path: Path) -> None:
    both = comparison(tmp_path)
    measure(both)
    both.write()
    other = Context(cpu="Example", cores=2, numpy="3")
    one = comparison(tmp_path, (MATMUL,), context=other)
    measure(one)
    one.write()
    assert list(read_recording(one.target).sweeps) == ["peers_matmul"]


def test_a_quick_run_does_not_replace_a_full_recording(tmp_path: Path) -> None:
    full = comparison(tmp_path, (MATMUL,), quick=False)
    measure(full)
    full.write()
    rough = comparison(tmp_path, (MATMUL,))
    measure(rough)
    with pytest.raises(RecordingError, match="is a full recording, which --quick does not replace"):
        rough.write()
    assert not read_recording(full.target).quick


def test_a_full_run_replaces_a_quick_recording(tmp_path: Path) -> None:
    rough = comparison(tmp_path, (MATMUL,))
    measure(rough)
    write_recording(rough.recording(), rough.target)
    full = comparison(tmp_path, (MATMUL,), quick=False)
    measure(full)
    full.write()
    assert not read_recording(full.target).quick
