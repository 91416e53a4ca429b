"""The three tiles of a blocked product: which parts of A, B and C one step touches."""

from __future__ import annotations

import matplotlib as mpl

from tinytorch.explore.chart import BLUE, GREEN, GREY, ORANGE, STYLE, Chart
from tinytorch.explore.diagrams.canvas import canvas, cell

BLOCKS = 4
ROW, COLUMN, STEP = 1, 2, 1


def matmul_tiles_diagram() -> Chart:
    """Draw A, B and C cut into 4 x 4 tiles, with the tiles of one step and of the whole k loop."""
    side, gap, top = 1.0, 1.15, 1.0
    span = BLOCKS * side
    width = 3 * span + 2 * gap + 1.2
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, top + span + 1.9)
        origins = [0.6 + index * (span + gap) for index in range(3)]
        for name, x in zip("CAB", origins, strict=True):
            axes.text(x + span / 2, top - 0.35, name, ha="center", va="center", fontsize=13)
            for row in range(BLOCKS):
                for column in range(BLOCKS):
                    cell(axes, x + column, top + row, side, side, _fill(name, row, column))
        for sign, x in (("+=", origins[1]), ("@", origins[2])):
            axes.text(x - gap / 2, top + span / 2, sign, ha="center", va="center", fontsize=14)
        labels = (
            ("C[i, j]", origins[0] + COLUMN + 0.5, top + ROW + 0.5),
            ("A[i, k]", origins[1] + STEP + 0.5, top + ROW + 0.5),
            ("B[k, j]", origins[2] + COLUMN + 0.5, top + STEP + 0.5),
        )
        for text, x, y in labels:
            axes.text(x, y, text, ha="center", va="center", fontsize=8.5, color="#ffffff")
        axes.text(
            width / 2,
            top + span + 0.65,
            "One step: three tiles, 3 x tile² x 4 bytes, have to be near at the same time.",
            ha="center",
        )
        axes.text(
            width / 2,
            top + span + 1.4,
            "Grey: what the loop over k still visits for the same tile of C.",
            ha="center",
        )
    return Chart(
        slug="matmul-tiles",
        figure=figure,
        title="One step of a tiled product: C[i, j] += A[i, k] @ B[k, j]",
        alt=(
            "Three square matrices C, A and B, each cut into four by four tiles. One tile is "
            "coloured in each: C at row i and column j, A at row i and column k, B at row k and "
            "column j. The other tiles of row i of A and of column j of B are grey: the loop over "
            "k visits them for the same tile of C."
        ),
        badge="",
        table=[
            {"tile size": tile, "bytes of three tiles": f"{12 * tile * tile:,}"}
            for tile in (16, 32, 64, 128, 147, 256, 512)
        ],
    )


def _fill(name: str, row: int, column: int) -> str | None:
    active = {"C": (ROW, COLUMN, GREEN), "A": (ROW, STEP, BLUE), "B": (STEP, COLUMN, ORANGE)}
    at_row, at_column, color = active[name]
    if (row, column) == (at_row, at_column):
        return color
    visited = (name == "A" and row == ROW) or (name == "B" and column == COLUMN)
    return GREY if visited else None
