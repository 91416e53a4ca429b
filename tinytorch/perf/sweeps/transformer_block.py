"""Where the time of one transformer block goes, with the page's GELU and with the fused one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tinytorch.perf.ladders.gelu import blocked_exp
from tinytorch.perf.ladders.gelu_expressions import PAGE, page_one_line
from tinytorch.perf.ladders.transformer_block import PARTS, Gelu, TransformerBlock, part_flops
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.labels import WHOLE
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

TOKENS = 512
WIDTH = 512
HEADS = 8
FUSED = "fused_gelu"
VARIANTS: dict[str, Gelu] = {PAGE: page_one_line, FUSED: blocked_exp}


def _prepare() -> list[Sampler]:
    calls: list[Callable[[], object]] = []
    x = activations(TOKENS, WIDTH)
    for gelu in VARIANTS.values():
        block = TransformerBlock.random(WIDTH, HEADS, gelu)
        parts = block.part_calls(x)
        calls += [parts[part] for part in PARTS]
        calls.append(partial(block.forward, x))
    return in_turns(calls)


def _groups(quick: bool) -> list[Group]:
    flops = part_flops(TOKENS, WIDTH)
    cases = [
        Case({"part": part, "variant": variant, "n": TOKENS}, flops=flops.get(part))
        for variant in VARIANTS
        for part in (*PARTS, WHOLE)
    ]
    return [Group(cases, _prepare)]


PLAN = Plan(
    name="transformer_block",
    title=f"One transformer block on one thread: {TOKENS} tokens, width {WIDTH}, {HEADS} heads",
    counting=(
        "Each part on its own, on the inputs that it meets in the block; the layer norm and the "
        "residual add count both of their calls; FLOP are counted for products only (2 m k n)."
    ),
    groups=_groups,
)
