"""NumPy itself: three ways to write GELU without fusing it, and the one call of BLAS."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.peers.peer import Array, Call, Peer
from tinytorch.perf.ladders.gelu import in_place
from tinytorch.perf.ladders.gelu_expressions import one_expression_with_products, page_one_line

PAGE_LINE = "page's one line (NumPy)"


def _matmul(a: Array, b: Array) -> Call:
    return partial(np.matmul, a, b)


def peers(threads: int) -> list[Peer]:
    """Return three expressions, which use one thread however many there are, and np.matmul."""
    return [
        Peer(PAGE_LINE, {"gelu": lambda x: partial(page_one_line, x)}),
        Peer(
            "one expression (NumPy)", {"gelu": lambda x: partial(one_expression_with_products, x)}
        ),
        Peer("in place (NumPy)", {"gelu": lambda x: partial(in_place, x)}),
        Peer("np.matmul", {"matmul": _matmul}),
    ]
