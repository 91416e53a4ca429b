"""What invented students put into the solution cells: for each part, answers by name."""

from __future__ import annotations

from authoring.demo_class.answers import (
    fused_gelu,
    performance_analysis,
    tiled_matmul,
    unfused_gelu,
    vectorized_matmul,
)

ANSWERS: dict[str, dict[str, str]] = {
    "vectorized-matmul": vectorized_matmul.ANSWERS,
    "fused-gelu": fused_gelu.ANSWERS,
    "unfused-gelu": unfused_gelu.ANSWERS,
    "tiled-matmul": tiled_matmul.ANSWERS,
    "performance-analysis": performance_analysis.ANSWERS,
}
