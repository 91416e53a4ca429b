"""The capstone's MLP block: two products with a GELU between them, whole and in parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tinytorch.perf.ladders.gelu import blocked_exp
from tinytorch.perf.ladders.gelu_expressions import page_one_line
from tinytorch.perf.ladders.transformer_block import Gelu, TransformerBlock, part_flops
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.sweeps.inputs import activations
from tinytorch.perf.sweeps.plan import Case, Group, Plan, in_turns

TOKENS = 512
WIDTH = 512
PARTS = ("up projection", "GELU", "down projection", "whole")
VARIANTS: dict[str, Gelu] = {"page": page_one_line, "fused": blocked_exp}


def _prepare() -> list[Sampler]:
    calls: list[Callable[[], object]] = []
    x = activations(TOKENS, WIDTH)
    for gelu in VARIANTS.values():
        block = TransformerBlock.random(WIDTH, heads=8, gelu=gelu)
        widened = block.mlp_up(x)
        bent = gelu(widened).astype(np.float32, copy=False)
        calls += [
            partial(block.mlp_up, x),
            partial(gelu, widened),
            partial(block.mlp_down, bent),
            partial(block.mlp, x),
        ]
    return in_turns(calls)


def _groups(quick: bool) -> list[Group]:
    counted = part_flops(TOKENS, WIDTH)
    flops = {"up projection": counted["MLP up"], "down projection": counted["MLP down"]}
    cases = [
        Case({"part": part, "variant": variant, "n": TOKENS}, flops=flops.get(part))
        for variant in VARIANTS
        for part in PARTS
    ]
    return [Group(cases, _prepare)]


PLAN = Plan(
    name="mlp_block",
    title=f"Transformer MLP block on one thread: {TOKENS} tokens, width {WIDTH}, inner {4 * WIDTH}",
    counting="Each part on its own and the whole; FLOP are counted for the two products (2 m k n).",
    groups=_groups,
)
