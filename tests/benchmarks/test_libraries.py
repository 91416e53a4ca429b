import re
import sys
from types import ModuleType

import numpy as np
import pytest

from benchmarks.peers.kernels import KERNELS
from benchmarks.peers.libraries import LIBRARIES, available
from benchmarks.peers.peer import Call, Library, Peer
from tests.benchmarks.fakes import library, right


def test_our_kernels_and_those_of_numpy_agree_with_the_reference() -> None:
    ours = available(1, [entry for entry in LIBRARIES if entry.distribution is None])
    assert ours.left_out == []
    assert ours.packages == {}
    names = [peer.name for peer in ours.peers]
    assert len(set(names)) == len(names)
    for kernel in KERNELS.values():
        assert any(peer.name == kernel.yardstick for peer in ours.peers)


def test_a_library_that_is_not_installed_is_left_out_with_a_sentence() -> None:
    found = available(1, [Library("Nothing", "no_such_module", "nothing-at-all")])
    assert found.peers == []
    assert found.left_out == [
        "Nothing is left out: ModuleNotFoundError: No module named 'no_such_module'; "
        "`pip install nothing-at-all` adds it."
    ]


def test_a_library_that_breaks_at_its_import_does_not_keep_out_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(threads: int) -> list[Peer]:
        raise OSError("libfast.so: wrong ELF class.\nand more")

    def works(threads: int) -> list[Peer]:
        return [Peer(f"works on {threads}", {"gelu": right("gelu")})]

    found = available(
        2, [library(monkeypatch, "Breaks", breaks), library(monkeypatch, "Works", works, "numpy")]
    )
    assert found.left_out == ["Breaks is left out: OSError: libfast.so: wrong ELF class."]
    assert [peer.name for peer in found.peers] == ["works on 2"]
    assert found.packages == {"Works": np.__version__}


def off_by(error: float) -> Call:
    def prepare(*operands: np.ndarray) -> Call:
        return lambda: KERNELS["gelu"].reference(*operands) + error

    return prepare  # type: ignore[return-value]


def raises(*operands: np.ndarray) -> Call:
    def call() -> None:
        raise RuntimeError("no C++ compiler")

    return call


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (off_by(1e-3), "its result differs from the float64 reference by up to 0.001"),
        (off_by(float("nan")), "its result differs from the float64 reference by up to nan"),
        (raises, "RuntimeError: no C\\+\\+ compiler"),
        (lambda x: lambda: x[1:], r"its result has shape \(131074,\), expected \(131075,\)"),
    ],
    ids=["wrong", "nan", "raising", "another shape"],
)
def test_a_peer_that_is_wrong_loses_that_kernel_and_keeps_the_other(
    monkeypatch: pytest.MonkeyPatch, prepare: Call, reason: str
) -> None:
    def peers(threads: int) -> list[Peer]:
        return [
            Peer("Odd", {"gelu": prepare, "matmul": right("matmul")}),
            Peer("O", {"gelu": prepare}),
        ]

    found = available(1, [library(monkeypatch, "Odd library", peers)])
    assert [(peer.name, list(peer.kernels)) for peer in found.peers] == [("Odd", ["matmul"])]
    (sentence, other) = found.left_out
    assert re.match(f"Odd is left out of gelu: {reason}", sentence)
    assert other.startswith("O is left out of gelu: ")


def test_a_library_without_a_right_kernel_takes_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    found = available(
        1, [library(monkeypatch, "Odd", lambda threads: [Peer("O", {"gelu": raises})], "numpy")]
    )
    assert found.packages == {}


def test_rounding_to_float32_is_not_an_error() -> None:
    for kernel in KERNELS.values():
        result = kernel.reference(*kernel.operands(64))
        rounded = result.astype(np.float32)
        off = np.max(np.abs(rounded - result) / np.maximum(1, np.abs(result)))
        assert 0 < off < kernel.tolerance / 10


def test_the_loops_for_numba_are_right_before_they_are_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numba = ModuleType("numba")
    numba.prange = range  # type: ignore[attr-defined]
    numba.njit = lambda **options: lambda loop: loop  # type: ignore[attr-defined]
    numba.set_num_threads = lambda threads: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "numba", numba)
    monkeypatch.delitem(sys.modules, "benchmarks.peers.numba_loops", raising=False)
    from benchmarks.peers import numba_loops

    monkeypatch.delitem(sys.modules, "benchmarks.peers.numba_loops")
    (peer,) = numba_loops.peers(2)
    for kernel in KERNELS.values():
        operands = kernel.operands(67)
        result = peer.kernels[kernel.name](*operands)()
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, kernel.reference(*operands), atol=kernel.tolerance)
