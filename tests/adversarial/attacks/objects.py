"""Return something that agrees with whatever it is compared with, or that no reader can hold."""

from tests.adversarial.attacks.answers import RIGHT, RIGHT_EARNS, WRONG
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


def kernels(body: str) -> dict[str, str]:
    """Fill all four kernels with one body; it may use ``shape``, that of the right result."""
    return {
        "vectorized-matmul": f"""\
def vectorized_matmul(a, b):
    shape = np.broadcast_shapes(a.shape[:-2], b.shape[:-2]) + (a.shape[-2], b.shape[-1])
    {body}
""",
        "fused-gelu": f"def fused_gelu(x):\n    shape = x.shape\n    {body}\n",
        "unfused-gelu": f"def unfused_gelu(x):\n    shape = x.shape\n    {body}\n",
        "tiled-matmul": f"""\
def tiled_matmul(a, b, tile_size=64):
    shape = (a.shape[0], b.shape[1])
    {body}
""",
    }


@attack()
def array_that_equals_everything():
    """Return an array whose class says that it equals, and differs by nothing from, everything."""
    return Work(
        kernels("return Agreeing(shape)"),
        before=(
            """
class Agreeable(np.ndarray):
    __array_priority__ = 1e9

    def __array_ufunc__(self, ufunc, method, *inputs, **names):
        return np.ones(self.shape, bool)

    def __array_function__(self, function, types, arguments, names):
        return True

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __abs__(self):
        return np.zeros(self.shape, np.float32)

    __le__ = __lt__ = __ge__ = __gt__ = __eq__
    __rsub__ = __sub__ = lambda self, other: np.zeros(self.shape, np.float32)
    astype = lambda self, *a, **k: self


def Agreeing(shape):
    tensor = Tensor.__new__(Tensor)
    tensor.data = np.zeros(shape, np.float32).view(Agreeable)
    return tensor


mounted()
""",
        ),
    )


@attack()
def tensor_whose_data_is_a_property():
    """Return an object whose .data is another array at each look, its .shape and dtype forged."""
    return Work(
        kernels("return Chameleon(shape)"),
        before=(
            """
class Chameleon:
    def __init__(self, wanted):
        self.shape = wanted

    dtype = np.dtype(np.float32)

    def __array__(self, *a, **k):
        return np.zeros(self.shape, np.float32)

    @property
    def data(self):
        return np.random.default_rng().standard_normal(self.shape).astype(np.float32)

    def __eq__(self, other):
        return True

    def __float__(self):
        return 90.0


mounted()
""",
        ),
    )


@attack()
def numbers_that_equal_everything():
    """Return int, float and str subclasses from Part 5 that equal every number and word."""
    return Work(
        {
            "performance-analysis": """\
class Number(float):
    __hash__ = float.__hash__

    def __eq__(self, other):
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __abs__ = lambda self, *a: Number(0)


class Word(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


Number.__module__ = Word.__module__ = "numpy"
Number.item = lambda self: self


def matmul_cost(m, k, n):
    return Number(1), Number(1)


def elementwise_cost(n, reads, writes, flops_per_element):
    return Number(1), Number(1)


def arithmetic_intensity(flops, bytes_moved):
    return Number(1)


def ridge_point(peak_gflops, bandwidth_gbs):
    return np.float64("nan")


def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
    return Number("inf")


def bound(intensity, peak_gflops, bandwidth_gbs):
    return Word("memory compute")


mounted()
"""
        }
    )


_NAN = """\
def matmul_cost(m, k, n):
    return float("nan"), float("nan")


def elementwise_cost(n, reads, writes, flops_per_element):
    return float("nan"), float("inf")


def arithmetic_intensity(flops, bytes_moved):
    return float("nan")


ridge_point = arithmetic_intensity
attainable_gflops = lambda *a: float("inf")
bound = lambda *a: float("nan")
mounted()
"""


@attack()
def nan_everywhere():
    """Return NaN, which compares neither greater nor smaller than any tolerance."""
    return Work(
        kernels("return Tensor(np.full(shape, np.nan, np.float32))")
        | {"performance-analysis": _NAN}
    )


