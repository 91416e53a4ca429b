from pathlib import Path

from benchmarks.peers.kernels import GELU, KERNELS
from tinytorch.explore.charts import peer_ratios
from tinytorch.perf.recording import load_recording

PEERS = Path(__file__).parents[2] / "book" / "measurements" / "peers"


def test_the_books_recording_holds_what_its_chapter_divides_by() -> None:
    recording = load_recording(PEERS)
    assert not recording.quick
    assert recording.context.packages
    for kernel in KERNELS.values():
        sweep = recording.sweep(kernel.sweep)
        assert 1 in sweep.values("threads")
        for n in sweep.values("n"):
            for threads in sweep.values("threads"):
                assert sweep.where(peer=kernel.yardstick, n=n, threads=threads)
    assert len(peer_ratios(recording.sweep(GELU.sweep), 2**20, 1)) >= 3
