"""SIMD lanes: one instruction, several values."""

from __future__ import annotations

import matplotlib as mpl

from tinytorch.explore.chart import BLUE, GREY, STYLE, Chart
from tinytorch.explore.diagrams.canvas import canvas, cell

REGISTERS = (
    ("scalar", 32),
    ("SSE, NEON", 128),
    ("AVX2", 256),
    ("AVX-512", 512),
)
"""Name and width in bits of the register that one instruction works on."""


def simd_lanes_diagram() -> Chart:
    """Draw how many float32 and float64 values one instruction handles, by register width."""
    left, pitch = 6.2, 3.4
    width = left + 16 + 0.8
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, 0.5 + pitch * len(REGISTERS))
        for row, (name, bits) in enumerate(REGISTERS):
            y = 0.6 + row * pitch
            axes.text(0.3, y + 0.55, name, va="center")
            axes.text(0.3, y + 1.6, f"{bits} bits", va="center")
            for lane in range(bits // 32):
                cell(axes, left + lane, y, 1, 1, BLUE)
            # A float64 fills two places; a scalar instruction handles one of either type.
            for lane in range(max(1, bits // 64)):
                cell(axes, left + 2 * lane, y + 1.15, 2, 1, GREY)
            axes.text(left - 0.3, y + 0.55, "float32", va="center", ha="right", fontsize=8.5)
            axes.text(left - 0.3, y + 1.7, "float64", va="center", ha="right", fontsize=8.5)
    return Chart(
        slug="simd-lanes",
        figure=figure,
        title="Values that one instruction handles, by the width of its register",
        alt=(
            "Four pairs of rows of boxes. One scalar instruction handles one value. A register of "
            "128 bits holds four float32 or two float64 values, one of 256 bits eight or four, one "
            "of 512 bits sixteen or eight."
        ),
        badge="",
        table=[
            {
                "instructions": name,
                "bits": bits,
                "float32 lanes": bits // 32,
                "float64 lanes": max(1, bits // 64),
            }
            for name, bits in REGISTERS
        ],
    )
