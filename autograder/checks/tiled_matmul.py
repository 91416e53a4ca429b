"""Part 4: a matmul that really tiles all three loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.chapters import COMMON_ERRORS, MEMORY_LAYOUT, TILING
from autograder.checks.answers import (
    require_float32_throughout,
    require_return,
    require_value_error,
    result_array,
)
from autograder.checks.matmul_cases import (
    Operands,
    random_operands,
    require_manners,
    require_product,
)
from autograder.examination import Examination
from autograder.items import Failure, Item
from autograder.subject import ArrayArgument

NAME = "tiled_matmul"


def values(examination: Examination) -> None:
    """Sizes that the tile divides."""
    rng = examination.rng
    for tile in (4, 6):
        m, k, n = (tile * int(count) for count in rng.permutation((2, 3, 4)))
        # Twice the same shape: an answer from a cache shows.
        for _ in range(2):
            require_product(
                examination,
                NAME,
                random_operands(rng, (m, k), (k, n), tile_size=tile),
                "For each tile of the result, add up the products of a's tiles in its row and b's "
                "tiles in its column: `C[i:i+t, j:j+t] += A[i:i+t, p:p+t] @ B[p:p+t, j:j+t]`.",
            )


def ragged(examination: Examination) -> None:
    """Sizes that the tile does not divide, one dimension at a time and all together."""
    rng = examination.rng
    tile = int(rng.integers(4, 8))
    whole = [tile * int(count) for count in rng.permutation((2, 3, 4))]
    rest = int(rng.integers(1, tile))
    for name, which in (("m", (0,)), ("k", (1,)), ("n", (2,)), ("m, k and n", (0, 1, 2))):
        m, k, n = (size + (rest if i in which else 0) for i, size in enumerate(whole))
        require_product(
            examination,
            NAME,
            random_operands(rng, (m, k), (k, n), tile_size=tile),
            f"The last tile along {name} is smaller than tile_size. Loop with "
            "range(0, size, tile_size) and slice: a slice stops at the end of the array by itself.",
        )


def extremes(examination: Examination) -> None:
    """Tile 1, tile larger than the matrix, and no tile size given."""
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(3, 8, size=3))
    larger = int(rng.integers(50, 90))
    for operands, try_next in (
        (
            random_operands(rng, (m, k), (k, n), tile_size=1),
            "With tile 1 every tile is one element; the loops stay the same.",
        ),
        (
            random_operands(rng, (m, k), (k, n), tile_size=larger),
            "A tile larger than the matrix is the whole matrix: one step of each loop.",
        ),
        (
            random_operands(rng, (m, k + 64), (k + 64, n)),
            "tile_size has the default value 64.",
        ),
    ):
        require_product(examination, NAME, operands, try_next)
    answer = examination.ask("signature", NAME)
    default = answer.facts["defaults"].get("tile_size")
    if default != 64:
        raise Failure(
            case="the default value of tile_size",
            got="no default value" if default is None else repr(default),
            expected="64",
            try_next="Keep the signature as it was given: `def tiled_matmul(a, b, tile_size=64)`.",
        )


def _recorded(examination: Examination) -> list[tuple[Operands, int, list[Any], np.ndarray]]:
    """Run the recorded cases; called once, used by both items about tiles."""
    rng = examination.rng
    seen = []
    # Uneven sizes of three tiles and more, so that no dimension passes for another.
    first, second = (int(tile) for tile in rng.permutation((4, 5, 6, 7))[:2])
    for tile in (first, second, None):
        size = tile or 64
        counts = rng.permutation((2, 3, 4)) if tile else np.array((1, 2, 1))
        # At least 2 over: a tile of one row would make a broadcast multiply look element-wise.
        m, k, n = (size * int(c) + int(rng.integers(2, size)) for c in counts)
        operands = random_operands(rng, (m, k), (k, n), tile_size=tile)
        case = _case(operands)
        answer = examination.ask("products", NAME, *operands.arguments, keywords=operands.keywords)
        result = result_array(answer, NAME, case, "products of tiles")
        products = [(tuple(p["sizes"]), p["times"]) for p in answer.facts["products"]]
        seen.append((operands, size, products, result))
    return seen


def _case(operands: Operands) -> str:
    default = "" if operands.tile_size else ", tile_size left at 64"
    return f"{operands}{default}, every product recorded"


def rows_and_columns(examination: Examination) -> None:
    """No product is taller or wider than a tile, and the products make up the result."""
    for operands, tile, products, result in examination.once(
        "tiles", lambda: _recorded(examination)
    ):
        case = _case(operands)
        if not products:
            raise Failure(
                case=case,
                got="no matrix product of arrays was recorded",
                expected=f"products of tiles of at most {tile} by {tile}",
                try_next="Multiply two tiles in each step with np.matmul, `@` or np.dot.",
            )
        widest = max(products, key=lambda product: max(product[0][0], product[0][2]))[0]
        if max(widest[0], widest[2]) > tile:
            raise Failure(
                case=case,
                got=f"a product of (m, k, n) = {widest}",
                expected=f"m and n of at most {tile} in every product",
                try_next="Loop over the rows of a and the columns of b in steps of tile_size, and "
                "multiply only the two tiles of the step: one call on the whole matrices is not "
                "tiled, whatever loop stands around it.",
            )
        if result.shape != operands.expected.shape or not _evenly_made(result):
            raise Failure(
                case=case,
                got="a result that the recorded products do not make up",
                expected="a result that is the sum of the tiles' products and nothing else",
                try_next="Add each product to its tile of the result, and return that result.",
            )


def inner(examination: Examination) -> None:
    """Check the third loop: each element is the sum of ceil(K / tile) products."""
    for operands, tile, products, result in examination.once(
        "tiles", lambda: _recorded(examination)
    ):
        case = _case(operands)
        longest = max(products, key=lambda product: product[0][1])[0]
        k = operands.a.shape[1]
        steps = math.ceil(k / tile)
        advice = (
            "The third loop runs over the inner dimension in steps of tile_size: each of its steps "
            "multiplies two tiles and adds the product to the result's tile."
        )
        if longest[1] > tile:
            raise Failure(
                case=case,
                got=f"a product of (m, k, n) = {longest}",
                expected=f"k of at most {tile} in every product",
                try_next=advice,
            )
        if not np.allclose(result, steps, rtol=0, atol=1e-3):
            raise Failure(
                case=case,
                got=f"elements that are the sum of {result.flat[0]:g} products",
                expected=f"the sum of {steps} products, as {k} is covered by {steps} tiles of "
                f"{tile}",
                try_next=advice,
            )


def _evenly_made(result: np.ndarray) -> bool:
    """Whether every element is the sum of the same whole number of products."""
    count = round(float(result.flat[0])) if np.isfinite(result.flat[0]) else 0
    return count >= 1 and bool(np.allclose(result, count, rtol=0, atol=1e-3))


def contract(examination: Examination) -> None:
    """Float32 in and out, inputs untouched, any layout, empties, NaN and infinity."""
    require_manners(examination, NAME, tile_size=4)
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(12, 20, size=3))
    operands = random_operands(rng, (m, k), (k, n), tile_size=6)
    case = f"{operands}, every operation recorded"
    answer = examination.ask(
        "operations", NAME, *operands.arguments, keywords=operands.keywords, large=m * n
    )
    require_return(answer, NAME, case, "float32 in every array")
    require_float32_throughout(answer, case)


def errors(examination: Examination) -> None:
    """Check for a ValueError that shows both shapes, or the tile size."""
    rng = examination.rng
    m, k, n = (int(size) for size in rng.integers(3, 9, size=3))
    for shape_a, shape_b in (
        ((m, k), (k + 1, n)),
        ((k,), (k, n)),
        ((m, k), (k,)),
        ((), (k, n)),
        ((m, k), ()),
    ):
        a, b = (rng.standard_normal(shape).astype(np.float32) for shape in (shape_a, shape_b))
        answer = examination.ask(
            "call", NAME, ArrayArgument(a), ArrayArgument(b), keywords={"tile_size": 4}
        )
        require_value_error(
            answer,
            f"a of shape {shape_a}, b of shape {shape_b}, tile_size=4",
            (str(shape_a), str(shape_b)),
            "Before the loops, check that both operands have two dimensions and that a.shape[1] "
            "equals b.shape[0]; raise ValueError with both shapes in its text.",
        )
    wrong_tiles: tuple[int | float | str, ...] = (0, -1, -int(rng.integers(2, 90)), 2.5, "64")
    for tile in wrong_tiles:
        operands = random_operands(rng, (m, k), (k, n))
        answer = examination.ask("call", NAME, *operands.arguments, keywords={"tile_size": tile})
        require_value_error(
            answer,
            f"{operands}, tile_size={tile!r}",
            (str(tile),),
            "Check that tile_size is a whole number of at least 1, and raise ValueError with the "
            "value in its text where it is not.",
        )


ITEMS = (
    Item("values", 4, NAME, "right values on sizes that the tile divides", TILING, values),
    Item(
        "ragged",
        5,
        NAME,
        "right values where the last tile along m, k or n is smaller",
        TILING,
        ragged,
        needs=("values",),
    ),
    Item(
        "extremes",
        3,
        NAME,
        "tile 1, a tile larger than the matrix, and the default of 64",
        TILING,
        extremes,
        needs=("values",),
    ),
    Item(
        "tiles-rows-and-columns",
        3,
        NAME,
        "really tiles the rows of a and the columns of b",
        TILING,
        rows_and_columns,
        needs=("values",),
    ),
    Item(
        "tiles-inner",
        5,
        NAME,
        "really tiles the inner dimension",
        TILING,
        inner,
        needs=("tiles-rows-and-columns",),
    ),
    Item(
        "contract",
        3,
        NAME,
        "float32 Tensor out, inputs untouched, any layout, empty arrays, NaN and infinity",
        MEMORY_LAYOUT,
        contract,
        needs=("values",),
    ),
    Item(
        "errors",
        2,
        NAME,
        "a clear ValueError for shapes and tile sizes that make no sense",
        COMMON_ERRORS,
        errors,
        needs=("values",),
    ),
)
