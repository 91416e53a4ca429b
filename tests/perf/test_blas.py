"""Each BLAS that NumPy may come with is told from the others, by stand-ins for what is found."""

from pathlib import Path

import numpy as np
import pytest

from tinytorch.perf import blas as blas_module
from tinytorch.perf.blas import Blas, holds_threads, identified
from tinytorch.perf.context import Context

OPENBLAS = {
    "user_api": "blas",
    "internal_api": "openblas",
    "prefix": "libscipy_openblas",
    "filepath": "/env/lib/libopenblas.so",
    "version": "0.3.31",
    "architecture": "Haswell",
}
MKL = {
    "user_api": "blas",
    "internal_api": "mkl",
    "filepath": "/env/lib/libmkl_rt.so.2",
    "version": "2025.3",
    "threading_layer": "intel",
}
BLIS = {
    "user_api": "blas",
    "internal_api": "blis",
    "filepath": "/env/lib/libblis.so.4",
    "version": "0.9.0",
    "architecture": "zen3",
}
FLEXIBLAS = {
    "user_api": "blas",
    "internal_api": "flexiblas",
    "filepath": "/usr/lib64/libflexiblas.so.3",
    "version": "3.4.4",
    "current_backend": "OPENBLAS-OPENMP",
}
OPENMP = {"user_api": "openmp", "internal_api": "openmp", "version": None}

# What NumPy says it was built with, what threadpoolctl sees, and what a badge says.
CASES = {
    "the wheel": ("scipy-openblas", [OPENBLAS], "OpenBLAS (Haswell kernels)"),
    "a 64-bit OpenBLAS": ("openblas64", [OPENBLAS], "OpenBLAS (Haswell kernels)"),
    "Anaconda": ("mkl-sdl", [OPENMP, MKL], "MKL"),
    "Intel": ("mkl-dynamic-ilp64-iomp", [MKL], "MKL"),
    "BLIS": ("blis", [BLIS], "BLIS (zen3 kernels)"),
    "a Mac": ("accelerate", [], "Accelerate (chooses its own threads)"),
    "a Mac with SciPy's OpenBLAS": (
        "accelerate",
        [OPENBLAS],
        "Accelerate (chooses its own threads)",
    ),
    "conda-forge with OpenBLAS": ("blas", [OPENBLAS], "OpenBLAS (Haswell kernels)"),
    "conda-forge with MKL": ("cblas", [OPENMP, MKL], "MKL"),
    "conda-forge with a library that nothing sees": (
        "blas",
        [OPENMP],
        "unnamed BLAS (chooses its own threads)",
    ),
    "Fedora": ("flexiblas", [OPENBLAS, FLEXIBLAS], "FlexiBLAS with OpenBLAS (Haswell kernels)"),
    "a switch to BLIS": (
        "flexiblas",
        [OPENBLAS, BLIS, {**FLEXIBLAS, "current_backend": "BLIS-THREADS"}],
        "FlexiBLAS with BLIS (zen3 kernels)",
    ),
    "a switch to the reference": (
        "blas",
        [{**FLEXIBLAS, "current_backend": "NETLIB"}],
        "FlexiBLAS with NETLIB",
    ),
    "an OpenBLAS that nothing sees": ("openblas", [MKL], "OpenBLAS"),
}


@pytest.mark.parametrize(("built", "loaded", "words"), CASES.values(), ids=CASES)
def test_a_badge_names_the_library(built, loaded, words, monkeypatch):
    config = {"Build Dependencies": {"blas": {"name": built, "found": True}}}
    monkeypatch.setattr(blas_module.np, "show_config", lambda mode: config)
    monkeypatch.setattr(blas_module, "threadpool_info", lambda: loaded)
    summary = Context.here().summary
    assert summary.endswith(f", NumPy {np.__version__}, {words}")


def test_the_five_are_told_apart():
    cases = ["the wheel", "Anaconda", "BLIS", "Fedora", "a Mac"]
    names = [
        identified({"name": CASES[case][0], "found": True}, CASES[case][1]).name for case in cases
    ]
    assert names == ["OpenBLAS", "MKL", "BLIS", "FlexiBLAS with OpenBLAS", "Accelerate"]


def test_the_version_is_that_of_the_library_that_computes():
    built = {"name": "flexiblas", "found": True}
    assert str(identified(built, [FLEXIBLAS, OPENBLAS])) == "FlexiBLAS with OpenBLAS 0.3.31"
    assert str(identified({"name": "mkl-sdl", "found": True}, [MKL])) == "MKL 2025.3"


def test_of_two_copies_the_one_in_numpys_wheel_counts():
    own = Path(np.__file__).parent.with_name("numpy.libs") / "libscipy_openblas64_.so"
    scipys = {**OPENBLAS, "version": "0.3.29", "architecture": "Zen"}
    numpys = {**OPENBLAS, "filepath": str(own)}
    for loaded in ([scipys, numpys], [numpys, scipys]):
        found = identified({"name": "scipy-openblas", "found": True}, loaded)
        assert found == Blas("OpenBLAS", "0.3.31", "Haswell")


def test_a_numpy_without_blas_names_none():
    assert identified({"name": "blas", "found": False}, [OPENBLAS]) is None
    assert identified({}, []) is None


def test_a_numpy_that_does_not_say_is_known_by_what_is_loaded(monkeypatch):
    monkeypatch.setattr(blas_module.np, "show_config", lambda mode: {})
    monkeypatch.setattr(blas_module, "threadpool_info", lambda: [MKL])
    assert Blas.of_numpy() == Blas("MKL", "2025.3")


def test_only_a_library_whose_threads_can_be_held_is_said_to_run_on_one():
    held = {name: holds_threads(name) for name in ("OpenBLAS", "MKL", "BLIS", "Accelerate")}
    assert held == {"OpenBLAS": True, "MKL": True, "BLIS": True, "Accelerate": False}


def test_this_numpy_names_its_blas():
    assert Blas.of_numpy() is not None
