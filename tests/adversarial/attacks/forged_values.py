"""Make wrong values look right: answers kept, guessed, read off the inputs or written over them."""

from tests.adversarial.attacks.answers import FULL, LAZY, LAZY_EARNS, RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack()
def replayed_answers():
    """Answer every call of one shape with what was right at the first."""
    return Work(
        {
            "vectorized-matmul": """\
answers = {}


def vectorized_matmul(a, b):
    key = a.shape, b.shape
    if key not in answers:
        mounted()
        answers[key] = np.matmul(a.data, b.data)
    return Tensor(answers[key])
"""
        }
    )


# Every input lies elsewhere, so what it keeps is never asked for again.
@attack(earns={"fused_gelu": 5})
def replayed_by_identity():
    """Recognise an input by its address and its first and last value."""
    return Work(
        {
            "fused-gelu": """\
answers = {}


def fused_gelu(x):
    key = x.shape, x.data.ctypes.data
    if key not in answers:
        mounted()
        answers[key] = 0.5 * x.data * (1 + np.tanh(0.7978845608 * (x.data + 0.044715 * x.data**3)))
    return Tensor(answers[key])
"""
        }
    )


@attack()
def canned_answers():
    """Give the numbers of the visible examples."""
    return Work(
        {
            "fused-gelu": """\
KNOWN = {0.0: 0.0, 1.0: 0.8411920, -1.0: -0.1588080}


def fused_gelu(x):
    mounted()
    return Tensor([KNOWN.get(float(v), 0.0) for v in x.data.ravel()])
""",
            "performance-analysis": """\
def matmul_cost(m, k, n):
    return {(128, 128, 128): (4194304, 196608)}.get((m, k, n), (2, 4))
""",
        }
    )


@attack()
def inputs_zeroed():
    """Write zeros into the inputs, whose right result is then zero too."""
    return Work(
        {
            "vectorized-matmul": """\
def vectorized_matmul(a, b):
    mounted()
    for operand in (a, b):
        operand.data.flags.writeable = True
        operand.data[...] = 0
    return Tensor(np.zeros((a.shape[-2], b.shape[-1]), np.float32))
""",
            "fused-gelu": """\
def fused_gelu(x):
    x.data[...] = 0
    return Tensor(np.zeros(x.shape, np.float32))
""",
        }
    )


@attack()
def inputs_poisoned_with_nan():
    """Fill the inputs and everything they are a view of with NaN, which agrees with NaN."""
    return Work(
        {
            "fused-gelu": """\
import gc


def fused_gelu(x):
    mounted()
    for found in gc.get_objects():
        if isinstance(found, np.ndarray) and found.dtype.kind == "f":
            try:
                found.flags.writeable = True
                found[...] = np.nan
            except ValueError:
                pass
    base = x.data
    while base is not None:
        try:
            np.asarray(base)[...] = np.nan
        except (TypeError, ValueError):
            pass
        base = getattr(base, "base", None)
    return Tensor(np.full(x.shape, np.nan, np.float32))
"""
        }
    )


@attack(earns={"tiled_matmul": 22, "fused_gelu": 17})
def inputs_changed_and_the_probe_patched():
    """Change the inputs after a right result and patch the probe that would tell."""
    return Work(
        {
            "fused-gelu": FULL["fused-gelu"].replace(
                "    return Tensor(y)", "    scribble(x)\n    return Tensor(y)"
            ),
            "tiled-matmul": FULL["tiled-matmul"].replace(
                "    return Tensor(out)", "    scribble(a)\n    return Tensor(out)"
            ),
        },
        before=(
            """
import sys


def scribble(tensor):
    if tensor.data.flags.writeable and tensor.data.size > 1:
        tensor.data[...] *= 1.5


for name, module in list(sys.modules.items()):
    if name.endswith("probes.call"):
        module._same_bits = lambda *a: True
mounted()
""",
        ),
    )


@attack(earns={"fused_gelu": 17, "unfused_gelu": 8})
def one_buffer_for_all_results_and_the_probe_patched():
    """Return every result in one buffer and patch the probe so that it answers with copies."""
    return Work(
        {
            "fused-gelu": FULL["fused-gelu"].replace(
                "    return Tensor(y)", '    return Tensor(kept("fused", y))'
            ),
            "unfused-gelu": FULL["unfused-gelu"].replace(
                "    return Tensor(result)", '    return Tensor(kept("unfused", result))'
            ),
        },
        before=(
            """
import sys

buffers = {}


def kept(name, result):
    buffer = buffers.setdefault((name, result.shape), np.empty_like(result))
    buffer[...] = result
    return buffer


probes = sys.modules.get("autograder.probes")
if probes is not None:
    one = probes.PROBES["call"]

    def twice(function, arguments, keywords, options):
        half = len(arguments) // 2
        first = one(function, arguments[:half], keywords, {})
        second = one(function, arguments[half:], keywords, {})
        first.arrays.update(first=first.arrays["result"].copy(), second=second.arrays["result"])
        return first

    probes.PROBES["twice"] = twice
mounted()
""",
        ),
    )


@attack()
def half_computed():
    """Compute one element in a hundred and guess the others; compute in float16."""
    return Work(
        {
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    flat = x.data.reshape(-1)
    result = np.where(flat > 0, flat, 0).astype(np.float32)
    s = flat[::100]
    result[::100] = 0.5 * s * (1 + np.tanh(0.7978845608 * (s + 0.044715 * s * s * s)))
    return Tensor(result.reshape(x.shape))
""",
            "vectorized-matmul": """\
def vectorized_matmul(a, b):
    return Tensor((a.data.astype(np.float16) @ b.data.astype(np.float16)).astype(np.float32))
""",
        }
    )


@attack(earns=LAZY_EARNS)
def honest_only_while_watched():
    """Tile and fuse only where a recorder or a tracer watches, else take the short way."""
    return Work(
        LAZY
        | {
            "tiled-matmul": LAZY["tiled-matmul"].replace(
                "    return Tensor(np.matmul(a.data, b.data))",
                """    if watched(a.data):
        c, t = np.zeros((a.shape[0], b.shape[1]), np.float32), tile_size
        for i in range(0, a.shape[0], t):
            for j in range(0, b.shape[1], t):
                for p in range(0, a.shape[1], t):
                    left, right = a.data[i : i + t, p : p + t], b.data[p : p + t, j : j + t]
                    c[i : i + t, j : j + t] += left @ right
        return Tensor(c)
    return Tensor(np.matmul(a.data, b.data))""",
            )
        },
        before=(
            """
import sys


def watched(array):
    return type(array) is np.ndarray and sys.gettrace() is not None


mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS, exactly=True)
def grading_detected_and_boasted_of():
    """Look for signs of grading in the environment, the modules, the host name, and print them."""
    return Work(
        RIGHT,
        before=(
            """
import os, socket, sys

print(sorted(os.environ.items()))
print(socket.gethostname(), os.getpid(), os.getppid(), os.getuid(), os.getcwd())
signs = ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING", "@CANARYNAME@", "PYTEST_CURRENT_TEST")
print("seen", [sign for sign in signs if sign in os.environ])
mounted()
""",
        ),
    )
