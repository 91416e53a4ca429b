"""Confirms Part 4: products of tiles, which make up the result."""

from __future__ import annotations

import math

import numpy as np

from autograder.checks.answers import differing
from autograder.checks.matmul_cases import random_operands
from autograder.checks.tiled_matmul import NAME
from autograder.examination import Examination
from autograder.hidden.following import follow, repeat, require
from autograder.items import Unconfirmed
from autograder.replay.measures import has_memory_of_its_own, products
from autograder.replay.products import Product
from autograder.subject import Json

CANARY = "3f8e5b17a0c64d92bd50"


# So m and n are apart from all other sizes of this part: what was kept from another call is of no
# use. And one product for each element and each tile of k is still a script that can be written.
_TILES = (4, 2, 4)
_DEFAULT = 64


def extremes(examination: Examination) -> None:
    """The tile that nobody gives is 64: the products are those of a call that gives it.

    What cannot be followed loses the items on tiles, and the worker is believed here.
    """
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(3, 8, size=3))
    asked = random_operands(rng, (m, k + _DEFAULT), (k + _DEFAULT, n))
    calls: tuple[dict[str, Json], ...] = ({"tile_size": _DEFAULT}, {})
    try:
        given, left_out = (
            products(follow(examination, NAME, (asked.a, asked.b), keywords)) for keywords in calls
        )
    except Unconfirmed:
        return
    require(given == left_out)


def rows_and_columns(examination: Examination) -> None:
    """No product is taller or wider than a tile, and each element is the sum of as many."""
    tile = _tile(examination)
    # Whether the last tile along the inner dimension is right is the other item's matter.
    m, k, n = _sizes(examination, tile, ragged=(True, False, True))
    found, counts = _followed(examination, m, k, n, tile)
    require(all(max(product.sizes[0], product.sizes[2]) <= tile for product in found))
    count = round(float(counts.flat[0]))
    require(count >= 1 and bool(np.allclose(counts, count, rtol=0, atol=1e-3)))


def inner(examination: Examination) -> None:
    """Each element is the sum of ceil(k / tile) products of tiles."""
    tile = _tile(examination)
    m, k, n = _sizes(examination, tile, ragged=(True, True, True))
    found, counts = _followed(examination, m, k, n, tile)
    require(all(max(product.sizes) <= tile for product in found))
    require(bool(np.allclose(counts, math.ceil(k / tile), rtol=0, atol=1e-3)))


def _tile(examination: Examination) -> int:
    return int(examination.rng.integers(9, 11))


def _sizes(examination: Examination, tile: int, ragged: tuple[bool, ...]) -> list[int]:
    rng = examination.rng
    return [
        tile * count + (int(rng.integers(2, tile)) if is_ragged else 0)
        for count, is_ragged in zip(_TILES, ragged, strict=True)
    ]


def _followed(
    examination: Examination, m: int, k: int, n: int, tile: int
) -> tuple[list[Product], np.ndarray]:
    """Return the products, and how many of them each element of the result is the sum of."""
    asked = random_operands(examination.rng, (m, k), (k, n), tile_size=tile)
    script = follow(examination, NAME, (asked.a, asked.b), asked.keywords)
    unseen = random_operands(examination.unseen, (m, k), (k, n))
    result = repeat(script, (unseen.a, unseen.b))
    require(result.shape == (m, n))
    require(not differing(result, unseen.expected, unseen.tolerance).any())
    require(has_memory_of_its_own(script))
    found = list(products(script))
    require(bool(found))
    # Not 1, which a program could look for.
    one = examination.unseen.uniform(1, 2)
    return found, repeat(script, (unseen.a, unseen.b), one) / one
