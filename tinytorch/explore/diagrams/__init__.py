"""Still drawings: what moves where, without a single timing."""

from tinytorch.explore.diagrams.cache_lines import cache_lines_diagram
from tinytorch.explore.diagrams.gelu_traffic import gelu_traffic_diagram
from tinytorch.explore.diagrams.matmul_tiles import matmul_tiles_diagram
from tinytorch.explore.diagrams.simd_lanes import simd_lanes_diagram

__all__ = [
    "cache_lines_diagram",
    "gelu_traffic_diagram",
    "matmul_tiles_diagram",
    "simd_lanes_diagram",
]
