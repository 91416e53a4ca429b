"""What a learner's own functions do, measured here and now, and how the work is taken along."""

from tinytorch.explore.learner.download import show_download
from tinytorch.explore.learner.gelu import show_gelu
from tinytorch.explore.learner.matmul import show_matmul
from tinytorch.explore.learner.roofline import show_roofline
from tinytorch.explore.learner.tiles import show_tiles

__all__ = ["show_download", "show_gelu", "show_matmul", "show_roofline", "show_tiles"]
