"""An empty drawing: axes without ticks, in units of the drawing's own."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tinytorch.explore.chart import INK, STYLE, WIDTH_INCHES


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure whose axes run from 0 to `width` and from `height` (bottom) to 0 (top).

    One unit is as long in both directions, and the figure is as wide as every chart.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_INCHES, WIDTH_INCHES * height / width))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.axis("off")
    return figure, axes


def cell(
    axes: Axes, x: float, y: float, width: float, height: float, color: str | None = None
) -> None:
    """Draw a box with an outline in the text's colour, filled if a colour is given."""
    axes.add_patch(
        Rectangle(
            (x, y),
            width,
            height,
            facecolor=color or "none",
            edgecolor=INK,
            linewidth=0.8,
        )
    )
