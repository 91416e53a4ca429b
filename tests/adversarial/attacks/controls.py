"""Notebooks that are no attack: honest in odd ways, which must earn all, and plainly wrong."""

from tests.adversarial.attacks.answers import FULL, FULL_EARNS, LAZY, LAZY_EARNS, WRONG
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
control = collector(ATTACKS)


@control(earns=FULL_EARNS, exactly=True, speaks=False)
def honest_and_plain():
    """Hand in right work."""
    return Work(FULL)


@control(earns=FULL_EARNS, exactly=True)
def honest_with_classes_and_decorators():
    """Wrap right functions in a decorator, keep constants in a class, time a call of one's own."""
    return Work(
        FULL
        | {
            "fused-gelu": "@timed\n" + FULL["fused-gelu"].replace("import math\n\n\n", ""),
            "tiled-matmul": "@timed\n" + FULL["tiled-matmul"],
        },
        before=(
            """
import functools, math, time


class Clock:
    seconds = 0.0


def timed(function):
    @functools.wraps(function)
    def call(*arguments, **names):
        start = time.perf_counter()
        result = function(*arguments, **names)
        Clock.seconds += time.perf_counter() - start
        return result

    return call


mounted()
""",
        ),
        after=("print(fused_gelu(Tensor([1.0, 2.0])), Clock.seconds >= 0)",),
    )


@control(earns=FULL_EARNS, exactly=True)
def honest_with_noise():
    """Print in every call; warn, time, call the shell and fail in cells of one's own."""
    return Work(
        FULL
        | {
            "fused-gelu": FULL["fused-gelu"].replace(
                "    return Tensor(y)", '    print("shape", x.shape)\n    return Tensor(y)'
            )
        },
        before=(
            "import warnings\nwarnings.warn('I am not sure about this')\nmounted()",
            "1 / 0",
            "%time np.zeros(10)",
            "!ls",
            "this is no Python",
            "np.random.seed(0)\nnp.set_printoptions(precision=2)\nnp.seterr(all='raise')",
        ),
        after=("assert fused_gelu(Tensor([0.0])).data[0] == 1.0, 'my own test is wrong'",),
    )


@control(earns=FULL_EARNS, exactly=True)
def honest_with_helpers_in_other_cells():
    """Define helpers in cells of one's own, import from numpy, write lambdas and objects."""
    return Work(
        FULL
        | {
            "vectorized-matmul": """\
vectorized_matmul = lambda a, b: Tensor(matmul(*checked(a, b)))
""",
            "unfused-gelu": """\
class Gelu:
    scale = float(np.sqrt(2.0 / np.pi))

    def __call__(self, x):
        with np.errstate(all="ignore"):
            steps = [x.data * x.data * x.data]
            steps.append(steps[-1] * 0.044715)
            steps.append(steps[-1] + x.data)
            steps.append(steps[-1] * self.scale)
            steps.append(np.tanh(steps[-1]))
            steps.append(steps[-1] + 1.0)
            steps.append(steps[-1] * x.data)
            steps.append(steps[-1] * 0.5)
        return Tensor(steps[-1])


unfused_gelu = Gelu()
""",
        },
        before=(
            """
from numpy import matmul


def checked(a, b):
    if min(len(a.shape), len(b.shape)) < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"no product of {a.shape} and {b.shape}")
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError as error:
        raise ValueError(f"no product of {a.shape} and {b.shape}") from error
    return a.data, b.data


mounted()
""",
        ),
    )


@control(speaks=False, exactly=True)
def untouched():
    """Hand in the notebook as it was released."""
    return Work({})


@control(speaks=False, exactly=True)
def wrong_everywhere():
    """Hand in functions that return zeros."""
    return Work(WRONG)


@control(earns=LAZY_EARNS, speaks=False, exactly=True)
def lazy_everywhere():
    """Hand in right values that were made the lazy way."""
    return Work(LAZY)


@control(speaks=False, exactly=True)
def stubs():
    """Hand in functions that pass, return their input or raise the wrong error."""
    return Work(
        {
            "vectorized-matmul": "def vectorized_matmul(a, b):\n    pass\n",
            "fused-gelu": "def fused_gelu(x):\n    return x\n",
            "unfused-gelu": "def unfused_gelu(x):\n    raise ValueError(x.shape)\n",
            "tiled-matmul": "def tiled_matmul(a, b, tile_size=64):\n    return a\n",
            "performance-analysis": "matmul_cost = bound = ridge_point = None\n",
        }
    )


@control(earns={"vectorized_matmul": 15}, speaks=False, exactly=True)
def only_the_first_part():
    """Hand in one part."""
    return Work({"vectorized-matmul": FULL["vectorized-matmul"]})
