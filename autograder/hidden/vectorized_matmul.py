"""Confirms Part 1: one GEMM."""

from __future__ import annotations

import numpy as np

from autograder.checks.answers import differing
from autograder.checks.matmul_cases import random_operands
from autograder.checks.vectorized_matmul import NAME
from autograder.examination import Examination
from autograder.hidden.following import follow, repeat, require
from autograder.probes.product_sizes import BROADCAST
from autograder.replay import Script
from autograder.replay.measures import has_memory_of_its_own, products

CANARY = "e91c03d75b2a46f8a6d1"

# Apart from all other sizes of this part: what was kept from another call is of no use.
_SMALL, _LARGE = (41, 100), (150, 240)


def one_gemm(examination: Examination) -> None:
    """One product of the whole operands, and as many steps for small ones as for large ones."""
    small, large = (
        tuple(int(size) for size in examination.rng.integers(*sizes, size=3))
        for sizes in (_SMALL, _LARGE)
    )
    _followed(examination, small, batch=(3,))
    steps = {len(_followed(examination, sizes).steps) for sizes in (small, large)}
    require(len(steps) == 1)


def _followed(
    examination: Examination, sizes: tuple[int, ...], batch: tuple[int, ...] = ()
) -> Script:
    m, k, n = sizes
    shapes = (*batch, m, k), (*batch, k, n)
    asked = random_operands(examination.rng, *shapes)
    script = follow(examination, NAME, (asked.a, asked.b))
    unseen = random_operands(examination.unseen, *shapes)
    result = repeat(script, (unseen.a, unseen.b))
    require(has_memory_of_its_own(script))
    found = products(script)
    require(found.total() == 1)
    one = examination.unseen.uniform(1, 2)
    require(bool(np.allclose(repeat(script, (unseen.a, unseen.b), one), one)))
    # How a batch is multiplied is the matter of an item of its own.
    if not batch:
        require(result.shape == unseen.expected.shape)
        require(not differing(result, unseen.expected, unseen.tolerance).any())
        product = next(iter(found))
        require(product.how not in ("einsum", BROADCAST))
        require(product.sizes in ((m, k, n), (n, k, m)))
    return script
