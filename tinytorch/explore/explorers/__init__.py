"""Explorers: vary sizes and watch timing and roofline move, in the page and in the notebook."""

from tinytorch.explore.explorers.amdahl import explore_amdahl
from tinytorch.explore.explorers.fusion import explore_fusion
from tinytorch.explore.explorers.layout import explore_layout
from tinytorch.explore.explorers.roofline import explore_roofline
from tinytorch.explore.explorers.tiles import explore_tiles

EXPLORERS = {
    "tiles": explore_tiles,
    "fusion": explore_fusion,
    "roofline": explore_roofline,
    "layout": explore_layout,
    "amdahl": explore_amdahl,
}
"""Each by the name that its page, its script and its link use."""

__all__ = [
    "EXPLORERS",
    "explore_amdahl",
    "explore_fusion",
    "explore_layout",
    "explore_roofline",
    "explore_tiles",
]
