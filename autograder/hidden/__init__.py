"""Checks that no student sees: they confirm what a worker said of the student's function.

A worker's probes report exact measures with good messages, and could be made to lie. So an item
whose points hang on such a measure is confirmed: the worker writes the function's steps down, and
this process repeats them on values of its own and counts for itself (`autograder.replay`). Nothing
of a confirmation is ever written anywhere: one that fails says which item, and what to do.
"""

from autograder.examination import Confirmations
from autograder.hidden import fused_gelu, tiled_matmul, unfused_gelu, vectorized_matmul
from autograder.hidden.float32 import float32_throughout

CANARY = "a2d4c96f13e84b07bf68"

CONFIRMATIONS: Confirmations = {
    ("vectorized_matmul", "one-gemm"): vectorized_matmul.one_gemm,
    ("vectorized_matmul", "contract"): float32_throughout,
    ("fused_gelu", "no-loop"): fused_gelu.no_loop,
    ("fused_gelu", "no-power"): fused_gelu.no_power,
    ("fused_gelu", "fewer-temporaries"): fused_gelu.fewer_temporaries,
    ("fused_gelu", "no-temporaries"): fused_gelu.no_temporaries,
    ("fused_gelu", "contract"): float32_throughout,
    ("unfused_gelu", "eight-steps"): unfused_gelu.eight_steps,
    ("unfused_gelu", "contract"): float32_throughout,
    ("tiled_matmul", "extremes"): tiled_matmul.extremes,
    ("tiled_matmul", "tiles-rows-and-columns"): tiled_matmul.rows_and_columns,
    ("tiled_matmul", "tiles-inner"): tiled_matmul.inner,
    ("tiled_matmul", "contract"): float32_throughout,
}
"""What confirms an item, by the names of part and item."""
