"""Which BLAS NumPy multiplies matrices with: OpenBLAS, MKL, BLIS, FlexiBLAS or Accelerate.

Two sources answer, and neither is enough. `threadpoolctl` names the libraries in this process that
it knows, with version and kernel, but it does not know Apple's Accelerate, and a library there may
be SciPy's and not NumPy's. NumPy says what it was built with, but a NumPy from conda-forge was
built with an interface ("blas", "cblas") behind which any library may stand when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

NAMES = {
    "openblas": "OpenBLAS",
    "mkl": "MKL",
    "flexiblas": "FlexiBLAS",
    "blis": "BLIS",
    "accelerate": "Accelerate",
}
"""What readers call a library, by what its name in a build or in a process holds."""

UNNAMED = "unnamed BLAS"


@dataclass(frozen=True)
class Blas:
    """The library that NumPy hands its matrix products to.

    Attributes
    ----------
    name : str
        For example ``"OpenBLAS"``; ``"FlexiBLAS with OpenBLAS"`` for a switch and what stands
        behind it; ``"unnamed BLAS"`` where nothing tells.
    version, kernel : str or None
        Of the library that computes: of what stands behind a switch. The kernel is the one that it
        chose for this CPU, for example ``"Haswell"``.
    """

    name: str
    version: str | None = None
    kernel: str | None = None

    @classmethod
    def of_numpy(cls) -> Blas | None:
        """Find out which it is; None where NumPy was built without one."""
        # The first product makes sure that the library is loaded before it is asked for.
        np.ones((2, 2), dtype=np.float32) @ np.ones((2, 2), dtype=np.float32)
        try:
            built: Mapping[str, Any] = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        except (KeyError, TypeError):
            built = {}
        return identified(built, threadpool_info())

    def __str__(self) -> str:
        return f"{self.name} {self.version}" if self.version else self.name


def holds_threads(name: str) -> bool:
    """Tell whether `threadpoolctl` can limit the threads of a library of this name."""
    return name not in (NAMES["accelerate"], UNNAMED)


def identified(built: Mapping[str, Any], loaded: Sequence[Mapping[str, Any]]) -> Blas | None:
    """Name the BLAS from both sources.

    Parameters
    ----------
    built : mapping
        What ``numpy.show_config(mode="dicts")`` says of it; empty if nothing.
    loaded : sequence of mapping
        What `threadpoolctl.threadpool_info` says.

    Returns
    -------
    Blas or None
    """
    if not built.get("found", bool(loaded)):
        return None
    libraries = [library for library in loaded if library.get("user_api") == "blas"]
    asked = _known(str(built.get("name", "")))
    if asked:
        # Another one that is loaded here is another package's.
        candidates = [library for library in libraries if library["internal_api"] == asked]
    else:
        switches = [library for library in libraries if library["internal_api"] == "flexiblas"]
        candidates = switches or libraries
    if not candidates:
        return Blas(NAMES[asked] if asked else UNNAMED)
    found = max(candidates, key=_is_numpys_own)
    if found["internal_api"] == "flexiblas":
        return _behind(str(found.get("current_backend") or "nothing"), libraries)
    return _described(found)


def _known(text: str) -> str | None:
    """Return the key of `NAMES` in "scipy-openblas", "mkl-sdl" and the like."""
    return next((key for key in NAMES if key in text.lower()), None)


def _is_numpys_own(library: Mapping[str, Any]) -> bool:
    """Tell whether a library came in NumPy's wheel: SciPy's brings one of the same kind."""
    own = Path(np.__file__).parent
    folders = (own.with_name("numpy.libs"), own)
    return any(Path(library.get("filepath", "")).is_relative_to(folder) for folder in folders)


def _described(library: Mapping[str, Any]) -> Blas:
    api = library["internal_api"]
    return Blas(NAMES.get(api, api), library.get("version"), library.get("architecture"))


def _behind(backend: str, libraries: Sequence[Mapping[str, Any]]) -> Blas:
    """Describe what FlexiBLAS passes products on to, which it calls "OPENBLAS-OPENMP", say."""
    api = _known(backend)
    found = next((x for x in libraries if x["internal_api"] == api), None)
    blas = _described(found) if found else Blas(NAMES[api] if api else backend)
    return replace(blas, name=f"{NAMES['flexiblas']} with {blas.name}")
