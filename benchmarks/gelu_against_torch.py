"""Compare fused_gelu with PyTorch and with the usual expression: in turns, on one thread."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from tinytorch.core.tensor import Tensor
from tinytorch.perf.acceleration import fused_gelu
from tinytorch.perf.context import measured_here
from tinytorch.perf.ladders.gelu_expressions import page_one_line
from tinytorch.perf.sampling import CallSampler, Sampler, take_turns
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.sweeps.inputs import activations

try:
    import torch
except ImportError:
    torch = None

EXPONENTS = range(16, 25, 2)


def torch_gelu(n: int) -> Callable[[], object]:
    """Return a call of PyTorch's GELU on the values that the others get, on one thread."""
    torch.set_num_threads(1)
    x = torch.from_numpy(activations(n))
    return partial(torch.nn.functional.gelu, x, approximate="tanh")


def main() -> None:
    """Print one line for each size: ns per element, and the ratios to fused_gelu."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="samples of each (default: 9)")
    rounds = max(1, parser.parse_args().rounds)
    print(measured_here())
    if torch is None:
        print("PyTorch is not installed, so it is left out; `pip install torch` adds it.")
    else:
        print(f"PyTorch {torch.__version__}, one thread")
    for exponent in EXPONENTS:
        n = 2**exponent
        x = activations(n)
        calls: dict[str, Callable[[], object]] = {
            "fused_gelu": partial(fused_gelu, Tensor(x)),
            "page's one line": partial(page_one_line, x),
        }
        if torch is not None:
            calls["torch"] = torch_gelu(n)
        samplers: list[Sampler] = [CallSampler(call) for call in calls.values()]
        for sampler in samplers:
            sampler.warm_up()
        samples = take_turns(samplers, rounds)
        cells = [f"n = 2^{exponent}"]
        for name, taken in zip(calls, samples, strict=True):
            cost = Spread.of(sample * 1e9 / n for sample in taken)
            ratio = Spread.of(a / b for a, b in zip(taken, samples[0], strict=True))
            compared = "" if name == "fused_gelu" else f", {ratio} times as long"
            cells.append(f"{name} {significant(cost.median)} ns/element{compared}")
        print(" | ".join(cells), flush=True)


if __name__ == "__main__":
    main()
