"""Cache lines and strides: how much of what is fetched is used."""

from __future__ import annotations

import matplotlib as mpl

from tinytorch.explore.chart import BLUE, STYLE, Chart
from tinytorch.explore.diagrams.canvas import canvas, cell

LINE_ELEMENTS = 16
LINES = 2
STRIDES = (1, 2, 4, 8, 16)


def cache_lines_diagram() -> Chart:
    """Draw two cache lines of float32 for each stride, with the elements that are used filled."""
    left, pitch = 5.4, 2.0
    width = left + LINES * LINE_ELEMENTS + (LINES - 1) + 6.6
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, 2.2 + pitch * len(STRIDES) + 1.6)
        for line in range(LINES):
            x = left + line * (LINE_ELEMENTS + 1)
            axes.text(x + LINE_ELEMENTS / 2, 1.1, "one line, 64 bytes", ha="center", va="center")
        axes.text(left - 0.6, 1.1, "stride", ha="right", va="center")
        axes.text(width - 0.4, 1.1, "used", ha="right", va="center")
        for row, stride in enumerate(STRIDES):
            y = 2.2 + row * pitch
            axes.text(left - 0.6, y + 0.5, str(stride), ha="right", va="center")
            for element in range(LINES * LINE_ELEMENTS):
                x = left + element + element // LINE_ELEMENTS
                cell(axes, x, y, 1, 1, BLUE if element % stride == 0 else None)
            used = LINE_ELEMENTS // stride
            axes.text(width - 0.4, y + 0.5, f"{used} of 16", ha="right", va="center")
        axes.text(
            width / 2,
            2.2 + pitch * len(STRIDES) + 0.6,
            "Each box is one float32 value; filled boxes are used, whole lines are fetched.",
            ha="center",
            va="center",
        )
    return Chart(
        slug="cache-lines",
        figure=figure,
        title="Two cache lines of 16 float32 values, visited with a growing stride",
        alt=(
            "Five rows of two cache lines, each line 16 boxes. With stride 1 every box is used, "
            "with stride 2 every second, with stride 4 four of a line, with stride 8 two, and with "
            "stride 16 one. The whole line is fetched every time."
        ),
        badge="",
        table=[
            {
                "stride (elements)": stride,
                "used of each line": f"{LINE_ELEMENTS // stride} of {LINE_ELEMENTS}",
                "bytes fetched per used value": 4 * stride,
            }
            for stride in STRIDES
        ],
    )
