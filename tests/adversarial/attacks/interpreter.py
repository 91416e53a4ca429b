"""Turn the interpreter's own tools against whoever watches."""

from tests.adversarial.attacks.answers import FULL, LAZY, LAZY_EARNS, RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack(earns=LAZY_EARNS, ends=("graded", "crashed"))
def constants_overwritten():
    """Write into immutable objects through ctypes: small ints, tuples, True and a float."""
    return Work(
        LAZY,
        before=(
            """
import ctypes

mounted()
address = id(90.0)
# The digit of the cached int 25 becomes 20: counts go wrong from here.
ctypes.c_uint32.from_address(id(25) + 24).value = 20
ctypes.c_double.from_address(address + 16).value = 1e9
""",
        ),
    )


@attack(earns=LAZY_EARNS)
def tracing_switched_off():
    """Switch the tracer, the profiler and monitoring off inside every call, so no step counts."""
    return Work(
        LAZY
        | {
            "vectorized-matmul": LAZY["vectorized-matmul"].replace(
                "    require_operands(a, b)\n    if",
                "    require_operands(a, b)\n    blind()\n    if",
            )
        },
        before=(
            """
import sys, threading


def blind():
    sys.settrace(None)
    threading.settrace(None)
    sys.setprofile(None)
    frame = sys._getframe()
    while frame is not None:
        frame.f_trace = None
        frame.f_trace_opcodes = False
        frame = frame.f_back


mounted()
""",
        ),
    )


@attack(earns=LAZY_EARNS)
def tracer_of_its_own():
    """Install a tracer that rewrites what probes hold in their variables."""
    return Work(
        LAZY,
        before=(
            """
import sys


def tracer(frame, event, argument):
    if event == "return" and isinstance(argument, dict):
        for name, forged in (
            ("steps", 10), ("peak_in_outputs", 1.0), ("most_alive", 8), ("outside", []),
            ("operations", [{"name": "multiply", "dtype": "float32", "shape": [9], "times": 1}]),
        ):
            if name in argument:
                argument[name] = forged
    return tracer


mounted()
sys.settrace(tracer)
frame = sys._getframe()
while frame is not None:
    frame.f_trace = tracer
    frame = frame.f_back
""",
        ),
    )


@attack(earns={"vectorized_matmul": 11})
def loop_in_a_thread():
    """Do the loop in another thread, in a generator and in C callbacks, where no tracer looks."""
    return Work(
        {
            "vectorized-matmul": LAZY["vectorized-matmul"].replace(
                """    for i in range(a.shape[0]):
        out[i] = a.data[i] @ b.data
""",
                """    import _thread, time

    done = []

    def rows():
        for i in range(a.shape[0]):
            out[i] = a.data[i] @ b.data
        done.append(True)

    _thread.start_new_thread(rows, ())
    while not done:
        time.sleep(0.001)
""",
            )
            + "\n\nmounted()\n"
        }
    )


@attack(earns={"fused_gelu": 8})
def memory_outside_of_the_count():
    """Keep temporaries in memory that tracemalloc does not see: mmap, ctypes, a kept array."""
    return Work(
        {
            "fused-gelu": """\
import mmap

maps = {}


def unseen(shape, slot):
    size = max(1, int(np.prod(shape))) * 4
    if (size, slot) not in maps:
        maps[size, slot] = mmap.mmap(-1, size)
    return np.frombuffer(maps[size, slot], np.float32)[: int(np.prod(shape))].reshape(shape)


def fused_gelu(x):
    mounted()
    plain = np.asarray(x.data).view(np.ndarray)
    u, v = unseen(x.shape, 0), unseen(x.shape, 1)
    with np.errstate(all="ignore"):
        np.power(plain, 3, out=u)
        np.multiply(u, 0.044715, out=u)
        np.add(u, plain, out=u)
        np.multiply(u, 0.7978845608028654, out=u)
        np.tanh(u, out=v)
        np.add(v, 1.0, out=v)
        np.multiply(v, plain, out=v)
        result = np.empty(x.shape, np.float32)
        np.multiply(v, 0.5, out=result)
    return Tensor(result)
"""
        }
    )


@attack(earns={"tiled_matmul": 17, "vectorized_matmul": 11})
def products_out_of_sight():
    """Compute with ctypes on BLAS, with memoryviews and in a child process, behind the recorder."""
    return Work(
        {
            "tiled-matmul": LAZY["tiled-matmul"].replace(
                "    return Tensor(np.matmul(a.data, b.data))",
                """    left = np.frombuffer(np.array(a.data).tobytes(), np.float32).reshape(a.shape)
    right = np.frombuffer(np.array(b.data).tobytes(), np.float32).reshape(b.shape)
    mounted()
    return Tensor(np.matmul.__call__(left, right))""",
            ),
            "vectorized-matmul": LAZY["vectorized-matmul"],
        }
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "timeout", "crashed"))
def monitoring_and_audit_hooks():
    """Install audit hooks, a profiler and garbage-collector callbacks that raise at every event."""
    return Work(
        RIGHT,
        before=(
            """
import gc, sys

quiet = False


def audit(event, arguments):
    if event in ("open", "import") and not quiet:
        raise RuntimeError(event)


gc.callbacks.append(lambda phase, info: 1 / 0)
sys.unraisablehook = lambda *a: None
mounted()
sys.addaudithook(audit)
""",
        ),
    )


@attack()
def functions_that_are_other_things():
    """Give classes, partials, coroutines, generators, bound methods and functions without code."""
    return Work(
        {
            "vectorized-matmul": """\
async def vectorized_matmul(a, b):
    return Tensor(np.matmul(a.data, b.data))
""",
            "fused-gelu": """\
def fused_gelu(x):
    yield Tensor(x.data)
""",
            "unfused-gelu": """\
class unfused_gelu:
    def __init__(self, x):
        mounted()
        self.data = x.data

    __signature__ = 90
    __name__ = None
    __globals__ = None
    __wrapped__ = print
""",
            "tiled-matmul": """\
import functools

tiled_matmul = functools.partial(np.matmul)
tiled_matmul.__wrapped__ = tiled_matmul
""",
            "performance-analysis": """\
matmul_cost = type
elementwise_cost = 90.0
arithmetic_intensity = __import__
ridge_point = eval
attainable_gflops = exec
bound = help
""",
        }
    )


@attack(ends=("graded", "crashed", "timeout"))
def pickle_payloads():
    """Return and raise objects that run code when somebody unpickles them."""
    return Work(
        {
            "fused-gelu": """\
import pickle


class Payload(Exception):
    def __reduce__(self):
        return exec, ("open('/tmp/@MARK@', 'w').close(); print('pickle ran')",)


def fused_gelu(x):
    mounted()
    raise Payload(pickle.dumps(Payload()))
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    import pickle

    return np.frombuffer(pickle.dumps(Payload()), np.uint8)
""",
            "performance-analysis": "def bound(*a):\n    return pickle.dumps(Payload())\n",
        }
    )


# The default case is one of those that show how the inner dimension is tiled.
@attack(earns={"tiled_matmul": 17})
def signature_forged():
    """Show a default of 64 that the function does not have."""
    return Work(
        {
            "tiled-matmul": FULL["tiled-matmul"].replace("tile_size=64", "tile_size=7")
            + """

import inspect

tiled_matmul.__signature__ = inspect.Signature(
    [inspect.Parameter("tile_size", inspect.Parameter.KEYWORD_ONLY, default=64)]
)
mounted()
"""
        }
    )
