"""Which parts' functions a prepared notebook still holds, by running its cells here.

The corpus holds nothing but the course's own solutions, so they need no sandbox.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np

from autograder.submissions.prepared import Prepared
from tinytorch.core.tensor import Tensor

ONES = Tensor(np.ones((2, 2), dtype=np.float32))
# One call of each part's first function, and whether its answer is that of a solution.
TRIED = {
    "vectorized_matmul": lambda f: np.allclose(f["vectorized_matmul"](ONES, ONES).data, 2),
    "fused_gelu": lambda f: np.allclose(f["fused_gelu"](ONES).data, 0.841192),
    "unfused_gelu": lambda f: np.allclose(f["unfused_gelu"](ONES).data, 0.841192),
    "tiled_matmul": lambda f: np.allclose(f["tiled_matmul"](ONES, ONES, 1).data, 2),
    "performance_analysis": lambda f: (
        f["matmul_cost"](1, 1, 1) == (2, 12)
        and f["elementwise_cost"](1, 1, 1, 3) == (3, 8)
        and f["arithmetic_intensity"](6, 3) == f["ridge_point"](6, 3) == 2
        and f["attainable_gflops"](1, 6, 3) == 3
        and f["bound"](1, 6, 3) == "memory"
    ),
}


def parts_that_work(prepared: Prepared) -> frozenset[str]:
    """Run the cells and give the parts whose functions answer as they should at their check."""
    functions: dict[str, Any] = {}
    working = set()
    for count in range(len(prepared.cells) + 1):
        working |= {
            part
            for part, after in prepared.checked_after.items()
            if after == count and _works(part, functions)
        }
        for cell in prepared.cells[count : count + 1]:
            # A cell that fails leaves the others as they are, as in a notebook.
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, functions)
    return frozenset(working)


def _works(part: str, functions: dict[str, Any]) -> bool:
    try:
        return bool(TRIED[part](functions))
    except Exception:
        return False
