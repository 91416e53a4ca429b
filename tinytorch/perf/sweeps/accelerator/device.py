"""One accelerator as PyTorch sees it: its name, its memory, and when it has finished."""

from __future__ import annotations

import importlib
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.perf.context import Context
from tinytorch.perf.sampling import Clock, Sampler
from tinytorch.perf.sweeps.accelerator.sampler import DeviceSampler

KINDS = ("cuda", "xpu", "mps")
"""What PyTorch calls its accelerators: NVIDIA's and AMD's (both "cuda"), Intel's, Apple's."""

# Where a device does not tell how much of its memory is free, sweeps stay within half of this.
ASSUMED_FREE_BYTES = 2 * 2**30


class NoAcceleratorError(RuntimeError):
    """There is nothing to measure; one sentence says why and what to do."""


@dataclass(frozen=True)
class Device:
    """A device, and the PyTorch that drives it.

    Attributes
    ----------
    torch : module
        PyTorch, passed on rather than imported, for the course itself never needs it.
    kind : str
        PyTorch's name of the device, for example ``"cuda"``. ``"cpu"`` runs the same code where
        there is no accelerator; `find_device` never returns it.
    clock : callable
        Returns seconds; replaced in tests.
    """

    torch: Any
    kind: str
    clock: Clock = time.perf_counter

    @property
    def backend(self) -> Any:
        """PyTorch's module for this kind of device."""
        return getattr(self.torch, self.kind)

    @property
    def name(self) -> str:
        """What the device calls itself; Apple's go by the name of their chip."""
        if hasattr(self.backend, "get_device_name"):
            return " ".join(str(self.backend.get_device_name()).split())
        return f"{Context.here().cpu} ({self.kind})"

    def context(self) -> Context:
        """Describe the device and its software; the host's facts stay beside them."""
        versions = {
            "PyTorch": str(self.torch.__version__).split("+")[0],
            "CUDA": self.torch.version.cuda,
            "ROCm": getattr(self.torch.version, "hip", None),
            "driver": _nvidia_driver() if self.torch.version.cuda else None,
        }
        return replace(
            Context.here(),
            accelerator=self.name,
            packages={name: version for name, version in versions.items() if version},
        )

    def synchronize(self) -> None:
        """Wait until the device has finished everything that it was told to do."""
        self.backend.synchronize()

    def put(self, values: NDArray[np.float32], precision: str = "float32") -> Any:
        """Return a tensor on the device with these values, rounded to the named precision."""
        dtype = getattr(self.torch, precision)
        return self.torch.from_numpy(values).to(device=self.kind, dtype=dtype)

    def fetch(self, tensor: Any) -> NDArray[np.float64]:
        """Return a tensor's values as a NumPy array."""
        values: NDArray[np.float32] = tensor.to(device="cpu", dtype=self.torch.float32).numpy()
        return values.astype(np.float64)

    def free_bytes(self) -> int:
        """Return the bytes of its memory that are free now, or a cautious assumption."""
        if hasattr(self.backend, "mem_get_info"):
            return int(self.backend.mem_get_info()[0])
        if hasattr(self.backend, "recommended_max_memory"):
            return int(self.backend.recommended_max_memory()) - int(
                self.backend.driver_allocated_memory()
            )
        return ASSUMED_FREE_BYTES

    def sizes_that_fit(self, sizes: tuple[int, ...], bytes_of: Callable[[int], int]) -> list[int]:
        """Return the sizes whose arrays take at most half of the memory that is free now."""
        allowed = self.free_bytes() // 2
        return [n for n in sizes if bytes_of(n) <= allowed]

    def in_turns(self, calls: Sequence[Callable[[], object]]) -> list[Sampler]:
        """Return samplers that time these calls, each until the device has finished."""
        return [DeviceSampler(call, self.synchronize, self.clock) for call in calls]


def find_device() -> Device:
    """Return the accelerator that PyTorch sees on this machine.

    Raises
    ------
    NoAcceleratorError
        If PyTorch is missing or broken, or sees none.
    """
    try:
        # By name: the course neither needs PyTorch nor declares it.
        torch = importlib.import_module("torch")
    except ModuleNotFoundError:
        raise NoAcceleratorError(
            "PyTorch is not installed in this environment; `make measure-gpu` brings it, or name a "
            "Python that has it: make measure-gpu GPU_PYTHON=/path/to/python."
        ) from None
    except (ImportError, OSError) as problem:
        reason = str(problem).splitlines()[0]
        raise NoAcceleratorError(f"PyTorch does not load ({reason}); reinstall it.") from None
    for kind in KINDS:
        # torch.mps could not be asked before PyTorch 2.6; its entry under backends always could.
        asked = torch.backends if kind == "mps" else torch
        backend = getattr(asked, kind, None)
        if backend is not None and backend.is_available():
            return Device(torch, kind)
    raise NoAcceleratorError(
        f"PyTorch sees no GPU on this machine (PyTorch {torch.__version__}); where there is one, "
        f"install its driver and a PyTorch that is built for it, and `python -m tinytorch measure` "
        f"records the CPU."
    )


def _nvidia_driver() -> str | None:
    try:
        answer = subprocess.run(
            ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return next(iter(answer.stdout.split()), None)
