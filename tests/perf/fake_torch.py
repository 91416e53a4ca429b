"""A PyTorch made of NumPy and a clock: its device takes known times, and works on behind the host.

A call on the device costs the host `LAUNCH` seconds and the device the seconds given by `COSTS`.
Who reads the clock while the device is still at work is told so by an AssertionError.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

LAUNCH = 1e-6
COSTS = {"matmul": 3e-3, "copy": 2e-3, "gelu": 4e-4, "elementwise": 1e-4, "compiled": 5e-4}


class Tensor:
    """Values, the type that they are rounded to, and the device that they lie on."""

    def __init__(
        self,
        torch: FakeTorch,
        values: Any,
        device: str,
        dtype: str = "float32",
        pinned: bool = False,
    ) -> None:
        self.torch = torch
        self.values = values
        self.device = device
        self.dtype = dtype
        self.pinned = pinned

    def __getitem__(self, key: Any) -> Tensor:
        return Tensor(self.torch, self.values[key], self.device, self.dtype)

    def to(self, device: str, dtype: str) -> Tensor:
        self.torch.finish()
        return Tensor(self.torch, rounded(self.values, dtype), device, dtype)

    def numpy(self) -> Any:
        assert self.device == "cpu", "NumPy cannot see the memory of the device"
        return self.values

    def pin_memory(self) -> Tensor:
        if not self.torch.pins:
            raise RuntimeError("Cannot access accelerator device when none is available.")
        return Tensor(self.torch, self.values.copy(), self.device, pinned=True)

    def is_pinned(self) -> bool:
        return self.pinned

    def copy_(self, source: Tensor, non_blocking: bool) -> None:
        pageable = {self.device, source.device} == {"cpu", "cuda"}
        pageable = pageable and not (self.pinned or source.pinned)
        assert non_blocking <= (not pageable), "a copy of pageable memory cannot run on behind"
        self.torch.copies.append((source.device, self.device, self.pinned or source.pinned))
        self.values[...] = self.torch.spoil("copy", source.values)
        self.torch.launch("copy")
        if not non_blocking and source.device != self.device:
            self.torch.finish()

    def _step(self, values: Any) -> Tensor:
        return self.torch.computed("elementwise", values, self)

    def __pow__(self, exponent: int) -> Tensor:
        return self._step(self.values**exponent)

    def __mul__(self, other: Any) -> Tensor:
        return self._step(self.values * getattr(other, "values", other))

    def __add__(self, other: Any) -> Tensor:
        return self._step(self.values + getattr(other, "values", other))

    __rmul__ = __mul__
    __radd__ = __add__


def rounded(values: Any, dtype: str) -> Any:
    """Round float32 values to the bits that a type keeps; bfloat16 keeps 8, TF32 11."""
    bits = {"float16": 11, "bfloat16": 8, "tf32": 11}.get(dtype)
    if bits is None:
        return values.copy()
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.round(mantissa * 2**bits) / 2**bits, exponent).astype(np.float32)


class FakeTorch:
    """What the sweeps use of PyTorch.

    Attributes
    ----------
    calls : list of str
        Everything that was started on the device, in order.
    spoil : callable
        Takes the kind of call and its values, and returns those that the device "computes".
    """

    float32, float16, bfloat16 = "float32", "float16", "bfloat16"

    def __init__(
        self,
        free_bytes: int = 2**22,
        pins: bool = True,
        compiles: bool = True,
        lacks: str = "",
        tf32: bool = False,
        spoil: Callable[[str, Any], Any] = lambda kind, values: values,
    ) -> None:
        self.host = self.device_done = 0.0
        self.calls: list[str] = []
        self.copies: list[tuple[str, str, bool]] = []
        self.pins, self.compiles, self.lacks, self.spoil = pins, compiles, lacks, spoil
        self.precision = "high" if tf32 else "highest"
        self.obeys = not tf32
        self.__version__ = "2.13.0+cu130"
        self.version = SimpleNamespace(cuda="13.0", hip=None)
        self.cuda = SimpleNamespace(
            is_available=lambda: True,
            synchronize=self.finish,
            get_device_name=lambda: "Example  Accelerator 9000",
            mem_get_info=lambda: (free_bytes, 2 * free_bytes),
        )
        self.backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))
        self.nn = SimpleNamespace(functional=SimpleNamespace(gelu=self.gelu))

    # --- time ---------------------------------------------------------------------------------

    def clock(self) -> float:
        assert self.device_done <= self.host, "the clock was read before the device had finished"
        return self.host

    def launch(self, kind: str) -> None:
        self.calls.append(kind)
        self.host += LAUNCH
        self.device_done = max(self.device_done, self.host) + COSTS[kind]

    def finish(self) -> None:
        self.host = max(self.host, self.device_done)

    # --- arithmetic ---------------------------------------------------------------------------

    def computed(self, kind: str, values: Any, like: Tensor, out: Tensor | None = None) -> Tensor:
        assert like.device == "cuda", "this belongs on the device"
        self.launch(kind)
        values = self.spoil(kind, values)
        if out is None:
            return Tensor(self, values, like.device, like.dtype)
        out.values[...] = rounded(values, out.dtype)
        return out

    def set_float32_matmul_precision(self, precision: str) -> None:
        if self.obeys:
            self.precision = precision

    def matmul(self, a: Tensor, b: Tensor, out: Tensor | None = None) -> Tensor:
        if a.dtype == self.lacks:
            raise RuntimeError(f"{a.dtype} is not supported on this device")
        factors = [a.values, b.values]
        if self.precision == "high" and a.dtype == "float32":
            factors = [rounded(factor, "tf32") for factor in factors]
        return self.computed("matmul", factors[0] @ factors[1], a, out)

    def add(self, a: Tensor, b: Tensor, out: Tensor) -> Tensor:
        return self.computed("elementwise", a.values + b.values, a, out)

    def multiply(self, a: Tensor, b: Tensor, out: Tensor) -> Tensor:
        return self.computed("elementwise", a.values * b.values, a, out)

    def exp(self, a: Tensor, out: Tensor) -> Tensor:
        return self.computed("elementwise", np.exp(a.values), a, out)

    def tanh(self, a: Tensor) -> Tensor:
        return self.computed("elementwise", np.tanh(a.values), a)

    def gelu(self, a: Tensor, approximate: str) -> Tensor:
        assert approximate == "tanh"
        x = a.values
        inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
        return self.computed("gelu", (0.5 * x * (1 + np.tanh(inner))).astype(np.float32), a)

    def compile(self, call: Callable[[Tensor], Tensor], fullgraph: bool, dynamic: bool) -> Any:
        assert fullgraph and dynamic, "a compiler that gives up silently runs the eager steps"

        def compiled(x: Tensor) -> Tensor:
            if not self.compiles:
                raise RuntimeError("Cannot find a working Triton installation")
            started, done, host = len(self.calls), self.device_done, self.host
            result = call(x)
            del self.calls[started:]
            self.device_done, self.host = done, host
            return self.computed("compiled", result.values, x)

        return compiled

    # --- arrays -------------------------------------------------------------------------------

    def from_numpy(self, values: Any) -> Tensor:
        return Tensor(self, values, "cpu")

    def empty_like(self, tensor: Tensor) -> Tensor:
        return Tensor(self, np.full_like(tensor.values, np.nan), tensor.device, tensor.dtype)

    def empty(self, n: int) -> Tensor:
        return self.zeros(n)

    def zeros(self, n: int) -> Tensor:
        return Tensor(self, np.zeros(n, dtype=np.float32), "cpu")
