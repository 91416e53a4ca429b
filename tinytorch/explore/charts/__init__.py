"""The charts of the course, one family a file."""

from tinytorch.explore.charts.allocation import allocation_chart
from tinytorch.explore.charts.amdahl import amdahl, amdahl_chart
from tinytorch.explore.charts.bandwidth import bandwidth_chart
from tinytorch.explore.charts.elementwise import elementwise_chart
from tinytorch.explore.charts.gelu import gelu_ladder_chart, gelu_sizes_chart
from tinytorch.explore.charts.hardware import hardware_chart
from tinytorch.explore.charts.matmul import matmul_ladder_chart, matmul_sizes_chart
from tinytorch.explore.charts.memory import layout_chart
from tinytorch.explore.charts.peers import (
    peer_ratios,
    peers_gelu_chart,
    peers_matmul_chart,
    peers_ratio_chart,
)
from tinytorch.explore.charts.roofline import roofline_chart
from tinytorch.explore.charts.threads import blas_kernel_chart, threads_chart
from tinytorch.explore.charts.tiles import tile_chart
from tinytorch.explore.charts.traffic import layout_traffic_chart, tile_traffic_chart
from tinytorch.explore.charts.transformer import transformer_block_chart

__all__ = [
    "allocation_chart",
    "amdahl",
    "amdahl_chart",
    "bandwidth_chart",
    "blas_kernel_chart",
    "elementwise_chart",
    "gelu_ladder_chart",
    "gelu_sizes_chart",
    "hardware_chart",
    "layout_chart",
    "layout_traffic_chart",
    "matmul_ladder_chart",
    "matmul_sizes_chart",
    "peer_ratios",
    "peers_gelu_chart",
    "peers_matmul_chart",
    "peers_ratio_chart",
    "roofline_chart",
    "threads_chart",
    "tile_chart",
    "tile_traffic_chart",
    "transformer_block_chart",
]