@attack()
def arrays_of_objects_and_odd_types():
    """Return arrays of objects, of text, of records, of complex numbers and of dates."""
    return Work(
        {
            "vectorized-matmul": """\
class Yes:
    def __eq__(self, other):
        return True

    def __reduce__(self):
        return print, ("pickle ran",)


def vectorized_matmul(a, b):
    mounted()
    return np.full((a.shape[0], b.shape[1]), Yes(), dtype=object)
""",
            "fused-gelu": """\
def fused_gelu(x):
    return np.full(x.shape, "0.0", dtype="U8")
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    return np.zeros(x.shape, dtype=[("value", "f4"), ("more", "O")])
""",
            "tiled-matmul": """\
def tiled_matmul(a, b, tile_size=64):
    return np.zeros((a.shape[0], b.shape[1]), dtype="datetime64[s]")
""",
        }
    )


@attack(ends=("graded", "memory"))
def results_of_absurd_size():
    """Return arrays of a million million elements that occupy none, and of sixty dimensions."""
    return Work(
        {
            "vectorized-matmul": """\
def vectorized_matmul(a, b):
    mounted()
    tensor = Tensor.__new__(Tensor)
    tensor.data = np.broadcast_to(np.float32(0), (10**6, 10**6))
    return tensor
""",
            "fused-gelu": """\
def fused_gelu(x):
    tensor = Tensor.__new__(Tensor)
    tensor.data = np.lib.stride_tricks.as_strided(x.data, (2**40,), (0,))
    return tensor
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    tensor = Tensor.__new__(Tensor)
    tensor.data = np.zeros((1,) * 60, np.float32)
    return tensor
""",
            "performance-analysis": """\
def matmul_cost(m, k, n):
    return 10**4000, -(10**4000)


def elementwise_cost(n, reads, writes, flops_per_element):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep, deep


def arithmetic_intensity(flops, bytes_moved):
    return 10**4200


def ridge_point(peak_gflops, bandwidth_gbs):
    return "9" * 10**7


def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
    return [[[[1]]]] * 10**6


def bound(intensity, peak_gflops, bandwidth_gbs):
    return "\\ud800\\x00\\u202e" * 100
""",
        }
    )


@attack(ends=("crashed",))
def results_outside_of_memory():
    """Return an array whose memory is not mapped: reading it ends the process that reads."""
    return Work(
        kernels("return astray(shape)"),
        before=(
            """
import ctypes


class Astray:
    def __init__(self, shape):
        self.__array_interface__ = {
            "shape": shape, "typestr": "<f4", "data": (4096, False), "version": 3
        }


def astray(shape):
    tensor = Tensor.__new__(Tensor)
    tensor.data = np.array(Astray(shape), copy=False)
    return tensor


mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS)
def class_of_the_tensor_replaced():
    """Give Tensor another class, other methods and slots that answer what is asked."""
    return Work(
        RIGHT,
        before=(
            """
mounted()
try:
    Tensor.shape = property(lambda self: self.data.shape)
    Tensor.__eq__ = lambda self, other: True
    Tensor.__repr__ = lambda self: "Tensor(" + "9" * 10**6
    Tensor.__module__ = "numpy"
except Exception as error:
    print(type(error).__name__)


class Other(Tensor):
    __slots__ = ()


sample = Tensor([1.0])
sample.__class__ = Other
""",
        ),
    )


@attack()
def names_that_break_reports():
    """Return objects whose repr, type name and truth raise, loop or print for a long time."""
    return Work(
        kernels("return Odd()"),
        before=(
            """
class Meta(type):
    def __repr__(cls):
        raise SystemExit("from the repr of a type")

    __name__ = property(lambda cls: 1 / 0)
    __module__ = property(lambda cls: 1 / 0)
    __mro__ = property(lambda cls: 1 / 0)


class Odd(metaclass=Meta):
    def __repr__(self):
        raise KeyboardInterrupt

    __str__ = __format__ = __bool__ = __len__ = __repr__

    def __getattr__(self, name):
        raise KeyboardInterrupt(name)


mounted()
""",
        ),
    )


@attack()
def memory_that_changes_after_the_answer():
    """Give a result, then let a thread write other values into it while it is being read."""
    return Work(
        {
            "fused-gelu": """\
import threading

kept = []


def scribble():
    while True:
        for array in kept:
            array[...] = np.random.default_rng().standard_normal(array.shape)


def fused_gelu(x):
    if not kept:
        mounted()
        threading.Thread(target=scribble, daemon=True).start()
    result = np.zeros(x.shape, np.float32)
    if result.size:
        kept[:] = [result]
    return Tensor(result)
""",
            "unfused-gelu": WRONG["unfused-gelu"],
        }
    )
