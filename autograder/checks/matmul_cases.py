"""Operands for the two matmuls, their right product, and how far rounding may take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.checks.answers import require_tensor, require_values, result_array
from autograder.examination import Examination
from autograder.items import Failure
from autograder.subject import ArrayArgument, Json, Layout

_UNIT_ROUNDOFF = 2.0**-24


@dataclass(frozen=True, eq=False)
class Operands:
    """One call of a matmul: the two operands, how they lie in memory, and a tile size if given."""

    a: np.ndarray
    b: np.ndarray
    layouts: tuple[Layout, Layout] = ("C order", "C order")
    tile_size: int | None = None
    values: str = "fresh random values"

    @property
    def arguments(self) -> tuple[ArrayArgument, ArrayArgument]:
        """The operands as a request takes them."""
        return ArrayArgument(self.a, self.layouts[0]), ArrayArgument(self.b, self.layouts[1])

    @property
    def keywords(self) -> dict[str, Json]:
        """``tile_size`` where one is given."""
        return {} if self.tile_size is None else {"tile_size": self.tile_size}

    @property
    def expected(self) -> np.ndarray:
        """The product in float64."""
        with np.errstate(all="ignore"):
            return np.asarray(np.matmul(self.a.astype(np.float64), self.b.astype(np.float64)))

    @property
    def tolerance(self) -> np.ndarray:
        """Bound on the rounding error of any order of float32 summation, so no right answer fails.

        Higham, Accuracy and Stability of Numerical Algorithms, section 3.1: k u |A| |B|, doubled.
        """
        with np.errstate(all="ignore"):
            magnitude = np.matmul(np.abs(self.a.astype(np.float64)), np.abs(self.b))
            return np.asarray(2 * (self.a.shape[-1] + 2) * _UNIT_ROUNDOFF * magnitude)

    def __str__(self) -> str:
        tile = "" if self.tile_size is None else f", tile_size={self.tile_size}"
        layouts = ["" if layout == "C order" else f" ({layout})" for layout in self.layouts]
        return (
            f"a of shape {self.a.shape}{layouts[0]}, b of shape {self.b.shape}{layouts[1]}, "
            f"{self.values}{tile}"
        )


def random_operands(
    rng: np.random.Generator,
    a: Sequence[int],
    b: Sequence[int],
    layouts: tuple[Layout, Layout] = ("C order", "C order"),
    tile_size: int | None = None,
) -> Operands:
    """Draw operands of the given shapes from the standard normal distribution."""
    first = rng.standard_normal(a).astype(np.float32)
    second = rng.standard_normal(b).astype(np.float32)
    return Operands(first, second, layouts, tile_size)


def require_product(
    examination: Examination, function: str, operands: Operands, try_next: str
) -> None:
    """Fail unless the function gives the right product; its type is another item's matter."""
    case = str(operands)
    answer = examination.ask("call", function, *operands.arguments, keywords=operands.keywords)
    expected = operands.expected
    got = result_array(answer, function, case, f"the product, of shape {expected.shape}")
    require_values(got, expected, operands.tolerance, case, try_next)


def require_manners(examination: Examination, function: str, tile_size: int | None) -> None:
    """Fail unless the contract's small print holds: layouts, inputs, empties, NaN, dtype."""
    rng = examination.rng
    # No size is a whole number of tiles: whether a ragged tile is met must not depend on the draw.
    sizes = [size for size in range(5, 12) if tile_size is None or size % tile_size]
    m, k, n = (int(size) for size in rng.choice(sizes, size=3))
    layout_pairs: tuple[tuple[Layout, Layout], ...] = (
        ("C order", "C order"),
        ("Fortran order", "negative strides"),
        ("negative strides", "Fortran order"),
        ("every other element", "read-only"),
        ("read-only", "every other element"),
    )
    cases = [
        (
            random_operands(rng, (m, k), (k, n), layouts, tile_size),
            "Any memory layout is a valid input: index it as usual, and do not rely on .flags, "
            ".strides or in-place writes.",
        )
        for layouts in layout_pairs
    ]
    cases += [
        (
            random_operands(rng, shape_a, shape_b, tile_size=tile_size),
            "Empty arrays are valid: an empty inner dimension gives zeros, the others an empty "
            "result. Start from np.zeros of the result's shape.",
        )
        for shape_a, shape_b in (((0, k), (k, n)), ((m, k), (k, 0)), ((m, 0), (0, n)))
    ]
    cases.append(
        (
            _with_special_values(random_operands(rng, (m, k), (k, n), tile_size=tile_size)),
            "Let NaN and infinity pass through as arithmetic takes them: no np.nan_to_num, "
            "no clipping.",
        )
    )
    for operands, try_next in cases:
        case = str(operands)
        answer = examination.ask("call", function, *operands.arguments, keywords=operands.keywords)
        expected = operands.expected
        got = result_array(answer, function, case, f"the product, of shape {expected.shape}")
        require_tensor(answer, case)
        require_values(got, expected, operands.tolerance, case, try_next)
    _require_results_kept(examination, function, m, k, n, tile_size)


def _require_results_kept(
    examination: Examination, function: str, m: int, k: int, n: int, tile_size: int | None
) -> None:
    first = random_operands(examination.rng, (m, k), (k, n), tile_size=tile_size)
    second = random_operands(examination.rng, (m, k), (k, n), tile_size=tile_size)
    case = f"two calls in a row, each with {first}"
    answer = examination.ask(
        "twice", function, *first.arguments, *second.arguments, keywords=first.keywords
    )
    for name, operands in (("first", first), ("second", second)):
        got = answer.arrays.get(name)
        if (
            got is None
            or got.shape != operands.expected.shape
            or not np.allclose(got, operands.expected, rtol=0, atol=np.max(operands.tolerance))
        ):
            raise Failure(
                case=case,
                got=f"after both calls the {name} result no longer holds its own product",
                expected="two results that do not depend on each other",
                try_next="Allocate the result in every call: keep no buffer and no answer from "
                "one call to the next.",
            )


def _with_special_values(operands: Operands) -> Operands:
    a, b = operands.a.copy(), operands.b.copy()
    # One of each in places of their own: a column with two infinities could depend on their order.
    a[1, 2] = np.nan
    b[3, 1] = np.inf
    return Operands(
        a, b, operands.layouts, operands.tile_size, "random values, a NaN in a, an infinity in b"
    )
