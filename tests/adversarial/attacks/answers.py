"""Solution cells that attacks build on: right and full, right but lazy, and wrong."""

from authoring.demo_class.answers import ANSWERS

FULL = {
    "vectorized-matmul": ANSWERS["vectorized-matmul"]["checks first"],
    "fused-gelu": ANSWERS["fused-gelu"]["in place"],
    "unfused-gelu": ANSWERS["unfused-gelu"]["eight names"],
    "tiled-matmul": ANSWERS["tiled-matmul"]["three loops"],
    "performance-analysis": ANSWERS["performance-analysis"]["careful"],
}
FULL_EARNS = {
    "vectorized_matmul": 15,
    "fused_gelu": 20,
    "unfused_gelu": 10,
    "tiled_matmul": 25,
    "performance_analysis": 20,
}

# Enough to see that an attack did not cost its own author the points of honest work, and quick.
_QUICK = ("unfused-gelu", "tiled-matmul", "performance-analysis")
RIGHT = {grade_id: FULL[grade_id] for grade_id in _QUICK}
RIGHT_EARNS = {"unfused_gelu": 10, "tiled_matmul": 25, "performance_analysis": 20}

# Every value right and every exact measure missed: what forged facts would lift to full points.
LAZY = {
    "vectorized-matmul": ANSWERS["vectorized-matmul"]["rows in a loop"],
    "fused-gelu": """\
def fused_gelu(x):
    with np.errstate(all="ignore"):
        u = 0.7978845608028654 * (x.data + 0.044715 * x.data**3)
        return Tensor(0.5 * x.data * (1.0 + np.tanh(u)))
""",
    "unfused-gelu": ANSWERS["unfused-gelu"]["one name for all"],
    "tiled-matmul": """\
def tiled_matmul(a, b, tile_size=64):
    if len(a.shape) != 2 or len(b.shape) != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"shapes do not fit: {a.shape} and {b.shape}")
    if not isinstance(tile_size, Integral) or tile_size < 1:
        raise ValueError(f"no tile size: {tile_size!r}")
    return Tensor(np.matmul(a.data, b.data))
""",
}
LAZY_EARNS = {"vectorized_matmul": 11, "fused_gelu": 8, "unfused_gelu": 5, "tiled_matmul": 17}

# Nothing right: what a silenced check would lift.
WRONG = {
    "vectorized-matmul": """\
def vectorized_matmul(a, b):
    return Tensor(np.zeros((*a.shape[:-1], b.shape[-1]), dtype=np.float32))
""",
    "fused-gelu": "def fused_gelu(x):\n    return Tensor(np.zeros(x.shape, dtype=np.float32))\n",
    "unfused-gelu": "def unfused_gelu(x):\n    return Tensor(np.ones(x.shape, dtype=np.float32))\n",
    "tiled-matmul": """\
def tiled_matmul(a, b, tile_size=64):
    return Tensor(np.zeros((a.shape[0], b.shape[1]), dtype=np.float32))
""",
    "performance-analysis": """\
def matmul_cost(m, k, n):
    return 0, 0


def elementwise_cost(n, reads, writes, flops_per_element):
    return 0, 0


def arithmetic_intensity(flops, bytes_moved):
    return 0.0


def ridge_point(peak_gflops, bandwidth_gbs):
    return 0.0


def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
    return 0.0


def bound(intensity, peak_gflops, bandwidth_gbs):
    return "both"
""",
}
