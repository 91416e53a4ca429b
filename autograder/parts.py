"""The table of parts: everything that knows about parts reads it here."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.chapters import FUSION, ROOFLINE, TILING, VECTORIZATION, Chapter
from autograder.checks import (
    fused_gelu,
    performance_analysis,
    tiled_matmul,
    unfused_gelu,
    vectorized_matmul,
)
from autograder.items import Item


@dataclass(frozen=True)
class Part:
    """One part of the assignment.

    Attributes
    ----------
    name : str
        What `autograder.check` calls it.
    number : int
        Its number in the notebook.
    functions : tuple of str
        What the learner writes, in the order in which `autograder.check` takes them.
    solution_cell, test_cell : str
        nbgrader's grade_ids.
    chapter : Chapter
        The chapter that the part belongs to.
    items : tuple of Item
        What is checked; an item stands after those it needs.
    """

    name: str
    number: int
    title: str
    functions: tuple[str, ...]
    solution_cell: str
    test_cell: str
    chapter: Chapter
    items: tuple[Item, ...]

    @property
    def points(self) -> float:
        """Points there are to earn."""
        return float(sum(item.points for item in self.items))


def _part(
    number: int,
    name: str,
    title: str,
    functions: tuple[str, ...],
    chapter: Chapter,
    items: tuple[Item, ...],
) -> Part:
    cell = name.replace("_", "-")
    return Part(name, number, title, functions, cell, f"test-{cell}", chapter, items)


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        _part(
            1,
            "vectorized_matmul",
            "Part 1: vectorized matmul",
            ("vectorized_matmul",),
            VECTORIZATION,
            vectorized_matmul.ITEMS,
        ),
        _part(2, "fused_gelu", "Part 2: fused GELU", ("fused_gelu",), FUSION, fused_gelu.ITEMS),
        _part(
            3,
            "unfused_gelu",
            "Part 3: unfused GELU",
            ("unfused_gelu",),
            FUSION,
            unfused_gelu.ITEMS,
        ),
        _part(
            4,
            "tiled_matmul",
            "Part 4: tiled matmul",
            ("tiled_matmul",),
            TILING,
            tiled_matmul.ITEMS,
        ),
        _part(
            5,
            "performance_analysis",
            "Part 5: performance analysis",
            performance_analysis.FUNCTIONS,
            ROOFLINE,
            performance_analysis.ITEMS,
        ),
    )
}
